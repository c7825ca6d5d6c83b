"""A setting that is edited is named, alone, and only values that it makes are others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from deployer.config.differences import changed_leaves, leaves
from deployer.config.document import Path as Keys
from deployer.config.document import path_text
from deployer.config.fleet import Loaded, load_deployments, load_each
from deployer.config.named_entries import positioned
from deployer.config.sample import samples
from deployer.config.secrecy import MARK, NOT_SHOWN, veiled
from deployer.config.setting_changes import Changes, changes, kept
from deployer.config.values_made import TRIED, Makers
from deployer.config.variants import fields, others, with_value
from deployer.errors import BadInput, Place
from deployer.project import Project
from deployer.report.asked import alike, asked_data, asked_lines
from schemas.community import Deployment
from schemas.hub import Hub
from tests.unit.values_shown.charts import CHECKOUT

SAMPLE = samples()[0]
FIELDS = [(path, info) for path, _, info in fields(SAMPLE) if path[0] == "hub"]
EXAMPLES = [
    (field, position)
    for field, info in Hub.model_fields.items()
    for position in range(len(info.examples or ()))
    if field != "auth"
]
"""`auth` is many settings at once; its fields are edited one by one below."""


def _anywhere(path: Keys) -> tuple[Place, str]:
    return Place("file.yaml"), path_text(path)


def _edited(path: Keys, info: Any, value: Any) -> Iterator[Deployment]:
    """Valid deployments with another value in that field."""
    for other in others(value, info):
        edited = with_value(SAMPLE, path, other)
        try:
            yield Deployment.model_validate(edited.model_dump(mode="json", warnings=False))
        except ValidationError:
            continue


@pytest.mark.parametrize(("path", "info"), FIELDS, ids=[path_text(path) for path, _ in FIELDS])
def test_every_field_alone(path: Keys, info: Any) -> None:
    value = next(found for where, found, _ in fields(SAMPLE) if where == path)
    made = Makers(SAMPLE).made_by(path, others(value, info)).leaves
    before, edits = kept(SAMPLE), list(_edited(path, info, value))
    assert edits, "no other value is valid there"
    for edited in edits[:TRIED]:
        found = changes(before, edited, _anywhere)
        if not found.settings:
            assert edited == SAMPLE
            continue
        for setting in found.settings:
            # A renamed entry is another one: the old name goes, the new one comes.
            inside = path[: len(setting.path.split("."))] if path[-1] in ("name", "slug", "image") else path
            assert path_text(path).startswith(setting.path) or setting.path.startswith(path_text(inside))
        touched = {leaf for each in found.values for leaf in _leaves(each)}
        assert touched == set().union(*(setting.values for setting in found.settings))
        if len(edits) <= TRIED:
            assert touched <= made
        assert all(setting.effects for setting in found.settings if setting.values)


def _leaves(difference: Any) -> Iterator[Keys]:
    for path in changed_leaves({"x": difference.old}, {"x": difference.new}):
        yield (*difference.path, *path[1:])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The examples of this checkout, to edit."""
    root = tmp_path / "checkout"
    for name in ("clusters", "images"):
        root.mkdir(exist_ok=True)
        (root / name).symlink_to(CHECKOUT / name)
    (root / "communities").mkdir()
    (root / "Pulumi.yaml").write_text("name: hubs")
    for name in ("research-gcp", "demo"):
        (root / "communities" / f"{name}.yaml").write_text((CHECKOUT / f"communities/{name}.yaml").read_text())
    monkeypatch.chdir(root)
    return Project(root)


def _load(project: Project, name: str = "research-gcp") -> Loaded:
    return load_deployments(project, name)


def _changes(before: Loaded, after: Loaded, stage: Any = "prod") -> Changes:
    return changes(kept(before.deployments[stage]), after.deployments[stage], after.layers[stage].locate)


