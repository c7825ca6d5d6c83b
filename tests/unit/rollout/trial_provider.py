"""A provider whose resources are files, for tests that look at the engine: slow, failing, or gone when asked for.

Started by the engine as `pulumi-resource-trial`.
"""

from __future__ import annotations

import json
import time
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as proto


class Trial(provider_pb2_grpc.ResourceProviderServicer):
    def Handshake(self, request: Any, context: Any) -> Any:
        return proto.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="1.0.0")

    def GetSchema(self, request: Any, context: Any) -> Any:
        return proto.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return proto.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return proto.DiffResponse()

    def Configure(self, request: Any, context: Any) -> Any:
        return proto.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:
        return proto.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:
        changed = MessageToDict(request.old_inputs) != MessageToDict(request.news)
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_SOME if changed else proto.DiffResponse.DIFF_NONE)

    def Create(self, request: Any, context: Any) -> Any:
        values = MessageToDict(request.properties)
        if not request.preview:
            _write(values, context)
        return proto.CreateResponse(id=values["path"], properties=request.properties)

    def Update(self, request: Any, context: Any) -> Any:
        if not request.preview:
            _write(MessageToDict(request.news), context)
        return proto.UpdateResponse(properties=request.news)

    def Read(self, request: Any, context: Any) -> Any:
        if not Path(request.id).exists():
            return proto.ReadResponse()
        return proto.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Delete(self, request: Any, context: Any) -> Any:
        Path(request.id).unlink(missing_ok=True)
        return empty_pb2.Empty()


def _write(values: dict[str, Any], context: Any) -> None:
    Path(values["path"] + ".begun").touch()
    time.sleep(values.get("seconds", 0))
    if values.get("fault"):
        context.abort(grpc.StatusCode.UNKNOWN, values["fault"])
    Path(values["path"]).write_text(json.dumps(values), encoding="utf-8")


def main() -> None:
    server = grpc.server(futures.ThreadPoolExecutor(8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Trial(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
