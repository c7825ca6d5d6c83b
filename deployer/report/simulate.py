"""Simulated clusters' API servers, for people and programs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from deployer.report.console import errors, output, print_json

if TYPE_CHECKING:
    from deployer.simulation import Simulated


def telling(name: str) -> Callable[[str], None]:
    """Says on standard error what is going on."""
    return lambda text: errors().print(f"{name}: {text}", markup=False)


def show_up(simulated: Simulated, *, as_json: bool) -> None:
    """Where it is, and how to use it."""
    if as_json:
        print_json(_data(simulated))
        return
    state = "started" if simulated.changed else "runs already"
    output().print(
        f"{simulated.name} {state} at {simulated.address}; nodes: {', '.join(simulated.nodes)}", markup=False
    )
    output().print(f"export KUBECONFIG={shlex.quote(str(simulated.kubeconfig))}", markup=False, soft_wrap=True)
    output().print("kubectl get nodes", markup=False)


def show_down(simulated: Simulated, *, as_json: bool) -> None:
    """Whether there was anything to stop."""
    if as_json:
        print_json(_data(simulated))
        return
    output().print(f"{simulated.name}: {'stopped' if simulated.changed else 'was not running'}", markup=False)


def show_status(all_of_them: Sequence[Simulated], *, as_json: bool) -> None:
    """One line for each."""
    if as_json:
        print_json([_data(one) for one in all_of_them])
        return
    if not all_of_them:
        output().print("no simulated cluster has an API server; deployer simulate up CLUSTER starts one", markup=False)
    for one in all_of_them:
        state = f"runs at {one.address}, {len(one.nodes)} nodes" if one.running else "stopped"
        output().print(f"{one.name}: {state}", markup=False)


def _data(one: Simulated) -> dict[str, Any]:
    return {
        "cluster": one.name,
        "running": one.running,
        "changed": one.changed,
        "address": one.address or None,
        "kubeconfig": str(one.kubeconfig),
        "nodes": list(one.nodes),
    }
