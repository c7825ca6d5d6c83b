"""What to check, and what must be found there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.contract import HubRuntime
    from schemas.community import Deployment


DEADLINE_SECONDS = 300.0
"""For a whole check where servers start on what is there."""
NODE_SECONDS = 900.0
"""For a node that must come up before a server can: after so long the autoscaler gives one up and says so
(its option --max-node-provision-time, 15 minutes by default)."""
DASK_SECONDS = 120.0
"""Ours, for a Dask cluster's scheduler and worker to answer once they have nodes."""
BUILD_SECONDS = 900.0
"""Ours, for building a small repository that nobody built before, and a server in it."""
SETTLING_SECONDS = 600.0
"""For a name and a certificate of a hub that was deployed just now: a record that was asked for before it was there is
remembered as missing for the zone's negative time to live, often five minutes, and the authority's proof needs it."""
CLEARING_SECONDS = 20.0
"""For removing the check's user after a check that failed or was interrupted."""


@dataclass(frozen=True, kw_only=True)
class SharedExpectation:
    """A shared directory as somebody without any rights of their own must find it."""

    name: str
    everyone_writes: bool = False
    """Whether `<name>-readwrite` is there for them; otherwise it must not be."""


@dataclass(frozen=True, kw_only=True)
class GpuExpectation:
    """A profile whose servers have GPUs."""

    profile: str
    """Its slug."""
    count: int


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What the community asked for that a session can see."""

    shared_directories: tuple[SharedExpectation, ...] = ()
    scratch: bool = False
    """A folder in the home."""
    scratch_bucket: bool = False
    """A bucket whose address is in the variable SCRATCH_BUCKET."""
    on_cluster: bool = False
    """Whether people find it by a name whose record and certificate others keep, and servers may wait for a node."""
    nbgitpuller: bool = True
    """Whether the image is one of the catalogue's, which all have it."""
    dask: bool = False
    binder: bool = False
    gpu: GpuExpectation | None = None
    """Looked at on demand alone: it starts a node that somebody pays for."""

    @property
    def deadline_seconds(self) -> float:
        """For a whole check of all this."""
        node = NODE_SECONDS if self.on_cluster else 0.0
        return (
            DEADLINE_SECONDS
            + node
            + (DASK_SECONDS + node) * self.dask
            + (BUILD_SECONDS + node) * self.binder
            + (DEADLINE_SECONDS + node) * (self.gpu is not None)
        )

    @classmethod
    def of(cls, deployment: Deployment, *, on_cluster: bool = False, scratch_bucket: bool = False) -> Expectations:
        """What a resolved deployment promises to anybody who signs in, where it runs."""
        from deployer.rollout.health.palette import default_image
        from schemas.image import is_reference

        hub = deployment.hub
        return cls(
            shared_directories=tuple(
                SharedExpectation(name=directory.name, everyone_writes=directory.writers == "everyone")
                for directory in hub.shared_directories
            ),
            scratch=hub.scratch is not None and not scratch_bucket,
            scratch_bucket=scratch_bucket,
            on_cluster=on_cluster,
            nbgitpuller=not is_reference(default_image(hub)),
            dask=hub.dask is not None,
            binder=hub.binder is not None,
        )


@dataclass(frozen=True, kw_only=True)
class HubTarget:
    """A running hub, and the means to use it."""

    url: str
    """Where people go, ending in a slash."""
    api_token: str = field(repr=False)
    """Of a service whose scopes are at least `admin:users` and `tokens`."""
    password: str | None = field(default=None, repr=False)
    """The shared password of `auth.type: dummy`: the check then signs in through the login page too."""
    expects: Expectations = field(default_factory=Expectations)
    logs: HubRuntime | None = field(default=None, repr=False)
    """Where the last lines of the part at fault come from."""
    settling_seconds: float = 0.0
    """How long its address may still need to lead there."""

    @property
    def deadline_seconds(self) -> float:
        """For a whole check of it."""
        # Once for name and certificate, once for rights on the bucket.
        return self.expects.deadline_seconds + 2 * self.settling_seconds

    @property
    def longest_seconds(self) -> float:
        """Of any check of it, however it is asked for: a user of another one may be that old."""
        if not self.expects.on_cluster:
            return self.deadline_seconds
        with_gpu = replace(self.expects, gpu=GpuExpectation(profile="", count=1))
        return replace(self, expects=with_gpu, settling_seconds=SETTLING_SECONDS).deadline_seconds
