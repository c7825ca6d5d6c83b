"""Lines to the engine's log, which shows them beside the resource they belong to."""

from __future__ import annotations

from typing import Any

import grpc


class EngineLog:
    """Says nothing when the engine gave no address or went away: a log line is never worth a failure."""

    def __init__(self, address: str | None) -> None:
        self._address = address
        self._stub: Any = None

    def connect(self, address: str) -> None:
        """Use another engine from here on."""
        self._address, self._stub = address, None

    def write(self, urn: str, severity: str, text: str, passing: bool) -> None:
        """One line; a passing one may be replaced on the screen by the next."""
        if self._address is None:
            return
        from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

        if self._stub is None:
            self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(self._address))
        level = {"info": engine_pb2.INFO, "warning": engine_pb2.WARNING}[severity]
        line = engine_pb2.LogRequest(severity=level, message=text, urn=urn, ephemeral=passing)
        try:
            self._stub.Log(line, timeout=2)
        except grpc.RpcError:
            self._address = None
