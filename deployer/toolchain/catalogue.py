"""The external tools that this project uses, and every way to each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from deployer.toolchain.built import built
from deployer.toolchain.download import OfficialArchive
from deployer.toolchain.finding import InNodeWheel, InOwnFolder, OnPath
from deployer.toolchain.kubernetes_tools import kubernetes_tools
from deployer.toolchain.npm import NpmInstall, lock_digest
from deployer.toolchain.pins import Pins, read_pins
from deployer.toolchain.places import definitions
from deployer.toolchain.tool import Tool

GROUPS = {
    "kubernetes": ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "helm"),
    "secrets": ("sops", "age-keygen"),
}
"""Names for several tools at once."""


def catalogue() -> dict[str, Tool]:
    """All tools by name, each after those that it needs."""
    folder = definitions()
    pins = read_pins(folder / "pins.toml")
    tools = (
        _pulumi(pins, folder / "pulumi"),
        _node(pins),
        _proxy(pins, folder / "configurable-http-proxy"),
        _actionlint(pins, folder / "actionlint"),
        *_secrets(pins, folder / "sops"),
        *kubernetes_tools(pins.kubernetes_tools, folder),
    )
    return {tool.name: tool for tool in tools}


def chosen(names: Sequence[str]) -> list[Tool]:
    """The named tools and those that they need, in the catalogue's order; raises BadInput for an unknown name."""
    tools = catalogue()
    names = [one for name in names for one in GROUPS.get(name, (name,))]
    unknown = [name for name in names if name not in tools]
    if unknown:
        from deployer.errors import BadInput

        raise BadInput(
            (),
            fault=f"no tool named {', '.join(map(repr, unknown))}",
            remedy=f"there are: {', '.join([*tools, *GROUPS])}",
        )
    wanted = {*names, *(need for name in names for need in tools[name].needs)}
    return [tool for tool in tools.values() if tool.name in wanted]


def _pulumi(pins: Pins, module: Path) -> Tool:
    sources = "github.com/pulumi/pulumi"
    package, variable = f"{sources}/pkg/v3/cmd/pulumi", f"{sources}/sdk/v3/go/common/version.Version"
    tool = built("pulumi", pins.pulumi_version, module, package, variable, version_argument="version")
    official = OfficialArchive(pins.pulumi_download, pins.pulumi_sha256)
    return replace(tool, installers=(official, *tool.installers), optional=False)


def _node(pins: Pins) -> Tool:
    return Tool(
        name="node",
        version=f"{pins.node_minimum_major} or newer",
        accepts=lambda version: int(version.split(".")[0]) >= pins.node_minimum_major,
        version_argument="--version",
        finders=(OnPath(), InNodeWheel()),
        otherwise="install the Python package that brings one: pip install --editable '.[local]'",
    )


def _proxy(pins: Pins, module: Path) -> Tool:
    return Tool(
        name="configurable-http-proxy",
        version=pins.proxy_version,
        accepts=pins.proxy_version.__eq__,
        version_argument="--version",
        finders=(OnPath(), InOwnFolder()),
        installers=(NpmInstall(module),),
        needs=("node",),
        folder_name=f"{pins.proxy_version}-{lock_digest(module)}",
        otherwise=f"npm install --global configurable-http-proxy@{pins.proxy_version}",
    )


def _actionlint(pins: Pins, module: Path) -> Tool:
    sources = "github.com/rhysd/actionlint"
    return built("actionlint", pins.actionlint_version, module, f"{sources}/cmd/actionlint", f"{sources}.version")


def _secrets(pins: Pins, module: Path) -> Iterator[Tool]:
    """What opens files of secrets, and what makes keys for that; nobody needs them who has no such files."""
    sops = "github.com/getsops/sops/v3"
    yield built("sops", pins.sops_version, module, f"{sops}/cmd/sops", f"{sops}/version.Version")
    yield built("age-keygen", pins.age_version, module, "filippo.io/age/cmd/age-keygen", "main.Version")
