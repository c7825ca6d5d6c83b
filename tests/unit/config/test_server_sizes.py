"""Shares of a node, what explicit sizes waste, and what does not fit, on a cloud's real machines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from components.clouds.local.profile_settings import profile_list
from components.machines.capacity import MIB
from components.server_sizes import server_sizes
from deployer.cli.main import run
from deployer.config import load_deployments, load_fleet
from deployer.config.load import parse
from deployer.project import Project
from schemas.community import Deployment

CLOUD = Path(__file__).parents[2] / "examples/clusters/gcp.yaml"
SITE = "{project: example-hubs, zone: us-central1-b}"
TWO_GPUS = (
    f"{{provider: gcp, gcp: {SITE}, node_pools: {{gpu: {{cpu: 24, memory_gib: 96, gpu: {{kind: l4, count: 2}}}}}}}}"
)


def _community(project: Project, profiles: str, *, cluster: str = "cloud") -> None:
    shutil.copy(CLOUD, project.clusters / "cloud.yaml")
    hub = "hub:\n  domain: own.example.org\n  auth: {type: native, admins: [ada]}\n"
    text = f"name: own\ntitle: Own\ncluster: {cluster}\n{hub}  profiles:\n{profiles}"
    (project.communities / "own.yaml").write_text(text)


def _deployment(project: Project, profiles: str, *, cluster: str = "cloud") -> Deployment:
    _community(project, profiles, cluster=cluster)
    return load_deployments(project, "own").deployments["prod"]


def test_shares_become_figures_that_fill_the_node(project: Project) -> None:
    deployment = _deployment(project, "  - {slug: a, title: A, options: {sizes: [1, 1/2, 1/4, 1/8]}}\n")
    sizes = server_sizes(deployment, deployment.hub.profiles[0])
    assert [size.slug for size in sizes] == ["1", "1-2", "1-4", "1-8"]
    assert [size.title for size in sizes] == [
        "All of a node: 27 GiB, 3.4 CPU",
        "1/2 of a node: 13.5 GiB, 1.7 to 3.4 CPU",
        "1/4 of a node: 6.7 GiB, 0.86 to 3.4 CPU",
        "1/8 of a node: 3.3 GiB, 0.43 to 3.4 CPU",
    ]
    assert [size.guarantee.memory_bytes // MIB for size in sizes] == [27750, 13875, 6937, 3468]
    assert [size.guarantee.millicores for size in sizes] == [3466, 1733, 866, 433]
    assert all(size.memory_gib.limit == size.memory_gib.guarantee for size in sizes), "memory cannot be taken back"
    assert {size.cpu.limit for size in sizes} == {3.466}, "idle cores are lent"
    assert [size.default for size in sizes] == [False, False, False, True], "a node to oneself is a choice"


def test_gpus_are_shared_out_whole(project: Project) -> None:
    deployment = _deployment(project, "  - {slug: a, title: A, options: {sizes: [1, 1/2]}}\n", cluster=TWO_GPUS)
    sizes = server_sizes(deployment, deployment.hub.profiles[0])
    assert [size.gpu for size in sizes] == [2, 1]
    assert [size.title.rpartition(", ")[2] for size in sizes] == ["2 GPUs", "1 GPU"]


NOT_AMONG_FOUR = "2 GPUs of a node cannot be divided among 4 servers; shares with whole GPUs: 1, 1/2"
NOT_SO_MANY = "a node has room for 100 servers, not 101; 1/100 is the smallest share"
TOO_LARGE = (
    "32 GiB of memory promised, but a node of pool 'user' (n2-highmem-4) has 27.1 for servers; promise at most 27.1"
)


@pytest.mark.parametrize(
    ("cluster", "profile", "path", "said"),
    [
        (TWO_GPUS, "{slug: a, title: A, options: {sizes: [1/4]}}", "options.sizes[0]", NOT_AMONG_FOUR),
        ("cloud", "{slug: a, title: A, options: {sizes: [1/101]}}", "options.sizes[0]", NOT_SO_MANY),
        ("cloud", "{slug: a, title: A, memory_gib: 32}", "memory_gib", TOO_LARGE),
    ],
    ids=["gpus", "pods", "memory"],
)
def test_what_no_node_can_give_is_an_error_at_its_place(
    cluster: str, profile: str, path: str, said: str, project: Project
) -> None:
    _community(project, f"  - {profile}\n", cluster=cluster)
    (problem,) = load_fleet(project, ["own"]).problems
    assert (problem.place.line, str(problem).partition(": ")[2]) == (8, f"hub.profiles[0].{path}: {said}")


def test_a_share_counts_as_the_largest_profile_that_fits(project: Project) -> None:
    _community(
        project,
        "  - {slug: half, title: Half, default: true, options: {sizes: [1/2]}}\n"
        "  - {slug: giant, title: Giant, cpu: 8}\n",
    )
    (problem,) = load_fleet(project, ["own"]).problems
    assert problem.remedy == "promise at most 3.46; 'half' is the largest profile that fits"


def test_a_size_that_leaves_much_of_a_node_empty_is_a_warning(project: Project) -> None:
    _community(
        project,
        "  - {slug: small, title: Small, memory_gib: 2, default: true}\n"
        "  - {slug: awkward, title: Awkward, cpu: 1, memory_gib: 16}\n",
    )
    fleet = load_fleet(project, ["own"])
    assert fleet.problems == ()
    (warning,) = fleet.warnings
    assert str(warning) == (
        "communities/own.yaml:9:45: hub.profiles[1].memory_gib: warning: one such server fits on a node of pool 'user' "
        "(n2-highmem-4), and 41% of it is paid for and left empty; for the same money each could be promised 27.09 GiB "
        "and 3.46 cores: write options: {sizes: [1]}"
    )


def test_nobody_pays_for_what_a_share_of_this_machine_leaves(project: Project) -> None:
    _community(project, "  - {slug: a, title: A, memory_gib: 9}\n", cluster="campus")
    assert load_fleet(project, ["own"]).warnings == ()


def test_the_local_hub_offers_the_same_figures(project: Project) -> None:
    deployment = _deployment(project, "  - {slug: a, title: A, options: {sizes: [1, 1/2, 1/8]}}\n", cluster="campus")
    (profile,) = profile_list(deployment)
    choices = profile["profile_options"]["size"]["choices"]
    assert [(name, choice["default"]) for name, choice in choices.items()] == [
        ("1", False),
        ("1-2", False),
        ("1-8", True),
    ]
    assert choices["1-2"]["display_name"] == "1/2 of a node: 8 GiB, 2 to 4 CPU"
    assert choices["1-8"]["kubespawner_override"] == {
        "cpu_guarantee": 0.5,
        "cpu_limit": 4,
        "mem_guarantee": 2 * 2**30,
        "mem_limit": 2 * 2**30,
    }


def test_show_says_which_machine_and_why_and_how_full(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    _community(project, "  - {slug: a, title: A, options: {sizes: [1/4]}}\n")
    assert run(["show", "own", "--stage", "prod", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)["prod"]
    assert values["hub"]["profiles"][0]["options"]["sizes"] == ["1/4"], "as it stands in the file"
    computed = values["computed"]
    assert computed["node_pools"]["user"]["why"] == (
        "cheapest of 4 that have 4 cores and 32 GiB: n2-highmem-4 0.262 $/h; next is n4-highmem-16 0.952 $/h"
    )
    assert computed["daemonsets"]["source"].startswith("2i2c-org/infrastructure")
    assert (
        computed["sizes"]["a"][0]["packing"] == "4 servers fill n2-highmem-4 to 97.7%; of what daemonsets leave, 100.0%"
    )
    assert "elsewhere" not in computed["prices"]

    assert run(["show", "own", "--stage", "prod", "--explain"]) == 0
    shown = capsys.readouterr().out
    assert parse(shown, "shown").data == values
    assert all(line.endswith("# computed") for line in shown.splitlines() if "0.262 $/h" in line)


def test_elsewhere_than_the_catalogue_is_said(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    abroad = "{provider: gcp, gcp: SITE, node_pools: {user: {cpu: 4, memory_gib: 32}}}".replace("SITE", SITE)
    abroad = abroad.replace("us-central1-b", "europe-west4-a")
    _community(project, "  - {slug: a, title: A}\n", cluster=abroad)
    unknown = "the catalogue is of us-central1: which machines europe-west4 has, and at what price, is unknown"
    assert run(["show", "own", "--stage", "prod", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["prod"]["computed"]["prices"]["elsewhere"] == unknown
    assert run(["cost", "own", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["elsewhere"] == unknown

    _community(
        project,
        "  - {slug: a, title: A}\n",
        cluster=abroad.replace("memory_gib: 32", "memory_gib: 32, machine_type: n2-highmen-4"),
    )
    (problem,) = load_fleet(project, ["own"]).problems
    assert problem.path == "cluster.node_pools.user.machine_type"
    assert problem.fault == "no machine type in the catalogue of gcp is named 'n2-highmen-4'"
    assert problem.remedy.startswith("did you mean 'n2-highmem-4'?")
    assert problem.remedy.endswith(unknown)


def test_a_cluster_alone_and_one_without_prices_have_costs_too(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    _community(project, "  - {slug: a, title: A}\n")
    assert run(["cost", "--cluster", "cloud", "--json"]) == 0
    cost = json.loads(capsys.readouterr().out)
    assert cost["servers"] == []
    assert cost["pools"]["user"]["runner_up"] == "n4-highmem-16"
    assert run(["cost", "--cluster", "campus", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["usd_per_month"] == 0
    (project.clusters / "theirs.yaml").write_text(
        "provider: existing\nexisting: {context: theirs}\nnode_pools: {user: {cpu: 4, memory_gib: 32}}\n"
    )
    assert run(["cost", "--cluster", "theirs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["usd_per_month"] is None


def test_the_documented_shares_are_the_reckoned_ones(project: Project) -> None:
    deployment = _deployment(project, "  - {slug: a, title: A, options: {sizes: [1, 1/2, 1/4, 1/8]}}\n")
    text = (Path(__file__).parents[3] / "docs/machines.md").read_text(encoding="utf-8")
    for share, size in zip(
        ("1", "1/2", "1/4", "1/8"), server_sizes(deployment, deployment.hub.profiles[0]), strict=True
    ):
        promised = f"{size.guarantee.memory_bytes // MIB} MiB, {size.guarantee.cpu:g} cores"
        assert f"| {share} | {promised} | {size.title} |" in text


def test_labels_of_nodes_on_a_cloud_of_our_own_are_refused_where_they_stand(project: Project) -> None:
    own = (
        f"{{provider: gcp, gcp: {SITE}, "
        "node_pools: {user: {cpu: 4, memory_gib: 32, node_selector: {example.org/nodes: a}}}}"
    )
    _community(project, "  - {slug: a, title: A, options: {sizes: [1, 1/2]}}\n", cluster=own)
    fleet = load_fleet(project, ["own"])
    assert [problem.path for problem in fleet.problems] == ["cluster.node_pools.user.node_selector"]
