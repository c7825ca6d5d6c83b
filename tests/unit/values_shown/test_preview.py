"""A preview and a deploy tell first which settings changed: a real hub on this machine, the real engine."""

from __future__ import annotations

import json

from tests.conftest import Checkout


def test_settings_come_first_in_preview_and_deploy(shared_project: Checkout) -> None:
    deployed = shared_project.run("deploy", "demo", "--stage", "staging")
    assert deployed.code == 0, deployed.text
    unchanged = shared_project.run("preview", "demo", "--stage", "staging")
    assert unchanged.out == "demo: nothing would change\n", unchanged.text
    record = json.loads((shared_project.root / ".state/.hubs/demo-staging.json").read_text())
    assert record["settings"]["hub"]["profiles"][1]["slug"] == "large"

    file = shared_project.root / "communities/demo.yaml"
    text = file.read_text()
    old, new = "{slug: big, memory_gib: 4}", "{slug: big, memory_gib: 8}"
    line = text[: text.index(old)].count("\n") + 1
    file.write_text(text.replace(old, new))

    seen = shared_project.run("preview", "demo", "--stage", "staging")
    assert seen.code == 0, seen.text
    shown = [words.strip() for words in seen.out.splitlines()]
    start = shown.index("staging (demo-staging)")
    assert shown[start + 1 : start + 6] == [
        "settings:",
        f"profile Large: size big: memory: 4 -> 8 GiB  (communities/demo.yaml:{line})",
        "counts from a server's next start; running servers keep what they have until they are restarted",
        "resources:",
        "update   Hub demo-staging: settings.traits.LocalHubSpawner.profile_list",
    ]

    told = shared_project.run("preview", "demo", "--stage", "staging", "--json").json
    asked = next(stack["asked"] for stack in told["stacks"] if stack["part"] == "staging")
    (setting,) = asked["settings"]
    assert (setting["file"], setting["line"], setting["old"], setting["new"]) == (
        "communities/demo.yaml",
        line,
        "4 GiB",
        "8 GiB",
    )
    assert asked["values"] == []

    again = shared_project.run("deploy", "demo", "--stage", "staging")
    assert "profile Large: size big: memory: 4 -> 8 GiB" in again.err, again.text
    calm = shared_project.run("preview", "demo", "--stage", "staging")
    assert calm.out == "demo: nothing would change\n", calm.text
