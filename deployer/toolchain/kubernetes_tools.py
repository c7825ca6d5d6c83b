"""What a simulated cluster is made of: Kubernetes' control plane, etcd, KWOK for its nodes, and Helm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from deployer.toolchain.built import built
from deployer.toolchain.tool import Tool

_CONTROL_PLANE = "k8s.io/component-base/version.gitVersion"

# Tool: (module, package, the variable of its version, the argument that prints it). etcd knows its version by itself.
_RECIPES = {
    "kube-apiserver": ("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", _CONTROL_PLANE, "--version"),
    "kube-controller-manager": (
        "kubernetes",
        "k8s.io/kubernetes/cmd/kube-controller-manager",
        _CONTROL_PLANE,
        "--version",
    ),
    "kube-scheduler": ("kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler", _CONTROL_PLANE, "--version"),
    "etcd": ("kubernetes", "go.etcd.io/etcd/server/v3", "main.version", "--version"),
    "kwok": ("kwok", "sigs.k8s.io/kwok/cmd/kwok", "sigs.k8s.io/kwok/pkg/consts.Version", "--version"),
    "helm": ("helm", "helm.sh/helm/v3/cmd/helm", "helm.sh/helm/v3/internal/version.version", "version"),
}


def kubernetes_tools(versions: Mapping[str, str], definitions: Path) -> Iterator[Tool]:
    """All of them, at these versions; nobody needs them who does not simulate clusters."""
    for name, (module, package, variable, argument) in _RECIPES.items():
        yield built(name, versions[name], definitions / module, package, variable, version_argument=argument)
