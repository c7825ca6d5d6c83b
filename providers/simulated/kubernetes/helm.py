"""The helm program, run for one release: charts fetched, installed, upgraded, taken away."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from providers.engine.values import Task, Values
from providers.simulated.kubernetes.kubeconfig import Access, written
from providers.simulated.storage import cache_folder

TICK_SECONDS = 0.1
# Helm ends by itself after the timeout it was given; an interrupted one takes back what it began.
GRACE_SECONDS = 30.0
_NO_NETWORK = re.compile(
    r"no such host|dial tcp|i/o timeout|network is unreachable|connection refused|proxyconnect|TLS handshake"
    r"|context deadline exceeded|server misbehaving|40[37] |50[234] ",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"WARNING|level=|[IWE]\d{4} \d\d:")
"""Its own warnings, and those of the API server, which its library passes on."""
_EXACT = re.compile(r"v?\d+\.\d+\.\d+[-+.\w]*")


class Failed(Exception):  # noqa: N818 - an answer, not a fault of ours
    """Helm said no, in its words."""


class Unfetched(Exception):  # noqa: N818 - likewise
    """A chart cannot be had here: why."""


@dataclass(frozen=True)
class Helm:
    """The executable, and the cluster it works on."""

    executable: Path
    access: Access

    def run(self, task: Task, words: Sequence[str], *, values: Any = None) -> str:
        """Its output. `values` go through a file that only we can read, and that is gone afterwards. Raises Failed."""
        with self._folder() as folder:
            given = list(words)
            if values is not None:
                given += ["--values", str(_secret_file(folder / "values.json", json.dumps(values)))]
            given += ["--kubeconfig", str(_secret_file(folder / "kubeconfig", written(self.access)))]
            return _ended(task, [str(self.executable), *given], folder)

    def json(self, task: Task, words: Sequence[str]) -> Any:
        """Its output, read."""
        return json.loads(self.run(task, [*words, "--output", "json"]))

    def fetched(self, task: Task, inputs: Values) -> str:
        """Path of the chart: the folder or archive that is named, else one fetched from its repository.

        Raises Unfetched where the network does not lead there, Failed for what the repository does not have.
        """
        chart = str(inputs["chart"])
        if Path(chart).exists():
            return chart
        repository = inputs.get("repositoryOpts") or {}
        if os.environ.get("HUBS_OFFLINE", "").lower() not in ("", "0", "no", "false"):
            raise Unfetched("HUBS_OFFLINE is set")
        if repository.get("username") or repository.get("password"):
            raise Unfetched("its repository asks for a password, which is not given to a simulation")
        if not repository.get("repo") and not chart.startswith("oci://"):
            raise Unfetched("there is no such folder, and no repository is named")
        version = str(inputs.get("version") or "")
        key = sha256(f"{repository.get('repo')} {chart} {version}".encode()).hexdigest()[:16]
        kept = cache_folder() / "simulated" / "charts" / key
        if _EXACT.fullmatch(version) and (found := next(kept.glob("*.tgz"), None)):
            return str(found)
        return self._pull(task, chart, str(repository.get("repo") or ""), version, kept)

    def _pull(self, task: Task, chart: str, repository: str, version: str, kept: Path) -> str:
        kept.mkdir(parents=True, exist_ok=True)
        with self._folder() as folder:
            words = [str(self.executable), "pull", chart, "--destination", str(folder)]
            words += ["--repo", repository] if repository else []
            words += ["--version", version] if version else []
            try:
                _ended(task, words, folder)
            except Failed as error:
                if _NO_NETWORK.search(str(error)):
                    raise Unfetched(str(error)) from None
                raise
            archive = next(folder.glob("*.tgz"))
            return str(archive.replace(kept / archive.name))

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        parent = cache_folder() / "simulated"
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".helm-", dir=parent) as name:
            yield Path(name)


def _secret_file(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


def _ended(task: Task, command: Sequence[str], folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "KUBE"))}
    for kind in ("CACHE", "CONFIG", "DATA"):
        environment[f"HELM_{kind}_HOME"] = str(folder / kind.lower())
    with (folder / "out").open("w+") as out, (folder / "err").open("w+") as err:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        try:
            _wait(process, task)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        said = (folder / "out").read_text(errors="replace"), (folder / "err").read_text(errors="replace")
    if process.returncode != 0:
        raise Failed(_words(said[1]) or _words(said[0]) or f"helm ended with {process.returncode}")
    return said[0]


def _wait(process: subprocess.Popen[bytes], task: Task) -> None:
    while process.poll() is None:
        if task.cancelled.is_set():
            process.terminate()
            process.wait(GRACE_SECONDS)
            return
        try:
            process.wait(TICK_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _words(said: str) -> str:
    """What it says, without warnings and without the word that each fault starts with."""
    lines = [line for line in said.strip().splitlines() if line and not _ASIDE.match(line)]
    return " ".join(line.removeprefix("Error: ").strip() for line in lines)[-2000:]
