"""What communities change every day, and who decides on it."""

from __future__ import annotations

import pytest

from tests.unit.review.conftest import Branch, community, file, only

SEMINAR, RESEARCH, CLASS = (f"communities/{name}.yaml" for name in ("seminar-gcp", "research-gcp", "class-aws"))

OWN = [
    ("name-and-page", SEMINAR, "Exercises open on Mondays.", "Exercises open on Tuesdays."),
    ("name-and-page", SEMINAR, "title: Seminar on ocean data", "title: Ocean data"),
    ("people", SEMINAR, "admins: [instructor]", "admins: [instructor, assistant]"),
    (
        "groups",
        CLASS,
        "instructors: [lecturer@example.org, assistant@example.org]",
        "instructors: [lecturer@example.org]",
    ),
    ("software", SEMINAR, "image: data-science", "image: base"),
    ("palette", SEMINAR, "memory_gib: {guarantee: 1, limit: 2}", "memory_gib: {guarantee: 2, limit: 32}"),
    ("palette", RESEARCH, "  - slug: large\n    title: A share of 16", "  - slug: large\n    title: Shares of 16"),
    ("palette", RESEARCH, "sizes: [1/4, 1/2, 1]", "sizes: [1/4, 1/2]"),
    ("dates", CLASS, 'end: "10:45"', 'end: "11:45"'),
    ("dates", "communities/event-azure.yaml", 'last_day: "2027-06-16"', 'last_day: "2027-06-15"'),
    ("room-ahead", CLASS, "placeholders: 5", "placeholders: 10"),
    ("how-many", SEMINAR, "max_running_servers: 25", "max_running_servers: 40"),
]
OPERATORS = [
    ("palette", SEMINAR, "memory_gib: {guarantee: 1, limit: 2}", "memory_gib: {guarantee: 1, limit: 33}", "33 GiB"),
    ("palette", CLASS, "memory_gib: {guarantee: 2.5, limit: 3}", "memory_gib: {guarantee: 2.5}", "the limit of 32 GiB"),
    (
        "palette",
        RESEARCH,
        "  dask: {idle",
        "  - {slug: gpu2, title: Second, node_pool: gpu, gpu: 1}\n  dask: {idle",
        "profile gpu2: 1 GPU, above",
    ),
    ("dates", CLASS, "servers: 280", "servers: 2800", "server hours a week"),
    ("room-ahead", CLASS, "placeholders: 5", "placeholders: 11", "above the limit of 10"),
    ("how-many", SEMINAR, "  max_running_servers: 25\n", "", "no limit, above the limit of 400"),
    ("sign-in", SEMINAR, "type: native", "type: native\n    open_signup: true", ""),
    ("sign-in", RESEARCH, "allowed_organizations: [example-org]", "allowed_organizations: [example-org, others]", ""),
    ("sign-in", SEMINAR, "domain: seminar.gcp.example.org", "domain: other.gcp.example.org", ""),
    ("data", RESEARCH, "scratch: {delete_after_days: 7}", "scratch: {delete_after_days: 1}", ""),
    ("data", RESEARCH, "  - {name: reference, access: read}\n", "", ""),
    ("data", RESEARCH, "{name: reference, access: read}", "{name: reference, access: admin}", ""),
    ("data-shared", SEMINAR, "  shared_directories:\n  - {name: material, writers: [instructors]}\n", "", ""),
    (
        "pools",
        SEMINAR,
        "  resources:\n",
        "  profiles:\n  - {slug: a, title: A, node_pool: large}\n  resources:\n",
        "do not run on node pool large",
    ),
    ("rights", SEMINAR, "github: example-org/hub-team", "github: mallory", ""),
    ("clusters", CLASS, "max_nodes: 8", "max_nodes: 9", ""),
    ("archetype", SEMINAR, "archetype: teaching", "archetype: event", ""),
]


@pytest.mark.parametrize(("rule", "path", "old", "new"), OWN)
def test_a_communitys_own_maintainers_may(branch: Branch, rule: str, path: str, old: str, new: str) -> None:
    branch.edit(path, (old, new))
    found = branch.review()
    assert found.who == "own"
    verdict = only(found)
    assert (verdict.who, verdict.rule, verdict.beyond) == ("own", rule, ())
    assert verdict.reason
    assert str(verdict.place).startswith(f"{path}:")
    assert "prod" in verdict.stages


