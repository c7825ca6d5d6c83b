"""Paths as the engine writes them, who owns a field, and how findings are told."""

from __future__ import annotations

from typing import Any

import pytest

from deployer.errors import EngineFailed
from deployer.report.drift import show_drift
from deployer.rollout.engine.deviations import Deviation
from deployer.state.drift.finding import Difference, Editor, ResourceDrift, StackDrift
from deployer.state.drift.managers import by_hand, editor_of
from deployer.state.drift.properties import parsed, sides
from tests.unit.comparison.test_markdown import HOSTILE, SECRETS, SPAN

LIVE: dict[str, Any] = {
    "metadata": {
        "labels": {"team": "ocean"},
        "managedFields": [
            {
                "manager": "pulumi-kubernetes-1a2b",
                "operation": "Apply",
                "time": "2026-11-20T10:00:00Z",
                "fieldsV1": {"f:spec": {"f:replicas": {}}},
            },
            {
                "manager": "kubectl-scale",
                "operation": "Update",
                "time": "2026-11-20T11:00:00Z",
                "fieldsV1": {"f:spec": {"f:replicas": {}}, "f:metadata": {"f:labels": {".": {}, "f:team": {}}}},
            },
            {
                "manager": "kube-controller-manager",
                "operation": "Update",
                "time": "2026-11-20T12:00:00Z",
                "subresource": "status",
                "fieldsV1": {"f:status": {"f:replicas": {}}},
            },
            {
                "manager": "Mozilla",
                "operation": "Update",
                "time": "2026-11-20T13:00:00Z",
                "fieldsV1": {"f:spec": {"f:containers": {'k:{"name":"main"}': {".": {}, "f:image": {}}}}},
            },
        ],
    },
    "spec": {"replicas": 3, "containers": [{"name": "side"}, {"name": "main", "image": "other:1"}]},
}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("spec.replicas", ("spec", "replicas")),
        ('metadata.labels["a.b/c"]', ("metadata", "labels", "a.b/c")),
        ("spec.containers[1].image", ("spec", "containers", 1, "image")),
        ('["say \\"hi\\""]', ('say "hi"',)),
    ],
)
def test_paths(text: str, path: tuple[str | int, ...]) -> None:
    assert parsed(text) == path


def test_who_owns_a_field() -> None:
    scaled = editor_of(LIVE, ("spec", "replicas"))
    assert scaled is not None
    assert str(scaled) == "kubectl-scale, update, 2026-11-20T11:00:00Z"
    image = editor_of(LIVE, ("spec", "containers", 1, "image"))
    assert image is not None
    assert image.who == "Mozilla"
    assert editor_of(LIVE, ("spec", "containers", 0, "image")) is None
    assert editor_of({"metadata": {}}, ("spec",)) is None
    assert set(by_hand(LIVE)) == {
        ("spec", "replicas"),
        ("metadata", "labels", "team"),
        ("spec", "containers", 1, "image"),
    }


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ({"size": 1}, {"size": 2}, (1, 2)),
        ({"size": 1}, {}, (1, None)),
        ({"size": "[secret]"}, {"size": "[secret]"}, ("<not shown>", "<not shown>")),
        ({"size": {"token": "canary"}}, {"size": {"token": "canaries"}}, ({"token": "<not shown>"},) * 2),
    ],
)
def test_sides_without_secrets(old: Any, new: Any, shown: tuple[Any, Any]) -> None:
    deviation = Deviation(urn="", type="", name="", gone=False, recorded={"inputs": old}, found={"inputs": new})
    assert sides(deviation, ("size",)) == shown


def test_markdown_is_whole_and_stable(capsys: pytest.CaptureFixture[str]) -> None:
    value = Difference(path="labels.a", old="x|y", new=None, editor=None, undo="replaced")
    changed = ResourceDrift(urn="u", type="gcp:storage/bucket:Bucket", name="scratch", gone=False, differences=[value])
    gone = ResourceDrift(urn="v", type="gcp:storage/bucket:Bucket", name="old", gone=True, undo="left")
    found = [
        StackDrift(stack="a-prod", name="a", part="prod", resources=[changed, gone], seen=["hub: not ready"]),
        StackDrift(stack="b-prod", name="b", part="prod", error=EngineFailed("nobody is signed in")),
        StackDrift(stack="c-prod", name="c", part="prod"),
    ]
    texts = []
    for _ in range(2):
        show_drift(found, as_json=False, markdown=True)
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]
    assert "### Drift: 1 of 3 stacks differ from what was deployed; 1 could not be looked at" in texts[0]
    row = "| `a-prod` | `Bucket scratch: labels.a` | `x¦y` | nothing | the cloud does not tell by whom |"
    assert f"{row} a deploy puts it back by REPLACING the resource |" in texts[0]
    lost = "| `a-prod` | `Bucket old` | there | **gone** | the cloud does not tell by whom | a deploy leaves it |"
    assert lost in texts[0]
    assert "- `b-prod` could not be looked at: `nobody is signed in`" in texts[0]
    assert "c-prod" not in texts[0]


@pytest.mark.parametrize("value", [*HOSTILE, SECRETS[0], "https://evil.example.org"])
def test_nothing_of_others_is_markup(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    editor = Editor(who=value, operation="Update", at="2026-11-20T11:00:00Z")
    changed = Difference(path=value, old=value, new=[value], editor=editor, undo="left")
    resource = ResourceDrift(urn="u", type="a:b:Role", name=value, gone=False, differences=[changed])
    found = [
        StackDrift(stack="a-prod", name="a", part="prod", resources=[resource], seen=[value], unforeseen=value),
        StackDrift(stack="b-prod", name="b", part="prod", error=EngineFailed(value)),
    ]
    show_drift(found, as_json=False, markdown=True)
    text = capsys.readouterr().out
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [row.count("|") for row in rows] == [7, 7]
    left = SPAN.sub("", text)
    for sign in ("@", "<", "http", "#1", "](", "ghp_"):
        assert sign not in left, left
    assert "ghp_" not in text
