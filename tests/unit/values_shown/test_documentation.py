"""What the documentation says of fields and values is so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from deployer.config import load_fleet
from deployer.config.fleet import load_deployments
from deployer.config.helm_charts import TOP_KEYS
from deployer.config.reference import reference
from deployer.config.values_documented import values_by_field
from deployer.project import Project
from schemas.community import Community
from tests.unit.values_shown.charts import CHECKOUT, rules

PAGE = (CHECKOUT / "docs/from-z2jh.md").read_text(encoding="utf-8")


def _rows() -> Iterator[tuple[str, str]]:
    for line in PAGE.splitlines():
        cells = line.split(" | ")
        if line.startswith("| `"):
            (field,) = re.findall(r"`([^`]+)`", cells[1])
            for value in re.findall(r"`([^`]+)`", cells[0]):
                yield value, field


ROWS = list(_rows())


def _headings() -> set[str]:
    """All fields of the reference, by their paths."""
    found, heading = set(), ""
    for line in reference().splitlines():
        if line.startswith("## `"):
            heading = line.strip("#` ")
        elif line.startswith("| `"):
            found.add(f"{heading}.{line.split('`')[1]}")
    return found


FIELDS = _headings()


def _known(schema: Any, keys: list[str]) -> bool:
    """Whether a schema names these keys, one inside the other."""
    if not keys:
        return True
    below = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    return keys[0] in below and _known(below[keys[0]], keys[1:])


def _made(field: str, value: str) -> bool:
    """Whether the field, or one in it, makes the value or something below it."""
    mine = [made for name, values in values_by_field().items() if name.startswith(field) for made in values]
    return any(made == value or made.startswith((f"{value}.", f"{value}[")) for made in mine)


def test_the_table_is_long_enough_to_be_of_use() -> None:
    assert len(ROWS) > 40
    assert len({field for _, field in ROWS}) > 35


@pytest.mark.parametrize(("value", "field"), ROWS)
def test_every_row_of_the_table_is_true(value: str, field: str) -> None:
    assert field in FIELDS
    keys = value.split(".")
    trait = keys[:2] == ["hub", "config"]
    # Traits are no keys of the chart's schema: a field makes them, or something else in their place.
    assert _made(field, value) or (not trait and _known(rules()["jupyterhub"].schema, keys)) or value in OTHERWISE


OTHERWISE = {
    # Admins have their role by name instead.
    "hub.config.Authenticator.admin_users",
    # Stands in a Secret, and in no values.
    "hub.config.GitHubOAuthenticator.client_secret",
    # `idps` took its place in the authenticator.
    "hub.config.CILogonOAuthenticator.allowed_idps",
}


def test_what_people_get_can_be_written_so(tmp_path: Any) -> None:
    page = (CHECKOUT / "docs/what-people-get.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    for name in ("clusters", "images"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    (tmp_path / "communities").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: hubs")
    (tmp_path / "communities/ocean.yaml").write_text(example)
    fleet = load_fleet(Project(tmp_path), ["ocean"])
    assert [str(problem) for problem in (*fleet.problems, *fleet.warnings)] == []


def test_the_example_is_a_community(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (before, after) = [
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "auth" in block
    ]
    Community.model_validate(after)
    root = tmp_path / "checkout"
    for name in ("clusters", "images"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(CHECKOUT / name)
    (root / "communities").mkdir()
    (root / "Pulumi.yaml").write_text("name: hubs")
    (root / "communities/ocean.yaml").write_text(yaml.safe_dump(after))
    prod = load_deployments(Project(root), "ocean").deployments["prod"]
    from deployer.config.values_made import configuration

    ours = configuration(prod)["jupyterhub"]
    said = before["jupyterhub"]
    assert ours["cull"]["timeout"] == said["cull"]["timeout"]
    assert ours["cull"]["maxAge"] == said["cull"]["maxAge"]
    assert ours["singleuser"]["image"]["name"] == said["singleuser"]["image"]["name"]
    assert ours["singleuser"]["image"]["tag"] == said["singleuser"]["image"]["tag"]
    theirs = said["hub"]["config"]["GitHubOAuthenticator"]
    mine = ours["hub"]["config"]
    assert mine["GitHubOAuthenticator"]["allowed_organizations"] == theirs["allowed_organizations"]
    assert mine["OAuthenticator"]["oauth_callback_url"] == theirs["oauth_callback_url"]


@pytest.mark.parametrize("chart", TOP_KEYS)
def test_top_keys_are_the_charts_own(chart: str) -> None:
    mine = set(TOP_KEYS[chart])
    assert mine <= rules()[chart].schema["properties"].keys()
    others = {key for name, keys in TOP_KEYS.items() if name != chart for key in keys}
    assert not mine & others


def test_fields_that_make_values_say_which() -> None:
    found = values_by_field()
    assert found["hub.default_url"] == {"singleuser.defaultUrl"}
    assert found["hub.database_size_gib"] == {"hub.db.pvc.storage"}
    assert {"cull.timeout"} <= found["hub.culling.idle_timeout_minutes"]
    assert found["hub.auth.github.client_id"] == {"hub.config.GitHubOAuthenticator.client_id"}
    assert not found["hub.buckets[].undelete_days"]
    assert "`singleuser.defaultUrl`" in reference()
