"""A cluster's kubeconfig for people and programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import yaml

from deployer.report.console import errors, output, print_json

if TYPE_CHECKING:
    from deployer.access.credentials import Credentials
    from deployer.access.merging import Merged


def show_credentials(credentials: Credentials, *, as_json: bool) -> None:
    """The kubeconfig alone on standard output, so that it can be kept in a file."""
    if as_json:
        print_json({**_data(credentials), "kubeconfig": credentials.kubeconfig})
        return
    sys.stdout.write(yaml.safe_dump(dict(credentials.kubeconfig), sort_keys=False))
    _say_program(credentials)


def show_merged(credentials: Credentials, merged: Merged, *, as_json: bool) -> None:
    """What became of the file, and how to use it."""
    if as_json:
        kept = {
            "file": merged.file,
            "changed": merged.changed,
            "backup": merged.backup,
            "current_context": merged.current,
        }
        print_json({**_data(credentials), **kept})
        return
    done = "has now" if merged.changed else "has already"
    output().print(f"{merged.file} {done} context {credentials.context}", style="green", markup=False)
    if merged.backup:
        output().print(f"  as it was: {merged.backup}", markup=False)
    if merged.current == credentials.context:
        output().print("  it is the current one: kubectl get nodes", markup=False)
    else:
        output().print(f"  kubectl --context {credentials.context} get nodes", markup=False)
    _say_program(credentials)


def _say_program(credentials: Credentials) -> None:
    if credentials.program_missing:
        errors().print(f"signing in needs {credentials.program}, which is not here", style="yellow", markup=False)
        errors().print(f"  {credentials.how_to_get_it}", markup=False)


def _data(credentials: Credentials) -> dict[str, Any]:
    program = credentials.program
    needed = {"name": program, "found": not credentials.program_missing, "how_to_get_it": credentials.how_to_get_it}
    return {
        "cluster": credentials.cluster,
        "context": credentials.context,
        "program": needed if program else None,
    }
