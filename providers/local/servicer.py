"""The engine's protocol for providers, spoken for the resources of this one."""

# ruff: noqa: ARG002, N802 - names and arguments are the protocol's

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc, status_pb2
from pulumi.runtime.proto import provider_pb2 as proto

from providers.local import wire
from providers.local.differences import Difference, differences
from providers.local.engine_log import EngineLog
from providers.local.resource import Failure, Fault, HalfDone, Resource, Task, Values

VERSION = "0.1.0"
PARALLEL_REQUESTS = 16
UNLIMITED_MESSAGES = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_KINDS = {
    ("add", False): proto.PropertyDiff.ADD,
    ("add", True): proto.PropertyDiff.ADD_REPLACE,
    ("delete", False): proto.PropertyDiff.DELETE,
    ("delete", True): proto.PropertyDiff.DELETE_REPLACE,
    ("update", False): proto.PropertyDiff.UPDATE,
    ("update", True): proto.PropertyDiff.UPDATE_REPLACE,
}


def serve(resources: Mapping[str, Callable[[], Resource]], engine_address: str | None) -> None:
    """Serve until the engine ends this process; its port goes to standard output, as the engine expects.

    `resources` maps type tokens to what makes a resource, so that only those in use are imported.
    """
    server = grpc.server(ThreadPoolExecutor(PARALLEL_REQUESTS), options=UNLIMITED_MESSAGES)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(resources, EngineLog(engine_address)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - the engine reads it
    server.wait_for_termination()


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Translates, and turns faults into what the engine shows."""

    def __init__(self, resources: Mapping[str, Callable[[], Resource]], log: EngineLog) -> None:
        self._resources = resources
        self._log = log
        self._cancelled = threading.Event()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def Attach(self, request: Any, context: Any) -> Any:
        self._log.connect(request.address)
        return empty_pb2.Empty()

    def GetSchema(self, request: Any, context: Any) -> Any:
        tokens: dict[str, Any] = {token: {} for token in self._resources}
        return proto.GetSchemaResponse(schema=json.dumps({"name": "localhub", "version": VERSION, "resources": tokens}))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return proto.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        return proto.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=False)

    def Cancel(self, request: Any, context: Any) -> Any:
        self._cancelled.set()
        return empty_pb2.Empty()

    def Check(self, request: Any, context: Any) -> Any:
        news, secrets = wire.read(request.news)
        olds, _ = wire.read(request.olds)
        resource = self._resource(request.urn, context)
        inputs, failures = self._run(context, lambda: resource.check(self._task(request.urn), news, olds))
        # A secret is one, whether or not the program said so.
        checked = _state(resource, secrets, inputs, {})
        return proto.CheckResponse(inputs=checked, failures=[_failure(one) for one in failures])

    def Diff(self, request: Any, context: Any) -> Any:
        resource = self._resource(request.urn, context)
        news, _ = wire.read(request.news)
        outputs, _ = wire.read(request.olds)
        old_inputs, _ = wire.read(request.old_inputs)
        found = differences(resource, old_inputs, news, outputs)
        replacing = sorted({one.place for one in found if one.replaces})
        return proto.DiffResponse(
            changes=proto.DiffResponse.DIFF_SOME if found else proto.DiffResponse.DIFF_NONE,
            replaces=replacing,
            diffs=sorted({one.place.split(".")[0].split("[")[0] for one in found}),
            deleteBeforeReplace=bool(replacing) and resource.deleted_before_replaced,
            detailedDiff={one.place: _property_diff(one) for one in found},
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> Any:
        inputs, secrets = wire.read(request.properties)
        resource = self._resource(request.urn, context)
        if request.preview:
            return proto.CreateResponse(properties=_state(resource, secrets, inputs, resource.foretell(inputs, None)))
        task = self._task(request.urn)
        identity, outputs = self._run(context, lambda: resource.create(task, inputs), resource, inputs, secrets)
        properties = _state(resource, secrets, inputs, outputs)
        return proto.CreateResponse(id=identity, properties=properties, refresh_before_update=True)

    def Update(self, request: Any, context: Any) -> Any:
        inputs, secrets = wire.read(request.news)
        outputs, _ = wire.read(request.olds)
        resource = self._resource(request.urn, context)
        if request.preview:
            foretold = resource.foretell(inputs, outputs)
            return proto.UpdateResponse(properties=_state(resource, secrets, inputs, foretold))
        task = self._task(request.urn)
        updated = self._run(
            context, lambda: resource.update(task, request.id, inputs, outputs), resource, inputs, secrets
        )
        return proto.UpdateResponse(properties=_state(resource, secrets, inputs, updated), refresh_before_update=True)

    def Read(self, request: Any, context: Any) -> Any:
        outputs, secrets = wire.read(request.properties)
        inputs, _ = wire.read(request.inputs)
        resource = self._resource(request.urn, context)
        task = self._task(request.urn)
        found = self._run(context, lambda: resource.read(task, request.id, inputs, outputs)) if inputs else None
        if found is None:
            return proto.ReadResponse()
        properties = _state(resource, secrets, outputs, found)
        return proto.ReadResponse(
            id=request.id, inputs=request.inputs, properties=properties, refresh_before_update=True
        )

    def Delete(self, request: Any, context: Any) -> Any:
        outputs, _ = wire.read(request.properties)
        resource = self._resource(request.urn, context)
        self._run(context, lambda: resource.delete(self._task(request.urn), request.id, outputs))
        return empty_pb2.Empty()

    def _task(self, urn: str) -> Task:
        return Task(urn, lambda severity, text, passing: self._log.write(urn, severity, text, passing), self._cancelled)

    def _resource(self, urn: str, context: Any) -> Resource:
        token = urn.split("::")[2].rpartition("$")[2]
        if token not in self._resources:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the local cloud has no resource type {token}")
        return self._resources[token]()

    def _run(
        self,
        context: Any,
        work: Callable[[], Any],
        resource: Resource | None = None,
        inputs: Values | None = None,
        secrets: frozenset[str] = frozenset(),
    ) -> Any:
        """The work's result; faults end the request with their own words and no traceback."""
        try:
            return work()
        except HalfDone as half:
            assert resource is not None
            assert inputs is not None
            properties = _state(resource, secrets, inputs, half.outputs)
            detail = proto.ErrorResourceInitFailed(
                id=half.identity,
                properties=properties,
                inputs=wire.write(inputs, secrets),
                reasons=[str(half)],
                refresh_before_update=True,
            )
            _abort(context, str(half), detail)
        except Fault as fault:
            _abort(context, str(fault))
        except OSError as error:
            _abort(context, _os_words(error))


def _state(resource: Resource, secrets: frozenset[str], inputs: Values, outputs: Values) -> struct_pb2.Struct:
    merged = {**inputs, **outputs}
    return wire.write(merged, (secrets | resource.secret_outputs) & merged.keys())


def _failure(failure: Failure) -> Any:
    return proto.CheckFailure(property=failure.property, reason=failure.reason)


def _property_diff(difference: Difference) -> Any:
    return proto.PropertyDiff(
        kind=_KINDS[difference.kind, difference.replaces],
        inputDiff=difference.of_input,
    )


def _abort(context: Any, text: str, detail: Any = None) -> None:
    code = grpc.StatusCode.UNKNOWN
    if detail is not None:
        status = status_pb2.Status(code=code.value[0], message=text)
        status.details.add().Pack(detail)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, text)


def _os_words(error: OSError) -> str:
    what = error.strerror or type(error).__name__
    return f"{what}: {error.filename}" if error.filename else what
