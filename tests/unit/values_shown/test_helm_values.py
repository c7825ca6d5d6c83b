"""Helm values that a chart refuses, that go over fields, that nobody reads: at their lines."""

from __future__ import annotations

import io
import json
import re
import tarfile
from pathlib import Path

import pytest
import yaml

from components.charts import charts
from deployer.charts.contents import rules_in
from deployer.config.chart_complaints import chart_problems
from deployer.config.fleet import load_deployments, load_fleet
from deployer.config.variants import with_value
from deployer.errors import BadInput
from deployer.project import Project
from tests.unit.values_shown.charts import CHARTS, CHECKOUT, rules

FILE = "communities/research-gcp.yaml"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    root = tmp_path / "checkout"
    (root / "communities").mkdir(parents=True)
    for name in ("clusters", "images"):
        (root / name).symlink_to(CHECKOUT / name)
    (root / "Pulumi.yaml").write_text("name: hubs")
    monkeypatch.chdir(root)
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "cache"))
    return Project(root)


def _write(project: Project, *lines: str) -> int:
    """The research community with further lines in `hub`; returns the number of the first."""
    text = (CHECKOUT / FILE).read_text()
    before, here, after = text.partition("  image: data-science\n")
    (project.root / FILE).write_text(before + "".join(f"  {line}\n" for line in lines) + here + after)
    return before.count("\n") + 1


def _said(project: Project) -> list[str]:
    fleet = load_fleet(project, ["research-gcp"])
    return [str(problem) for problem in (*fleet.problems, *fleet.warnings)]


def test_going_over_a_field_names_both_places(project: Project) -> None:
    line = _write(
        project, "culling: {idle_timeout_minutes: 90}", "helm_values:", "  jupyterhub:", "    cull: {timeout: 9}"
    )
    (said,) = _said(project)
    assert said == (
        f"{FILE}:{line + 3}:14: hub.helm_values.jupyterhub.cull.timeout: warning: it silently goes over what "
        f"hub.culling.idle_timeout_minutes ({FILE}:{line}:13) makes; say it there, or leave it if this is what you want"
    )


def test_going_over_what_nobody_wrote_names_whose_default_it_is(project: Project) -> None:
    _write(project, "helm_values: {jupyterhub: {singleuser: {defaultUrl: /tree}}}")
    (said,) = _said(project)
    assert "it silently goes over what hub.default_url (default) makes" in said


def test_a_load_for_other_ends_does_not_look_for_it(project: Project) -> None:
    _write(project, "helm_values: {jupyterhub: {singleuser: {defaultUrl: /tree}}}")
    assert load_deployments(project, "research-gcp").warnings == ()


def test_a_whole_profile_list_is_one_warning(project: Project) -> None:
    _write(project, "helm_values: {jupyterhub: {singleuser: {profileList: []}}}")
    (said,) = _said(project)
    assert "hub.helm_values.jupyterhub.singleuser.profileList: warning" in said
    assert "hub.profiles[" in said


def test_values_beside_all_fields_are_no_matter(project: Project) -> None:
    _write(project, "helm_values: {jupyterhub: {hub: {extraEnv: {EXAMPLE: '1'}}, debug: {enabled: true}}}")
    assert _said(project) == []


def test_a_chart_that_the_hub_does_not_have(project: Project) -> None:
    _write(project, "helm_values: {dask-gateway: {gateway: {loglevel: DEBUG}}}")
    assert _said(project) == []
    file = project.root / FILE
    file.write_text(re.sub(r"(?m)^  dask: .*\n", "", file.read_text()))
    (said,) = _said(project)
    assert "warning: the hub has no chart dask-gateway, and this does nothing" in said


def test_what_sounds_like_a_secret(project: Project) -> None:
    _write(project, "helm_values: {jupyterhub: {hub: {extraEnv: {API_TOKEN: hunter2, TOKEN_FILE: /run/token}}}}")
    (said,) = _said(project)
    assert "hub.extraEnv.API_TOKEN: warning: it sounds like a secret" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("hub", "'hub' is a key of the chart jupyterhub, and values stand by chart; did you mean jupyterhub.hub?"),
        ("gateway", "did you mean dask-gateway.gateway?"),
        ("jupyterub", "'jupyterub' is no chart of a hub; did you mean 'jupyterhub'?"),
    ],
)
def test_a_key_that_is_no_chart(project: Project, key: str, words: str) -> None:
    line = _write(project, f"helm_values: {{{key}: {{}}}}")
    (said,) = _said(project)
    assert said.startswith(f"{FILE}:{line}:17: hub.helm_values.{key}: ")
    assert words in said