@pytest.mark.parametrize(("field", "position"), EXAMPLES)
def test_every_example_of_the_documentation_in_a_file(project: Project, field: str, position: int) -> None:
    """As somebody pastes it into the research community's file."""
    before = _load(project)
    file = project.communities / "research-gcp.yaml"
    data = yaml.safe_load(file.read_text())
    data["hub"][field] = (Hub.model_fields[field].examples or [])[position]
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    after = load_each(project, ["research-gcp"])["research-gcp"]
    if isinstance(after, BadInput):
        # It does not go with the rest of this file; then it is said at that field, or at what misses it.
        assert any(field in str(problem) or "group" in str(problem) for problem in after.problems)
        return
    found = _changes(before, after)
    assert {setting.path.split(".")[1].split("[")[0] for setting in found.settings} <= {field}
    if before.deployments["prod"].hub != after.deployments["prod"].hub:
        assert found.settings
    for setting in found.settings:
        assert setting.place.file == "communities/research-gcp.yaml"
    assert {leaf for each in found.values for leaf in _leaves(each)} == set().union(
        *(setting.values for setting in found.settings)
    )


def test_edits_that_change_nothing(project: Project) -> None:
    before = _load(project)
    file = project.communities / "research-gcp.yaml"
    data = yaml.safe_load(file.read_text())
    data["hub"] = dict(reversed(data["hub"].items()))
    file.write_text(f"# a comment\n{yaml.safe_dump(dict(reversed(data.items())), sort_keys=False, indent=8)}")
    assert _changes(before, _load(project)) == Changes()


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "effect"),
    [
        (
            "demo",
            "{slug: big, memory_gib: 4}",
            "{slug: big, memory_gib: 8}",
            "profile Large: size big: memory: 4 -> 8 GiB",
            "running servers keep",
        ),
        (
            "research-gcp",
            "memory_gib: {guarantee: 24}",
            "memory_gib: {guarantee: 20}",
            "profile One L4 GPU: memory: 24 GiB promised, no limit -> 20 GiB promised, no limit",
            "running servers keep",
        ),
        (
            "research-gcp",
            "title: A share of 16 cores and 128 GiB",
            "title: A share of much",
            "profile A share of much: title: A share of 16 cores and 128 GiB -> A share of much",
            "running servers keep",
        ),
        ("research-gcp", "delete_after_days: 7", "delete_after_days: 9", "scratch delete after: 7 -> 9 days", ""),
        (
            "research-gcp",
            "admins: [ada]",
            "admins: [ada, grace]",
            "auth admins: [ada] -> [ada, grace]",
            "the hub restarts",
        ),
    ],
)
def test_in_words(project: Project, name: str, old: str, new: str, line: str, effect: str) -> None:
    before = _load(project, name)
    file = project.communities / f"{name}.yaml"
    text = file.read_text()
    assert text.count(old) == 1
    number = text[: text.index(old)].count("\n") + 1
    file.write_text(text.replace(old, new))

    found = _changes(before, _load(project, name))

    (setting,) = found.settings
    assert (setting.place.file, setting.place.line) == (f"communities/{name}.yaml", number)
    shown = [words.strip() for words, _ in asked_lines(found, resources=True)]
    assert shown[:2] == ["settings:", f"{line}  (communities/{name}.yaml:{number})"]
    assert effect in shown[2]
    if name == "demo":
        assert not found.values


def test_a_change_that_means_nothing_here(project: Project) -> None:
    before = _load(project, "demo")
    file = project.communities / "demo.yaml"
    file.write_text(file.read_text().replace("hub:\n", "hub:\n  database_size_gib: 3\n"))
    found = _changes(before, _load(project, "demo"))
    shown = [words.strip() for words, _ in asked_lines(found, resources=False)]
    assert shown == [
        "settings:",
        "database size: 1 -> 3 GiB  (communities/demo.yaml:8)",
        "changes nothing on this cloud",
    ]


def test_another_order_of_profiles_is_a_change(project: Project) -> None:
    before = _load(project, "demo")
    file = project.communities / "demo.yaml"
    data = yaml.safe_load(file.read_text())
    data["hub"]["profiles"].reverse()
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    (setting,) = _changes(before, _load(project, "demo")).settings
    assert setting.setting == "profiles in another order"
    assert (setting.old, setting.new) == ("[small, large]", "[large, small]")


