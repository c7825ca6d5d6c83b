"""One version each, though it must be written in several files."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from deployer.toolchain.catalogue import GROUPS
from deployer.toolchain.pins import read_pins

ROOT = Path(__file__).parents[3]
PINS = read_pins(ROOT / "tools" / "pins.toml")


def test_engine_sdk_and_module_are_alike() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    of_sdk = {
        requirement.partition("==")[2]
        for extra in project["optional-dependencies"].values()
        for requirement in extra
        if requirement.startswith("pulumi==")
    }
    module = (ROOT / "tools" / "pulumi" / "go.mod").read_text()
    of_module = re.findall(r"github\.com/pulumi/pulumi/(?:pkg|sdk)/v3 v(\S+)", module)
    assert of_sdk == {PINS.pulumi_version}
    assert set(of_module) == {PINS.pulumi_version}
    assert f"v{PINS.pulumi_version}-" in PINS.pulumi_download


def test_every_common_platform_has_a_checksum() -> None:
    assert set(PINS.pulumi_sha256) == {"linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in PINS.pulumi_sha256.values())


def test_the_proxy_is_pinned_alike_and_its_lock_names_no_host() -> None:
    folder = ROOT / "tools" / "configurable-http-proxy"
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]["configurable-http-proxy"]
    lock = json.loads((folder / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert wanted == packages["node_modules/configurable-http-proxy"]["version"] == PINS.proxy_version
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def test_the_oldest_node_allowed_suits_every_package() -> None:
    lock = json.loads((ROOT / "tools" / "configurable-http-proxy" / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        asked = re.findall(r">=\s*(\d+)", package.get("engines", {}).get("node", ""))
        assert all(int(major) <= PINS.node_minimum_major for major in asked), (name, asked)


def test_what_checks_workflows_is_pinned_alike() -> None:
    module = (ROOT / "tools" / "actionlint" / "go.mod").read_text()
    assert re.findall(r"github\.com/rhysd/actionlint v(\S+)", module) == [PINS.actionlint_version]


def test_what_opens_secrets_is_pinned_alike() -> None:
    module = (ROOT / "tools" / "sops" / "go.mod").read_text()
    assert re.findall(r"github\.com/getsops/sops/v3 v(\S+)", module) == [PINS.sops_version]
    assert re.findall(r"filippo\.io/age v(\S+)", module) == [PINS.age_version]


def test_what_clusters_are_simulated_with_is_pinned_alike() -> None:
    modules = {
        "etcd": ("kubernetes", "go.etcd.io/etcd/server/v3"),
        "kube-apiserver": ("kubernetes", "k8s.io/kubernetes"),
        "kube-controller-manager": ("kubernetes", "k8s.io/kubernetes"),
        "kube-scheduler": ("kubernetes", "k8s.io/kubernetes"),
        "kwok": ("kwok", "sigs.k8s.io/kwok"),
        "helm": ("helm", "helm.sh/helm/v3"),
    }
    assert set(PINS.kubernetes_tools) == set(modules) == set(GROUPS["kubernetes"])
    for tool, (folder, module) in modules.items():
        text = (ROOT / "tools" / folder / "go.mod").read_text()
        (version,) = re.findall(rf"^\s*(?:require )?{re.escape(module)} v(\S+)", text, re.MULTILINE)
        assert version == PINS.kubernetes_tools[tool]
        assert (ROOT / "tools" / folder / "go.sum").is_file()
