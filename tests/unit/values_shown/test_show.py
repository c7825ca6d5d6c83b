"""`deployer show --values`, as people call it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deployer.cli.main import run
from deployer.config.fleet import load_deployments
from deployer.config.values_made import Makers, configuration
from deployer.project import Project
from schemas.community import Deployment
from tests.unit.values_shown.charts import CHECKOUT

ON_CLUSTERS = ("campus-existing", "class-aws", "event-azure", "research-gcp", "seminar-gcp")


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)


def _prod(name: str) -> Deployment:
    return load_deployments(Project(CHECKOUT), name).deployments["prod"]


@pytest.mark.parametrize("name", ON_CLUSTERS)
def test_values_are_those_that_helm_gets(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    prod = _prod(name)
    assert run(["show", name, "--stage", "prod", "--values", "--full"]) == 0
    plain = capsys.readouterr().out
    assert yaml.safe_load(plain) == configuration(prod)
    assert run(["show", name, "--stage", "prod", "--values", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"prod": configuration(prod)}
    assert run(["show", name, "--stage", "prod", "--values", "--explain", "--full"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == configuration(prod)


def test_files_are_folded_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "research-gcp", "--stage", "prod", "--values", "--explain"]) == 0
    told = capsys.readouterr().out
    hub, whole = yaml.safe_load(told)["jupyterhub"]["hub"], configuration(_prod("research-gcp"))["jupyterhub"]["hub"]
    file = "hubs_in_pod.spawner.py"
    lines = whole["extraFiles"][file]["stringData"].count("\n")
    assert hub["extraFiles"][file]["stringData"] == f"… {lines} lines; --full prints them"
    assert {key for key in hub if hub[key] != whole[key]} == {"extraFiles"}


def test_both_stages_are_two_documents(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "class-aws", "--values"]) == 0
    staging, prod = yaml.safe_load_all(capsys.readouterr().out)
    assert staging["jupyterhub"]["hub"]["activeServerLimit"] == 5
    assert prod["jupyterhub"]["hub"]["activeServerLimit"] == 320


def test_each_value_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "class-aws", "--stage", "prod", "--values", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    beside = {line.partition("#")[0].strip(): line.partition("# ")[2] for line in lines if "  # " in line}
    text = (CHECKOUT / "communities/class-aws.yaml").read_text().splitlines()
    number = next(index for index, line in enumerate(text, 1) if line.startswith("  max_running_servers"))
    assert beside["activeServerLimit: 320"] == f"communities/class-aws.yaml:{number}: hub.max_running_servers"
    assert beside["existingSecret: hub-secrets"] == "always"
    assert beside["defaultUrl: /lab"] == "default: hub.default_url"


def test_explained_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "class-aws", "--stage", "prod", "--values", "--explain", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["prod"]
    origin = told["origins"]["jupyterhub.cull.timeout"]
    assert (origin["field"], origin["kind"]) == ("hub.culling.idle_timeout_minutes", "archetype")
    assert told["origins"]["jupyterhub.hub.existingSecret"] == {"field": "", "kind": "always"}


def test_helm_values_are_explained_by_their_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "checkout"
    for name in ("communities", "clusters", "images"):
        shutil.copytree(CHECKOUT / name, root / name)
    (root / "Pulumi.yaml").write_text("name: hubs")
    file = root / "communities/class-aws.yaml"
    file.write_text(
        f"{file.read_text().partition('stages:')[0]}  helm_values: {{jupyterhub: {{debug: {{enabled: true}}}}}}\n"
    )
    monkeypatch.chdir(root)
    assert run(["show", "class-aws", "--stage", "prod", "--values", "--explain", "--json"]) == 0
    origin = json.loads(capsys.readouterr().out)["prod"]["origins"]["jupyterhub.debug.enabled"]
    assert origin["field"] == "hub.helm_values.jupyterhub.debug.enabled"
    assert origin["line"] == file.read_text().count("\n")


def test_all_of_them_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "--all", "--values", "--json", "--stage", "prod"]) == 0
    hubs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [hub["community"] for hub in hubs] == sorted(hub["community"] for hub in hubs)
    assert {hub["community"] for hub in hubs} == set(ON_CLUSTERS)
    assert all(hub["values"]["jupyterhub"]["hub"]["existingSecret"] for hub in hubs)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["show", "demo", "--values"], 2, "demo has no charts: on this machine a hub needs no Kubernetes"),
        (["show"], 2, "name a community, or all of them with --all"),
        (["show", "demo", "--full"], 2, "--full goes with --values"),
        (["show", "--all"], 2, "--all goes with --values"),
        (["show", "rsearch-gcp", "--values"], 2, "did you mean 'research-gcp'?"),
    ],
)
def test_refusals(words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == code
    assert said in capsys.readouterr().err


def test_values_are_made_without_what_is_slow_to_import() -> None:
    program = (
        "import sys; from deployer.cli.main import run; run(['show', 'research-gcp', '--stage', 'prod', '--values']);"
        "print([name for name in ('pulumi', 'jupyterhub', 'jsonschema', 'rich', 'kubernetes') if name in sys.modules],"
        "file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "[]"


def test_most_values_of_an_example_have_a_field() -> None:
    """A change that hides fields from the comparison would show here."""
    makers = Makers(load_deployments(Project(CHECKOUT), "research-gcp").deployments["prod"])
    with_field = [path for path in makers.paths if makers.makers(path)]
    assert len(with_field) > 100
    assert makers.makers(("jupyterhub", "singleuser", "defaultUrl")) == [("hub", "default_url")]
