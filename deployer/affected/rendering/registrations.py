"""Runs a Pulumi program against a monitor that makes nothing and writes down what it is asked for."""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import empty_pb2, json_format
from pulumi.runtime import run_in_stack
from pulumi.runtime.proto import engine_pb2, provider_pb2, resource_pb2
from pulumi.runtime.settings import ROOT, Settings, configure

from .markers import answer, told
from .monitor import REFERENCE, STACK, ProgramMonitor, plain

PROJECT_FOLDER = "<project>"
"""In the place of the project's folder, which is another one on each side."""
NO_INPUT = ("type", "name", "sourcePosition", "stackTrace", "parentStackTraceHandle", "packageRef")
"""Of a request: what names the resource, and what only tells where in the code it stands."""
UNORDERED = ("dependencies", "aliasURNs")
DIGITS = 32
"""Hexadecimal, of each digest: half of SHA-256, since a fleet has a million of them."""


@dataclass
class Rendering:
    """What one program registered."""

    resources: dict[str, dict[str, str]] = field(default_factory=dict)
    """URN -> what is asked of the resource -> its digest. Values are never kept: some are secret."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """Of the stack, secrets in plain: for the programs that stand on it."""

    @property
    def digest(self) -> str:
        """Of all of it."""
        return _digest([self.resources, _digest(self.outputs)])


def render(
    program: Callable[[], None], *, project: str, stack: str, folder: str, facts: Mapping[str, Any] | None = None
) -> Rendering:
    """What a program registers; `facts` are those of the stack that it refers to.

    `project` is Pulumi's name of it, `folder` where it lies. Raises whatever the program raises. Engines that run
    programs in other threads are not touched.
    """
    monitor = _Monitor(project, stack, folder, facts or {})
    run_against(monitor, program)
    return monitor.rendering


def run_against(monitor: ProgramMonitor, program: Callable[[], None]) -> None:
    """Run a program with a monitor of its own in the engine's place; raises whatever the program raises."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            contextvars.Context().run(_run, program, monitor)
        except Exception as error:  # noqa: BLE001 - raised again where the caller is
            failures.append(error)

    # The SDK wants an event loop of the thread's own.
    thread = threading.Thread(target=run, name=f"render-{monitor.stack}")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def _run(program: Callable[[], None], monitor: ProgramMonitor) -> None:
    ROOT.set(None)
    configure(
        Settings(
            project=monitor.project, stack=monitor.stack, monitor=monitor, engine=_Silent(), dry_run=monitor.dry_run
        )
    )
    loop = _Loop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda *_: None)
    try:
        loop.run_until_complete(run_in_stack(program))
    finally:
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        with suppress(BaseException):
            loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.close()


class _Loop(asyncio.SelectorEventLoop):
    """Calls the monitor where it stands: nothing of it waits for anybody, and threads would cost more than the work."""

    def run_in_executor(  # type: ignore[override]
        self,
        executor: Any,  # noqa: ARG002
        func: Callable[..., Any],
        *args: Any,
    ) -> asyncio.Future[Any]:
        """At once, whichever `executor` is named."""
        done: asyncio.Future[Any] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - whoever awaits it gets it
            done.set_exception(error)
        return done


class _Silent:
    """In the engine's place: programs' remarks are not what is looked for."""

    def Log(self, _: Any) -> empty_pb2.Empty:  # noqa: N802 - the protocol's name
        return empty_pb2.Empty()

    def GetRootResource(self, _: Any) -> engine_pb2.GetRootResourceResponse:  # noqa: N802
        return engine_pb2.GetRootResourceResponse()

    def SetRootResource(self, _: Any) -> engine_pb2.SetRootResourceResponse:  # noqa: N802
        return engine_pb2.SetRootResourceResponse()


class _Monitor(ProgramMonitor):
    """Makes nothing; writes down what it is asked for."""

    dry_run = True

    def __init__(self, project: str, stack: str, folder: str, facts: Mapping[str, Any]) -> None:
        super().__init__(project, stack, facts)
        self.rendering = Rendering()
        self._folder = folder

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        urn = self.urn(request)
        if request.type == STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        self.rendering.resources[urn] = self._asked(request)
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        given = json_format.MessageToDict(request.object)
        outputs = told(request.type, request.name, given)
        response = resource_pb2.RegisterResourceResponse(urn=urn, id=f"<id of {request.type} {request.name}>")
        json_format.ParseDict(outputs, response.object)
        return response

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        response = resource_pb2.ReadResourceResponse(urn=self.urn(request))
        if request.type == REFERENCE:
            outputs = self.referred(request)
        else:
            self.rendering.resources[response.urn] = self._asked(request)
            outputs = told(request.type, request.name, json_format.MessageToDict(request.properties))
        json_format.ParseDict(outputs, response.properties)
        return response

    def RegisterResourceOutputs(self, request: Any) -> empty_pb2.Empty:  # noqa: N802
        if f"::{STACK}::" in request.urn:
            self.rendering.outputs = plain(json_format.MessageToDict(request.outputs))
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        response = provider_pb2.InvokeResponse()
        json_format.ParseDict(answer(request.tok), getattr(response, "return"))
        return response

    def _asked(self, request: Any) -> dict[str, str]:
        """All that is asked of the resource: its inputs one by one, and its options."""
        asked = json_format.MessageToDict(request, preserving_proto_field_name=True)
        inputs = asked.pop("object", None) or asked.pop("properties", None) or {}
        for key in UNORDERED:
            asked[key] = sorted(asked.get(key, ()))
        for needed in asked.get("propertyDependencies", {}).values():
            needed["urns"] = sorted(needed.get("urns", ()))
        options = {f"({key})": value for key, value in asked.items() if key not in NO_INPUT and value}
        return {key: self._digest(value) for key, value in sorted({**inputs, **options}.items())}

    def _digest(self, value: Any) -> str:
        return _digest(value, self._folder)


def _digest(value: Any, folder: str = "") -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256((text.replace(folder, PROJECT_FOLDER) if folder else text).encode()).hexdigest()[:DIGITS]
