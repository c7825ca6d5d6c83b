"""Where a simulated cluster's control plane keeps everything it has: one folder, for nobody else's eyes.

<world>/kubernetes/<cluster>/kubeconfig      while it runs: who reads it finds the API server
<world>/kubernetes/<cluster>/bin/helm        what installs charts there
<world>/kubernetes/<cluster>/processes.json  what was started, with the time of its start
<world>/kubernetes/<cluster>/etcd            what was applied
<world>/kubernetes/<cluster>/log             what its programs say
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from providers.simulated.kubernetes.kubeconfig import Access, written
from providers.simulated.kubernetes.nearby import CLUSTERS


@dataclass(frozen=True)
class Home:
    """One control plane's folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    @property
    def processes(self) -> Path:
        return self.folder / "processes.json"

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    @property
    def helm(self) -> Path:
        return self.folder / "bin" / "helm"

    def log(self, program: str) -> Path:
        return self.logs / f"{program}.log"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who starts or stops it."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder.with_name(f".{self.name}.lock")):
            yield

    def write_kubeconfig(self, access: Access) -> None:
        """Whole or not at all: a stand-in may look at any moment."""
        fresh = self.kubeconfig.with_name(".kubeconfig")
        fresh.touch(mode=0o600)
        fresh.write_text(written(access), encoding="utf-8")
        fresh.replace(self.kubeconfig)


def home_of(world: Path, name: str) -> Home:
    """Of the cluster of that name in a simulated world."""
    return Home((world / CLUSTERS / name).resolve())


def homes(world: Path) -> list[Home]:
    """Every cluster that has, or had, a control plane."""
    return [Home(path.parent.resolve()) for path in sorted((world / CLUSTERS).glob("*/processes.json"))]
