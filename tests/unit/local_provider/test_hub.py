"""The hub through the real engine: created means answering, changed in place, gone without a trace but for homes."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest

from providers.engine.values import Task
from providers.local.machine import RESOURCE as MACHINE
from providers.local.supervisor_conf import LONGEST_SOCKET_PATH, socket_path
from tests.unit.local_provider.real_hub import RealHub, gone, hub_software, until
from tests.unit.local_provider.real_stack import RealStack

pytestmark = [pytest.mark.engine, pytest.mark.hub]


def test_a_hub_lives_through_changes_and_goes(hub: RealHub) -> None:
    hub.inputs["client_secret"] = "a secret of the sign-in service"
    assert hub.stack.preview() == {"create": 4}
    assert not hub.folder.exists()

    hub.stack.up()
    created = hub.outputs()
    first = hub.pids()
    assert hub.version() == created["version"] == "5.5.0"
    assert hub.drift() == []
    assert created["url"] == f"http://127.0.0.1:{created['port']}/"

    _secrets_are_kept_well(hub)
    _nothing_to_do_changes_nothing(hub, first)
    server = _a_new_setting_restarts_the_hub_alone(hub, first)
    _new_software_and_another_port_restart_all_but_servers(hub)
    assert server.poll() is None
    _the_machine_does_not_go_under_a_hub(hub)
    _another_folder_is_another_hub(hub)
    assert server.wait(10) != 0

    (hub.homes / "ada").mkdir()
    (hub.homes / "ada" / "work.txt").write_text("precious")
    last = hub.pids()
    hub.stack.destroy()
    until(lambda: all(map(gone, last.values())))
    assert not hub.folder.exists()
    assert (hub.homes / "ada" / "work.txt").read_text() == "precious"


def _secrets_are_kept_well(hub: RealHub) -> None:
    outputs, text = hub.outputs(), hub.stack.state_text()
    names = ("password", "health_token", "proxy_auth_token", "cookie_secret", "crypt_key", "client_secret")
    for name in names:
        assert len(outputs[name]) >= 19
        assert outputs[name] not in text
        assert outputs[name] not in "".join(hub.stack.said)
    for name in ("secrets.json", "supervisord.conf"):
        assert stat.S_IMODE((hub.folder / name).stat().st_mode) == 0o600
    for pid in hub.pids().values():
        command_line = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
        assert not any(outputs[name] in command_line for name in names)


def _nothing_to_do_changes_nothing(hub: RealHub, pids: dict[str, int]) -> None:
    assert hub.stack.up() == {"same": 4}
    assert hub.pids() == pids


def _a_new_setting_restarts_the_hub_alone(hub: RealHub, before: dict[str, int]) -> subprocess.Popen[bytes]:
    server = hub.start_server("ada")
    made = hub.outputs()
    hub.inputs["settings"]["homepage"]["text"] = "Welcome to the spring course"
    assert hub.stack.preview() == {"same": 3, "update": 1}
    assert hub.pids() == before

    assert hub.stack.up() == {"same": 3, "update": 1}
    after = hub.pids()
    assert after["hub"] != before["hub"]
    assert (after["proxy"], after["supervisor"]) == (before["proxy"], before["supervisor"])
    assert server.poll() is None
    changed = hub.outputs()
    assert changed["digest"] != made["digest"]
    assert {**changed, "digest": "", "settings": ""} == {**made, "digest": "", "settings": ""}
    assert "spring course" in (hub.folder / "settings.json").read_text()
    return server


def _new_software_and_another_port_restart_all_but_servers(hub: RealHub) -> None:
    before, port = hub.pids(), hub.outputs()["port"]
    hub.inputs["first_port"] = port + 1
    hub.inputs["environment"] = str(hub_software("# newer\n"))
    assert hub.stack.up() == {"same": 3, "update": 1}
    assert not set(hub.pids().values()) & set(before.values())
    assert hub.outputs()["port"] > port
    assert hub.version()


def _the_machine_does_not_go_under_a_hub(hub: RealHub) -> None:
    folder = str(hub.folder.parents[1])
    MACHINE.delete(Task(_urn(hub.stack)), folder, {"folder": folder})
    assert hub.drift() == []


def _another_folder_is_another_hub(hub: RealHub) -> None:
    old, pids = hub.folder, hub.pids()
    hub.folder = old.with_name("demo-elsewhere")
    hub.inputs["folder"] = str(hub.folder)

    assert hub.stack.preview() == {"same": 3, "replace": 1}
    assert hub.stack.up() == {"same": 3, "replace": 1}

    assert all(map(gone, pids.values()))
    assert not old.exists()
    assert hub.version()


def test_a_folder_of_somebody_else_is_refused(hub: RealHub) -> None:
    hub.folder.mkdir(parents=True)
    (hub.folder / "thesis.txt").write_text("mine")
    (hub.folder.parents[1] / "machine.json").write_text(
        json.dumps({"made_by": "hubs", "urn": _urn(hub.stack), "checkout": str(hub.stack.folder)})
    )
    assert "holds files that are not of this project" in hub.stack.fails("preview")
    assert (hub.folder / "thesis.txt").read_text() == "mine"


def _urn(stack: RealStack) -> str:
    return f"urn:pulumi:{stack.stack_name}::hubs::localhub:index:Machine::machine"


def test_what_cannot_be_is_said_in_the_preview_all_at_once(hub: RealHub) -> None:
    hub.inputs.update(listen_address="localhost", first_port=70000, folder="hubs/demo", settings=None)
    said = hub.stack.fails("preview")
    assert "'localhost' is not an IP address" in said
    assert "70000 is not a port" in said
    assert "is not <machine folder>/hubs/<stack>" in said
    assert "is missing or not a map" in said


def test_a_deep_folder_has_its_socket_elsewhere() -> None:
    deep = Path("/srv") / ("deep" * 30) / "hubs" / "demo-staging"
    assert socket_path(Path("/srv/hubs/demo-staging")) == Path("/srv/hubs/demo-staging/supervisord.sock")
    assert len(str(socket_path(deep))) <= LONGEST_SOCKET_PATH
    assert socket_path(deep) != socket_path(deep.with_name("demo-prod"))