@pytest.mark.parametrize(
    ("values", "path", "words"),
    [
        ("{hub: {nodeSelektor: {}}}", "hub.nodeSelektor", "it knows no hub.nodeSelektor; did you mean 'nodeSelector'?"),
        ("{hub: {storage: {}}}", "hub.storage", "it knows hub.db.pvc.storage and singleuser.storage"),
        ("{hub: {concurrentSpawnLimit: many}}", "hub.concurrentSpawnLimit", "many is not of type integer or null"),
        ("{prePuller: {hook: {enabled: 'on'}}}", "prePuller.hook.enabled", "'on' is not of type boolean"),
        ("{proxy: {service: {type: Nodeport}}}", "proxy.service.type", "Nodeport is none of ClusterIP, NodePort"),
    ],
)
def test_a_value_that_the_chart_refuses(project: Project, values: str, path: str, words: str) -> None:
    line = _write(project, f"helm_values: {{jupyterhub: {values}}}")
    loaded = load_deployments(project, "research-gcp")
    (problem,) = chart_problems(loaded.deployments["prod"], loaded.layers["prod"], rules())
    assert (problem.place.file, problem.place.line) == (FILE, line)
    assert problem.path == f"hub.helm_values.jupyterhub.{path}"
    assert problem.fault.startswith("chart jupyterhub refuses it: ")
    assert problem.remedy
    assert words in f"{problem.fault}; {problem.remedy}"


def test_a_field_whose_value_the_chart_refuses(project: Project) -> None:
    """As after an update of the chart that this project does not know yet."""
    _write(project)
    loaded = load_deployments(project, "research-gcp")
    broken = with_value(loaded.deployments["prod"], ("hub", "max_running_servers"), "as many as fit")
    (problem,) = chart_problems(broken, loaded.layers["prod"], rules())
    assert problem.path == "hub.max_running_servers"
    assert "'as many as fit' is not of type integer" in problem.fault.replace(
        "as many as fit is", "'as many as fit' is"
    )
    assert problem.fault.endswith("(it makes jupyterhub.hub.activeServerLimit)")
    assert problem.remedy.endswith("hub.helm_values.jupyterhub.hub.activeServerLimit")


def _packed(folder: Path) -> None:
    """The real chart's schema and values, packed as Helm packs them, where fetched charts are kept."""
    schema = yaml.load((CHARTS / "jupyterhub.values.schema.yaml").read_text(), yaml.CSafeLoader)
    contents = {
        "jupyterhub/values.schema.json": json.dumps(schema),
        "jupyterhub/values.yaml": (CHARTS / "jupyterhub.values.yaml").read_text(),
        "jupyterhub/charts/other/values.yaml": "not: this",
    }
    folder.mkdir(parents=True)
    with tarfile.open(folder / charts()["jupyterhub"].archive, "w:gz") as packed:
        for name, text in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            packed.addfile(member, io.BytesIO(text.encode()))


def test_a_fetched_chart_judges_in_validate_and_in_deploys(project: Project, tmp_path: Path) -> None:
    from deployer.rollout.refused_values import refuse_bad_values
    from deployer.rollout.subject import load_subject
    from deployer.rollout.target import Target

    line = _write(project, "helm_values: {jupyterhub: {hub: {nodeSelektor: {}}}}")
    assert _said(project) == []
    _packed(tmp_path / "cache/charts")
    archive = tmp_path / "cache/charts" / charts()["jupyterhub"].archive
    assert rules_in(archive).values == rules()["jupyterhub"].values

    from deployer.config import values_judged

    values_judged._rules.cache_clear()
    (said,) = _said(project)
    assert said.startswith(f"{FILE}:{line}:")
    assert "refuses it: it knows no hub.nodeSelektor" in said
    _write(project, "helm_values: {jupyterhub: {hub: {nodeSelektor: {}}}}\n  roles: [{name: x, scopes: [shares]}]")
    both = "\n".join(_said(project))
    assert "it knows no hub.nodeSelektor" in both
    assert "hub.roles[0].name" in both
    _write(project)
    subject = load_subject(Target(project=project, name="research-gcp", simulated=True))
    refuse_bad_values(subject, ["cluster", "staging", "prod"])
    _write(project, "helm_values: {jupyterhub: {hub: {nodeSelektor: {}}}}")
    with pytest.raises(BadInput):
        load_deployments(project, "research-gcp")


@pytest.mark.parametrize(("tag", "words"), [("latest", "quay.io/x/y:latest is another image"), ("null", "has no tag")])
def test_an_image_that_may_be_another_tomorrow(project: Project, tag: str, words: str) -> None:
    line = _write(project, f"helm_values: {{jupyterhub: {{singleuser: {{image: {{name: quay.io/x/y, tag: {tag}}}}}}}}}")
    (refused,) = [problem for problem in load_fleet(project, ["research-gcp"]).problems if words in problem.fault]
    assert (refused.place.line, refused.path) == (line, "hub.helm_values.jupyterhub.singleuser.image.tag")
    # What prod must not do is not said once more as staging's warning.
    assert not [said for said in load_fleet(project, ["research-gcp"]).warnings if words in said.fault]
    _write(project, "helm_values: {jupyterhub: {singleuser: {image: {name: quay.io/x/y, tag: 2026-01-05}}}}")
    assert load_fleet(project, ["research-gcp"]).problems == ()
