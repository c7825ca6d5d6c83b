"""Each file of tests/examples/clusters says what must be said of it; without such a line it is fine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from deployer.config import load_cluster, load_fleet
from deployer.errors import BadInput
from deployer.project import Project

FILES = sorted((Path(__file__).parents[2] / "examples/clusters").glob("*.yaml"))
SCHEMA = Path(__file__).parents[3] / "schemas/cluster.schema.json"
EXPECT = "# expect: "


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_says_what_it_expects(file: Path, project: Project) -> None:
    text = file.read_text(encoding="utf-8")
    shutil.copy(file, project.clusters / file.name)
    expected = [line.removeprefix(EXPECT) for line in text.splitlines() if line.startswith(EXPECT)]

    fleet = load_fleet(project)
    said = [problem for problem in fleet.problems if problem.place.file == f"clusters/{file.name}"]
    assert [str(problem).removeprefix(f"clusters/{file.name}:") for problem in said] == expected
    if expected:
        with pytest.raises(BadInput) as refused:
            load_cluster(project, file.stem)
        assert len(refused.value.problems) == len(expected)
    else:
        assert load_cluster(project, file.stem).cluster.provider == text.split()[1]


def test_the_schema_lets_sound_clusters_pass() -> None:
    import yaml

    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        if EXPECT not in text:
            assert not list(validator.iter_errors(yaml.safe_load(text))), file.name


def test_a_cluster_has_its_name_from_a_file_or_a_community(project: Project) -> None:
    (project.communities / "own.yaml").write_text("name: own\ntitle: Own\ncluster: {provider: local}\n")
    assert load_cluster(project, "campus").cluster.local.cpu == 12
    assert load_cluster(project, "own").cluster.local.cpu is None
    with pytest.raises(BadInput, match=r"no cluster named 'camps'; did you mean 'campus'\?"):
        load_cluster(project, "camps")
    with pytest.raises(BadInput, match="no cluster named 'neighbour'"):
        load_cluster(project, "neighbour")


def test_a_profile_too_large_for_its_machine_hears_of_the_largest_that_fits(project: Project) -> None:
    shutil.copy(FILES[0].with_name("gcp.yaml"), project.clusters / "cloud.yaml")
    (project.communities / "own.yaml").write_text(
        "name: own\ntitle: Own\ncluster: cloud\nhub:\n  profiles:\n"
        "  - {slug: small, title: Small, memory_gib: 2, default: true}\n"
        "  - {slug: middle, title: Middle, memory_gib: 16}\n"
        "  - {slug: whole, title: Whole, memory_gib: 32}\n"
    )
    (said,) = (str(problem) for problem in load_fleet(project, ["own"]).problems if "promised" in problem.fault)
    # 32 GiB are what the machine has on the price list; GKE and daemonsets take their share before people do.
    assert said == (
        "communities/own.yaml:8:33: hub.profiles[2].memory_gib: 32 GiB of memory promised, but a node of pool 'user' "
        "(n2-highmem-4) has 27.1 for servers; promise at most 27.1; 'middle' is the largest profile that fits"
    )


def test_checking_a_cloud_does_not_import_its_sdk() -> None:
    program = (
        "import sys; from pathlib import Path; from deployer.config import load_cluster;"
        "from deployer.project import Project; load_cluster(Project(Path.cwd()), 'example-gcp');"
        "print(sorted({'pulumi', 'pulumi_gcp', 'grpc'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=SCHEMA.parents[1], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