@pytest.mark.parametrize(("rule", "path", "old", "new", "beyond"), OPERATORS)
def test_an_operator_is_needed(branch: Branch, rule: str, path: str, old: str, new: str, beyond: str) -> None:
    branch.edit(path, (old, new))
    found = branch.review()
    assert found.who == "operators"
    verdicts = [verdict for each in found.communities for verdict in each.verdicts]
    judged = next(verdict for verdict in verdicts if verdict.rule == rule and verdict.who == "operators")
    assert beyond in " ".join(judged.beyond)
    assert bool(judged.beyond) == bool(beyond)
    assert judged.place.file == path
    assert judged.place.line > 1


def test_the_line_is_that_of_the_change(branch: Branch) -> None:
    branch.edit(SEMINAR, ("limit: 2}\n  groups", "limit: 64}\n  groups"))
    verdict = only(branch.review())
    lines = (branch.root / SEMINAR).read_text().splitlines()
    assert "limit: 64" in lines[verdict.place.line - 1]
    assert (verdict.old, verdict.new) == ("1 GiB promised, at most 2", "1 GiB promised, at most 64")


def test_comments_and_layout_need_nobody(branch: Branch) -> None:
    branch.edit(
        SEMINAR, ("# A seminar of twenty", "# A seminar of thirty"), ("image: data-science", "image:   'data-science'")
    )
    branch.edit("clusters/example-gcp.yaml", ("# Google Cloud, shared", "# Google, shared"))
    found = branch.review()
    assert found.who == "nobody"
    assert found.communities == ()
    assert {each.path: each.who for each in found.files} == {SEMINAR: "nobody", "clusters/example-gcp.yaml": "nobody"}
    assert all("comments" in each.reason for each in found.files)


def test_one_stage_alone_is_said(branch: Branch) -> None:
    branch.edit(CLASS, ("stages:\n  staging:\n    hub:\n", "stages:\n  staging:\n    hub:\n      default_url: /tree\n"))
    verdict = only(branch.review())
    assert (verdict.who, verdict.stages) == ("own", ("staging",))


def test_a_new_profile_within_limits_is_the_communitys(branch: Branch) -> None:
    branch.edit(
        RESEARCH,
        (
            "  dask: {idle",
            "  - {slug: tiny, title: Tiny, cpu: 1, memory_gib: 2, image: base, node_pool: large}\n  dask: {idle",
        ),
    )
    found = branch.review()
    assert found.who == "own"
    assert {verdict.rule for verdict in community(found, "research-gcp").verdicts} == {"palette", "software", "pools"}


def test_a_profile_that_costs_more_than_the_limit_is_the_operators(branch: Branch) -> None:
    # Small, and alone on the large node whose memory it is promised: within the sizes, beyond the price of an hour.
    branch.edit("policy.yaml", ("usd_per_server_hour: 0.5", "usd_per_server_hour: 0.1"))
    branch.git("switch", "--quiet", "main")
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.edit(RESEARCH, ("  dask: {idle", "  - {slug: more, title: More, cpu: 3, memory_gib: 16}\n  dask: {idle"))
    found = branch.review()
    beyond = {limit for verdict in community(found, "research-gcp").verdicts for limit in verdict.beyond}
    assert found.who == "operators"
    assert len(beyond) == 1
    assert "an hour, above the limit of $0.10" in next(iter(beyond))


def test_a_shared_clusters_file_names_all_communities_on_it(branch: Branch) -> None:
    branch.edit("clusters/example-gcp.yaml", ("max_nodes: 20", "max_nodes: 30"))
    found = branch.review()
    assert found.who == "operators"
    assert [each.name for each in found.communities] == ["research-gcp", "seminar-gcp"]
    assert file(found, "clusters/example-gcp.yaml").communities == ("research-gcp", "seminar-gcp")
    assert {verdict.place.file for each in found.communities for verdict in each.verdicts} == {
        "clusters/example-gcp.yaml"
    }


def test_a_field_that_no_deployment_shows_is_judged_too(branch: Branch) -> None:
    branch.edit(SEMINAR, ("title: Seminar", "rollout: {prod: by_hand}\ntitle: Seminar"))
    verdict = only(branch.review())
    assert (verdict.who, verdict.rule, verdict.place.file) == ("operators", "rollouts", SEMINAR)
