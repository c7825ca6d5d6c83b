"""A plugin's resources, served to the engine: translates requests, and turns faults into what the engine shows."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc, status_pb2
from pulumi.runtime.proto import provider_pb2 as proto

from providers.engine import wire
from providers.engine.log import EngineLog
from providers.engine.plugin import Plugin, Resource
from providers.engine.values import Difference, Failure, Fault, HalfDone, Naming, Task, Values, token_of

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


def serve(plugin: Plugin, engine_address: str | None) -> None:
    """Serve until the engine ends this process; its port goes to standard output, as the engine expects."""
    server = grpc.server(ThreadPoolExecutor(PARALLEL_REQUESTS), options=UNLIMITED_MESSAGES)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(plugin, EngineLog(engine_address)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - the engine reads it
    server.wait_for_termination()


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One method for each request of the protocol."""

    def __init__(self, plugin: Plugin, log: EngineLog) -> None:
        self._plugin = plugin
        self._log = log
        self._cancelled = threading.Event()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self._plugin.version)

    def Attach(self, request: Any, context: Any) -> Any:
        self._log.connect(request.address)
        return empty_pb2.Empty()

    def GetSchema(self, request: Any, context: Any) -> Any:
        return proto.GetSchemaResponse(schema=json.dumps({"name": self._plugin.name, "version": self._plugin.version}))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        settings, _ = wire.read(request.news)
        failures = _run(context, lambda: self._plugin.check_settings(settings))
        return proto.CheckResponse(inputs=request.news, failures=map(_failure, failures))

    def DiffConfig(self, request: Any, context: Any) -> Any:
        same = request.news == request.old_inputs
        changes = proto.DiffResponse.DIFF_NONE if same else proto.DiffResponse.DIFF_SOME
        return proto.DiffResponse(changes=changes)

    def Configure(self, request: Any, context: Any) -> Any:
        settings, _ = wire.read(request.args)
        _run(context, lambda: self._plugin.configure(settings))
        return proto.ConfigureResponse(acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True)

    def Cancel(self, request: Any, context: Any) -> Any:
        self._cancelled.set()
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        arguments, _ = wire.read(request.args)
        answer = _run(context, lambda: self._plugin.invoke(request.tok, arguments))
        return proto.InvokeResponse(**{"return": wire.write(answer, ())})

    def Check(self, request: Any, context: Any) -> Any:
        news, secrets = wire.read(request.news)
        olds, _ = wire.read(request.olds)
        options = request.autonaming
        disabled = options.mode == proto.CheckRequest.AutonamingOptions.DISABLE
        naming = Naming(request.randomSeed, options.proposed_name, disabled)
        task = replace(self._task(request.urn), naming=naming)
        resource = self._resource(request.urn, context)
        inputs, failures = _run(context, lambda: resource.check(task, news, olds))
        # A secret is one, whether or not the program said so.
        return proto.CheckResponse(inputs=_state(resource, secrets, inputs, {}), failures=map(_failure, failures))

    def Diff(self, request: Any, context: Any) -> Any:
        resource = self._resource(request.urn, context)
        news, _ = wire.read(request.news)
        outputs, _ = wire.read(request.olds)
        old_inputs, _ = wire.read(request.old_inputs)
        comparison = resource.compare(old_inputs, news, outputs)
        found = comparison.differences
        return proto.DiffResponse(
            changes=proto.DiffResponse.DIFF_SOME if found else proto.DiffResponse.DIFF_NONE,
            replaces=sorted({one.place for one in found if one.replaces}),
            diffs=sorted({one.place.split(".")[0].split("[")[0] for one in found}),
            deleteBeforeReplace=comparison.deleted_before_replaced,
            detailedDiff={one.place: _property_diff(one) for one in found},
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> Any:
        inputs, secrets = wire.read(request.properties)
        resource = self._resource(request.urn, context)
        task = self._task(request.urn, secrets, request.timeout)
        if request.preview:
            foretold = _run(context, lambda: resource.foretell(task, inputs, None))
            return proto.CreateResponse(properties=_state(resource, secrets, inputs, foretold))
        half = self._half(resource, secrets, inputs)
        identity, outputs = _run(context, lambda: resource.create(task, inputs), half)
        properties = _state(resource, secrets, inputs, outputs)
        return proto.CreateResponse(id=identity, properties=properties, refresh_before_update=self._refreshes)

    def Update(self, request: Any, context: Any) -> Any:
        inputs, secrets = wire.read(request.news)
        outputs, _ = wire.read(request.olds)
        resource = self._resource(request.urn, context)
        task = self._task(request.urn, secrets, request.timeout)
        if request.preview:
            foretold = _run(context, lambda: resource.foretell(task, inputs, outputs))
            return proto.UpdateResponse(properties=_state(resource, secrets, inputs, foretold))
        half = self._half(resource, secrets, inputs)
        updated = _run(context, lambda: resource.update(task, request.id, inputs, outputs), half)
        properties = _state(resource, secrets, inputs, updated)
        return proto.UpdateResponse(properties=properties, refresh_before_update=self._refreshes)

    def Read(self, request: Any, context: Any) -> Any:
        outputs, output_secrets = wire.read(request.properties)
        inputs, input_secrets = wire.read(request.inputs)
        secrets = output_secrets | input_secrets
        resource = self._resource(request.urn, context)
        task = self._task(request.urn, secrets)
        found = _run(context, lambda: resource.read(task, request.id, inputs, outputs))
        if found is None:
            return proto.ReadResponse()
        return proto.ReadResponse(
            id=found.identity,
            inputs=wire.write(found.inputs, input_secrets),
            properties=_state(resource, secrets, {}, found.outputs),
            refresh_before_update=self._refreshes,
        )

    def Delete(self, request: Any, context: Any) -> Any:
        outputs, _ = wire.read(request.properties)
        resource = self._resource(request.urn, context)
        task = self._task(request.urn, timeout_seconds=request.timeout)
        _run(context, lambda: resource.delete(task, request.id, outputs))
        return empty_pb2.Empty()

    @property
    def _refreshes(self) -> bool:
        return self._plugin.refreshes_before_update

    def _task(self, urn: str, secrets: frozenset[str] = frozenset(), timeout_seconds: float = 0) -> Task:
        def tell(severity: str, text: str, passing: bool) -> None:
            self._log.write(urn, severity, text, passing)

        return Task(urn, secrets=secrets, timeout_seconds=timeout_seconds, tell=tell, cancelled=self._cancelled)

    def _resource(self, urn: str, context: Any) -> Resource:
        resource: Resource = _run(context, lambda: self._plugin.resource(token_of(urn)))
        return resource

    def _half(self, resource: Resource, secrets: frozenset[str], inputs: Values) -> Callable[[HalfDone], Any]:
        """What goes into the state for a resource that was made but is not as asked."""
        return lambda half: proto.ErrorResourceInitFailed(
            id=half.identity,
            properties=_state(resource, secrets, inputs, half.outputs),
            inputs=wire.write(inputs, secrets),
            reasons=[str(half)],
            refresh_before_update=self._refreshes,
        )


def _run(context: Any, work: Callable[[], Any], half_done: Callable[[HalfDone], Any] | None = None) -> Any:
    """The work's result; faults end the request with their own words and no traceback."""
    try:
        return work()
    except HalfDone as half:
        assert half_done is not None
        _abort(context, str(half), half_done(half))
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
    return proto.PropertyDiff(kind=_KINDS[difference.kind, difference.replaces], inputDiff=difference.of_input)


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
