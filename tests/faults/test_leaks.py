"""Secrets put in every place that takes one, and looked for in everything that a run writes, prints and starts."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from deployer import simulation, toolchain
from providers.cache_folder import cache_folder
from tests.conftest import DEPLOYER, checkout
from tests.e2e.simulated.rollouts import rollouts
from tests.kubernetes import CLUSTER, NAME, ApiServer, api_server, kubernetes_tools

__all__ = ["api_server", "kubernetes_tools"]

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("api-server")]

CANARIES = {
    "of the file": "canary-file-7f31",
    "of the file, staging's own": "canary-staging-20c4",
    "of the environment": "canary-variable-99d0",
    "for servers": "canary-server-1be7",
    "of a trait": "canary-trait-c0de",
    "among values": "canary-values-55aa",
    "of the state": "canary-passphrase-ee12",
}
COMMUNITY = {
    "name": "atoll",
    "title": "Atoll",
    "cluster": NAME,
    "hub": {
        "domain": "atoll.example.org",
        "auth": {
            "type": "github",
            "admins": ["ada"],
            "github": {"client_id": "Iv1.0", "client_secret_env": "ATOLL_SECRET"},
        },
    },
}
LAGOON = {**COMMUNITY, "name": "lagoon", "title": "Lagoon", "hub": {**COMMUNITY["hub"], "domain": "lagoon.example.org"}}  # type: ignore[dict-item]


@dataclass
class Watched:
    """Runs of the deployer, with all that they said and started."""

    root: Path
    environment: Mapping[str, str]
    said: dict[str, str] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)

    def run(self, *arguments: str, code: int | None = 0, given: str = "", **environment: str) -> str:
        """Run it to its end, looking at what it starts all the while."""
        process = subprocess.Popen(
            [str(DEPLOYER), *arguments],
            cwd=self.root,
            env={**self.environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ended = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(process.pid, ended))
        watcher.start()
        try:
            said, _ = process.communicate(given, timeout=180)
        finally:
            process.kill()
            ended.set()
            watcher.join()
        self.said[" ".join(arguments)] = said
        assert code is None or process.returncode == code, said
        return said

    def _watch(self, pid: int, ended: threading.Event) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            top = psutil.Process(pid)
            while not ended.wait(0.01):
                for process in (top, *top.children(recursive=True)):
                    with contextlib.suppress(psutil.Error):
                        self.started.add(" ".join(process.cmdline()))


def found_in(text: bytes) -> set[str]:
    """Which canaries are in it, plain or encoded; however they lie to the groups of three of base64."""
    forms = {
        name: {canary.encode(), *(base64.b64encode(b"x" * shift + canary.encode())[4:-4] for shift in range(3))}
        for name, canary in CANARIES.items()
    }
    return {name for name, ways in forms.items() if any(form in text for form in ways)}


def leaks_below(*folders: Path) -> dict[str, set[str]]:
    """Files with canaries, and which."""
    leaks = {}
    for file in (file for folder in folders for file in folder.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        content = file.read_bytes()
        with contextlib.suppress(OSError, EOFError):
            content += gzip.decompress(content) if content[:2] == b"\x1f\x8b" else b""
        if names := found_in(content):
            leaks[str(file)] = names
    return leaks


def at_home(folder: Path, **more: str) -> dict[str, str]:
    """An environment in which all that is written lands below the folder; the tools are those of the machine."""
    for name in ("home", "temporary", "cache"):
        (folder / name).mkdir()
    for name in ("tools", "environments", "charts"):
        (cache_folder() / name).mkdir(parents=True, exist_ok=True)
        (folder / "cache" / name).symlink_to(cache_folder() / name)
    return {
        **os.environ,
        "HOME": str(folder / "home"),
        "XDG_CONFIG_HOME": str(folder / "home"),
        "TMPDIR": str(folder / "temporary"),
        "HUBS_CACHE_DIR": str(folder / "cache"),
        **more,
    }


@pytest.fixture(scope="module")
def watched(api_server: ApiServer, tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A community with secrets everywhere, deployed to a real API server with stand-ins in the cloud's place."""
    toolchain.ensure(["secrets"])
    folder = tmp_path_factory.mktemp("leaks")
    made = rollouts(folder / "checkout") if (folder / "checkout").mkdir() is None else None
    assert made is not None
    asked = CLUSTER.model_dump(mode="json", exclude_unset=True)
    made.write(f"clusters/{NAME}.yaml", {**asked, "support": {"monitoring": {"enabled": False}}})
    made.write("communities/atoll.yaml", COMMUNITY)
    api_server.join(made.root / ".state" / ".simulated")
    environment = at_home(
        folder,
        HUBS_OFFLINE="1",
        ATOLL_SECRET=CANARIES["of the environment"],
        PULUMI_CONFIG_PASSPHRASE=CANARIES["of the state"],
    )
    watched = Watched(made.root, environment)
    recipient = watched.run("secrets", "keygen", "--json")
    made.write(
        "operators.yaml", {"recipients": {"on-call": json.loads(recipient[: recipient.rindex("}") + 1])["recipient"]}}
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HUBS_OFFLINE", "1")
        simulation.up(made.project, NAME, installing=lambda _: None)
    return watched


def test_secrets_are_nowhere_but_where_they_belong(watched: Watched, api_server: ApiServer) -> None:
    put = {
        "client_secret": (CANARIES["of the file"], "prod"),
        "environment.CATALOG_TOKEN": (CANARIES["for servers"], None),
        "traits.GitHubOAuthenticator.extra": (CANARIES["of a trait"], None),
        "helm_values.custom.ldap.password": (CANARIES["among values"], None),
    }
    for key, (value, stage) in put.items():
        watched.run("secrets", "set", "atoll", key, *(["--stage", stage] if stage else []), given=value)
    for words in (
        "validate",
        "validate --json",
        "show atoll",
        "show atoll --values",
        "show atoll --json",
        "secrets check",
        "secrets check --json",
        "secrets recipients list",
        "preview atoll --simulate",
        "preview atoll --simulate --json",
        "deploy atoll --simulate",
        "status --simulate",
        "status --simulate --json",
        "secrets rotate atoll cookies --simulate",
    ):
        watched.run(*words.split(), code=0)
    watched.run("history", "atoll", "--simulate", code=None)
    watched.run(
        "secrets", "set", "atoll", "client_secret", "--stage", "staging", given=CANARIES["of the file, staging's own"]
    )
    failed = watched.run("--debug", "deploy", "atoll", "--simulate", code=None, PULUMI_CONFIG_PASSPHRASE="another")
    assert "passphrase" in failed

    said = {command: found_in(text.encode()) for command, text in watched.said.items()}
    assert {command: names for command, names in said.items() if names} == {}
    assert len(watched.started) > len(watched.said), "sops and the engine were seen"
    assert any("sops" in line for line in watched.started)
    assert [line for line in watched.started if found_in(line.encode())] == []
    assert leaks_below(watched.root, watched.root.parent) == {}

    for stage, expected in (("staging", "of the environment"), ("prod", "of the file")):
        secret = api_server.object("v1", "Secret", f"atoll-{stage}", "hub-secrets")
        assert secret is not None
        values = json.loads(base64.b64decode(secret["data"]["values.yaml"]))
        assert values["hub"]["config"]["OAuthenticator"]["client_secret"] == CANARIES[expected]
        assert values["hub"]["config"]["GitHubOAuthenticator"]["extra"] == CANARIES["of a trait"]
        assert values["singleuser"]["extraEnv"] == {"CATALOG_TOKEN": CANARIES["for servers"]}
        assert values["custom"]["ldap"]["password"] == CANARIES["among values"]


def test_a_value_that_stands_there_in_clear_is_shouted_and_not_repeated(watched: Watched) -> None:
    (watched.root / "communities" / "lagoon.yaml").write_text(json.dumps(LAGOON))
    clear = watched.root / "secrets" / "lagoon.yaml"
    clear.write_text(f"both:\n  client_secret: {CANARIES['of the file']}\n  pasword: '{CANARIES['of a trait']}\n")
    try:
        for arguments in (
            ("validate",),
            ("--debug", "validate"),
            ("deploy", "lagoon", "--simulate"),
            ("secrets", "check"),
        ):
            said = watched.run(*arguments, code=2 if arguments[0] != "--debug" else None)
            assert found_in(said.encode()) == set()
        clear.write_text(f"both:\n  client_secret: {CANARIES['of the file']}\n  pasword: {CANARIES['of a trait']}\n")
        said = watched.run("validate", code=2)
        assert "THIS FILE IS NOT ENCRYPTED" in said
        assert found_in(said.encode()) == set()
    finally:
        clear.unlink()
        (watched.root / "communities" / "lagoon.yaml").unlink()


@pytest.mark.hub
def test_a_hub_on_this_machine_has_them_in_one_file_of_its_own(tmp_path: Path) -> None:
    toolchain.ensure(["secrets"])
    with checkout() as made:
        watched = Watched(made.root, at_home(tmp_path))
        said = watched.run("secrets", "keygen", "--json")
        recipient = json.loads(said[: said.rindex("}") + 1])["recipient"]
        made.write("operators.yaml", f"recipients: {{on-call: {recipient}}}\n")
        given = {
            "password": CANARIES["of the file"],
            "environment.CATALOG_TOKEN": CANARIES["for servers"],
            "traits.Spawner.default_url": f"/{CANARIES['of a trait']}",
        }
        for key, value in given.items():
            watched.run("secrets", "set", "demo", key, given=value)
        watched.run("deploy", "demo", "--stage", "staging")
        (kept,) = leaks_below(made.root, tmp_path)
        file = Path(kept)
        assert (file.name, file.parent.name, file.stat().st_mode & 0o777) == ("secrets.json", "demo-staging", 0o600)
        before = json.loads(file.read_text())
        assert before["environment"] == {"CATALOG_TOKEN": CANARIES["for servers"]}

        watched.run("secrets", "rotate", "demo", "cookies", "sign-in-state")
        after = json.loads(file.read_text())
        assert {name for name in before if before[name] != after[name]} == {
            "cookie_secret",
            "crypt_key",
            "former_crypt_key",
        }
        assert after["former_crypt_key"] == before["crypt_key"]
        assert not (file.parent.parent / "demo-prod").exists(), "what does not stand is not brought up"
        assert list(leaks_below(made.root, tmp_path)) == [kept]
        assert [text for text in watched.said.values() if found_in(text.encode())] == []
        running = {" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])}
        assert [line for line in (*watched.started, *running) if found_in(line.encode())] == []


def test_the_search_finds_what_it_looks_for() -> None:
    for name, canary in CANARIES.items():
        for text in (f"x {canary} y", *(base64.b64encode(f"{'a' * n}{canary}bcd".encode()).decode() for n in range(4))):
            assert found_in(text.encode()) == {name}, text
