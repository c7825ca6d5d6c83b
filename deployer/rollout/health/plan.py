"""Which steps a check of a hub has, in their order, and how long each may take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from deployer.rollout.health.binder import repository_builds
from deployer.rollout.health.bucket import scratch_bucket_takes_files
from deployer.rollout.health.dask import dask_computes
from deployer.rollout.health.files import home_keeps_files, scratch_takes_files, shared_directories_are_there
from deployer.rollout.health.gpu import gpu_is_seen
from deployer.rollout.health.reaching import address_leads_there
from deployer.rollout.health.session import Session
from deployer.rollout.health.steps import (
    add_user,
    get_token,
    hub_answers,
    log_in,
    nbgitpuller_answers,
    remove_user,
    run_cell,
    server_answers,
    start_gpu_server,
    start_kernel,
    start_server,
    stop_server,
)
from deployer.rollout.health.target import HubTarget

ENDLESS = float("inf")
QUICK_SECONDS = 20.0
"""For what a loaded hub answers within a second."""
KERNEL_SECONDS = 60.0
"""A first import from a cold network disk may take most of it."""
STOP_SECONDS = 60.0
"""Kubernetes gives a pod 30 s to end by itself, and then takes its volumes away."""


@dataclass(frozen=True)
class PlannedStep:
    """A step still to be done."""

    name: str
    work: Callable[[Session], Awaitable[str]]
    limit_seconds: float = QUICK_SECONDS
    at_server: bool = False
    """Whether silence is the fault of the user's server, not of the hub."""


def plan_steps(target: HubTarget) -> list[PlannedStep]:
    """What to do at this hub."""
    return [
        *([PlannedStep("address leads there", address_leads_there, ENDLESS)] if target.expects.on_cluster else []),
        PlannedStep("hub answers", hub_answers),
        PlannedStep("user is added", add_user),
        *([PlannedStep("login page lets in", log_in)] if target.password else []),
        PlannedStep("API lets in", get_token),
        # The image may have to be fetched first, or a node made: only the deadline limits it.
        PlannedStep("server starts", start_server, ENDLESS),
        *_at_server(target),
        PlannedStep("server stops", stop_server, STOP_SECONDS),
        *_with_other_servers(target),
        PlannedStep("user is removed", remove_user),
    ]


def _at_server(target: HubTarget) -> Iterator[PlannedStep]:
    expects = target.expects
    yield PlannedStep("server answers", server_answers, at_server=True)
    yield PlannedStep("kernel starts", start_kernel, KERNEL_SECONDS, at_server=True)
    yield PlannedStep("cell runs", run_cell, at_server=True)
    yield PlannedStep("home keeps files", home_keeps_files, at_server=True)
    if expects.shared_directories:
        yield PlannedStep("shared directories are there", shared_directories_are_there, at_server=True)
    if expects.scratch:
        yield PlannedStep("scratch takes files", scratch_takes_files, at_server=True)
    if expects.scratch_bucket:
        limit = KERNEL_SECONDS + target.settling_seconds
        yield PlannedStep("scratch bucket takes files", scratch_bucket_takes_files, limit, at_server=True)
    if expects.nbgitpuller:
        yield PlannedStep("nbgitpuller answers", nbgitpuller_answers, at_server=True)
    if expects.dask:
        # Only the deadline: workers may have to wait for a node.
        yield PlannedStep("Dask cluster computes", dask_computes, ENDLESS, at_server=True)


def _with_other_servers(target: HubTarget) -> Iterator[PlannedStep]:
    """Steps that start a server of their own in place of the first."""
    if target.expects.binder:
        yield PlannedStep("repository is built", repository_builds, ENDLESS)
    if target.expects.gpu:
        yield PlannedStep("GPU server starts", start_gpu_server, ENDLESS)
        yield PlannedStep("kernel starts beside the GPU", start_kernel, KERNEL_SECONDS, at_server=True)
        yield PlannedStep("GPU is seen", gpu_is_seen, at_server=True)
        yield PlannedStep("GPU server stops", stop_server, STOP_SECONDS)
