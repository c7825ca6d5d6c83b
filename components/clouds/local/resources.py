"""The provider `localhub` as Pulumi resources: what a program declares, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi


class Machine(pulumi.CustomResource):
    """This machine's folder and budget of cpu and memory.

    `owner` is the checkout that it belongs to: another one's state may not lay hands on it.
    """

    folder: pulumi.Output[str]
    cpu: pulumi.Output[float]
    memory_gib: pulumi.Output[float]
    limits: pulumi.Output[str]
    """Of servers' memory and cpu: "enforced" or "advisory"."""
    limits_reason: pulumi.Output[str]
    user: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        folder: pulumi.Input[str],
        cpu: pulumi.Input[float] | None,
        memory_gib: pulumi.Input[float] | None,
        owner: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"folder": folder, "cpu": cpu, "memory_gib": memory_gib, "owner": owner}
        outputs = dict.fromkeys(("limits", "limits_reason", "user"))
        super().__init__("localhub:index:Machine", name, {**inputs, **outputs}, opts)


class Directory(pulumi.CustomResource):
    """A directory with people's files: kept when the resource goes, unless `keep` is false."""

    path: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        path: pulumi.Input[str],
        purpose: str,
        keep: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("localhub:index:Directory", name, {"path": path, "purpose": purpose, "keep": keep}, opts)


class Environment(pulumi.CustomResource):
    """A Python environment built from pinned requirements; the same content is built once and shared."""

    folder: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        python_version: str | None,
        requirements: str,
        owner: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"python_version": python_version, "requirements": requirements, "owner": owner, "folder": None}
        super().__init__("localhub:index:Environment", name, inputs, opts)


class Hub(pulumi.CustomResource):
    """A running JupyterHub and its proxy; created means that it answers."""

    url: pulumi.Output[str]
    api_url: pulumi.Output[str]
    folder: pulumi.Output[str]
    digest: pulumi.Output[str]
    password: pulumi.Output[str]
    health_token: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        folder: pulumi.Input[str],
        settings: Mapping[str, Any],
        environment: pulumi.Input[str],
        environments: Mapping[str, pulumi.Input[str]],
        directories: Mapping[str, pulumi.Input[Any]],
        machine: Mapping[str, pulumi.Input[Any]],
        listen_address: str,
        first_port: int | None,
        client_secret: pulumi.Input[str] | None,
        given: pulumi.Input[Mapping[str, Any]] | None,
        generations: Mapping[str, int],
        dask_environment: pulumi.Input[str] | None,
        owner: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "folder": folder,
            "settings": settings,
            "environment": environment,
            "environments": environments,
            "directories": directories,
            "machine": machine,
            "listen_address": listen_address,
            "first_port": first_port,
            "client_secret": client_secret,
            "given": given,
            # Hubs that stand were declared without it.
            **({"generations": generations} if generations else {}),
            "dask_environment": dask_environment,
            "owner": owner,
            **dict.fromkeys(("url", "api_url", "digest", "password", "health_token")),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["password", "health_token"])
        super().__init__("localhub:index:Hub", name, inputs, pulumi.ResourceOptions.merge(opts, secret))