def test_a_profile_that_comes_and_one_that_goes(project: Project) -> None:
    before = _load(project, "demo")
    file = project.communities / "demo.yaml"
    data = yaml.safe_load(file.read_text())
    data["hub"]["profiles"][1] = {"slug": "huge", "title": "Huge", "memory_gib": 4}
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    found = {
        setting.setting: (setting.old, setting.new) for setting in _changes(before, _load(project, "demo")).settings
    }
    assert found.keys() == {"profile Huge", "profile Large"}
    assert found["profile Large"][1] == found["profile Huge"][0] == "nothing"


def test_secrets_are_not_kept_and_not_shown(project: Project) -> None:
    file = project.communities / "research-gcp.yaml"
    plain = file.read_text()

    def with_secret(secret: str) -> Loaded:
        values = f"helm_values: {{jupyterhub: {{hub: {{extraEnv: {{API_TOKEN: {secret}, OTHER: plain}}}}}}}}"
        file.write_text(plain.replace("  image: data-science", f"  image: data-science\n  {values}"))
        return _load(project)

    before, after = with_secret("hunter2"), with_secret("hunter3")
    assert "hunter" not in str(kept(before.deployments["prod"]))
    found = _changes(before, after)
    (setting,) = found.settings
    assert setting.setting == "helm_values: jupyterhub.hub.extraEnv.API_TOKEN"
    assert setting.old != setting.new
    shown = f"{list(asked_lines(found, resources=True))}{asked_data(found, resources=True)}"
    assert "hunter" not in f"{found}{shown}"
    assert NOT_SHOWN in shown
    # Who knows a hub's name could try short secrets until one has that mark.
    assert not MARK.search(shown)
    assert _changes(after, after) == Changes()


def test_a_record_of_another_version_is_compared_as_it_is(project: Project) -> None:
    after = _load(project, "demo")
    prod = after.deployments["prod"]
    before = kept(prod)
    before["hub"]["culling"]["idle_timeout_minutes"] = 77
    before["hub"]["gone"] = True
    found = changes(before, prod, after.layers["prod"].locate)
    assert {setting.path for setting in found.settings} == {"hub.culling.idle_timeout_minutes", "hub.gone"}


def test_positions_and_names_agree() -> None:
    data = kept(SAMPLE)
    for path, _ in leaves(data):
        found = positioned(data, path)
        assert len(found) in (len(path), len(path) - 1)


def test_what_a_release_holds_is_veiled() -> None:
    seen = veiled({"hub": {"extraEnv": [{"API_TOKEN": "hunter2"}], "existingSecret": "hub-secrets", "password": ""}})
    assert seen == {"hub": {"extraEnv": [{"API_TOKEN": NOT_SHOWN}], "existingSecret": "hub-secrets", "password": ""}}


def test_settings_between_two_edits_have_their_own_values(project: Project) -> None:
    """Each of two changes is owed what it makes, and not what the other does."""
    before = _load(project)
    file = project.communities / "research-gcp.yaml"
    text = file.read_text().replace("admins: [ada]", "admins: [ada, grace]")
    file.write_text(text.replace("guarantee: 24", "guarantee: 20"))
    admins, memory = sorted(_changes(before, _load(project)).settings, key=lambda setting: setting.path)
    assert admins.path == "hub.auth.admins"
    assert memory.path.startswith("hub.profiles[2].memory_gib")
    assert {path[:3] for path in memory.values} == {("jupyterhub", "singleuser", "profileList")}
    assert not admins.values & memory.values


def test_stages_that_change_alike(project: Project) -> None:
    file = project.root / "communities/research-gcp.yaml"
    before = _load(project)
    text = file.read_text()
    secret = "  helm_values: {jupyterhub: {hub: {extraEnv: {API_TOKEN: hunter2}}}}\n"
    file.write_text(text.replace("  scratch:", f"{secret}  scratch:"))
    both = _load(project)
    assert alike(_changes(before, both, "staging"), _changes(before, both, "prod"))
    file.write_text(file.read_text().replace("max_running_servers: 5", "max_running_servers: 6"))
    assert not alike(_changes(before, _load(project), "staging"), _changes(before, _load(project), "prod"))
