"""Ways to more rights than a community has: each must end with the operators, or change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployer.config.fleet import load_deployments
from deployer.config.setting_changes import kept
from deployer.errors import BadInput
from deployer.review import missing
from tests.unit.review.conftest import Branch, community, file, only

SEMINAR, RESEARCH, CLASS = (f"communities/{name}.yaml" for name in ("seminar-gcp", "research-gcp", "class-aws"))
OWN_TOO = (SEMINAR, ("title: Seminar on ocean data", "title: Ocean data"))
"""An edit that the community may make: it must not hide another one."""


@pytest.mark.parametrize(
    "path",
    [
        ".github/CODEOWNERS",
        ".github/workflows/deploy.yaml",
        ".gitattributes",
        ".gitmodules",
        "policy.yaml",
        "secrets/seminar-gcp.yaml",
        "deployer/review/judging.py",
        "components/hub/values/auth.py",
        "charts.yaml",
        "docs/policy.md",
        "communities/.seminar-gcp.yaml",
        "communities/seminar-gcp.yml",
        "communities/more/seminar-gcp.yaml",
        "communities/seminar-gcp.yaml.orig",
        "images/never-used/requirements.txt",
        "images/image.yaml",
        "Communities/seminar-gcp.yaml",
    ],
)
def test_files_outside_the_communitys_own_are_the_operators(branch: Branch, path: str) -> None:
    branch.edit(*OWN_TOO)
    target = branch.root / path
    if path == "policy.yaml":
        branch.edit(path, ("operators: [example-org/hub-operators]", "operators: [mallory]"))
    else:
        branch.write(path, "mallory: yes\n")
    assert target.exists()
    branch.commit()
    found = branch.review()
    assert file(found, path).who == "operators"
    assert file(found, path).reason
    assert found.who == "operators"
    assert community(found, "seminar-gcp").who == ("operators" if path.startswith("secrets/") else "own")
    assert missing(found, ["example-org/hub-team", "mallory"])
    assert not missing(found, ["example-org/hub-operators"])


def test_a_policy_does_not_decide_on_itself(branch: Branch) -> None:
    policy = (branch.root / "policy.yaml").read_text()
    branch.write(
        "policy.yaml",
        policy.replace(
            "rules:\n", "rules:\n- {name: all, reason: All of it is ours now., fields: [hub.helm_values.**]}\n"
        ),
    )
    branch.edit(
        SEMINAR,
        ("  image: data-science", "  helm_values: {jupyterhub: {hub: {extraEnv: {A: b}}}}\n  image: data-science"),
    )
    branch.commit()
    found = branch.review()
    assert community(found, "seminar-gcp").verdicts[0].rule == "escapes"
    assert found.who == "operators"
    assert found.operators == ("example-org/hub-operators",)


def test_an_old_branch_has_no_older_rights(branch: Branch) -> None:
    branch.git("switch", "--quiet", "main")
    branch.edit(
        "policy.yaml",
        ("server: {cpu: 8, memory_gib: 32, gpu: 0}\n- name: pools", "server: {cpu: 1, memory_gib: 2}\n- name: pools"),
    )
    branch.edit(SEMINAR, ("github: example-org/hub-team", "github: someone-else"))
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.edit(SEMINAR, ("memory_gib: {guarantee: 1, limit: 2}", "memory_gib: {guarantee: 2, limit: 16}"))
    branch.commit()
    verdict = only(branch.review())
    assert verdict.who == "operators"
    assert verdict.beyond == ("servers: 16 GiB, above the limit of 2 GiB",)
    assert community(branch.review(), "seminar-gcp").maintainers == ("someone-else",)


def test_contacts_that_a_change_brings_may_not_agree_to_it(branch: Branch) -> None:
    branch.edit(*OWN_TOO)
    branch.edit(
        SEMINAR, ("github: example-org/hub-team}", "github: mallory}\n- {name: M, email: m@example.org, github: eve}")
    )
    found = branch.review()
    assert community(found, "seminar-gcp").maintainers == ("example-org/hub-team",)
    assert {v.rule for v in community(found, "seminar-gcp").verdicts} == {"rights", "name-and-page"}
    assert [each.anyone_of for each in missing(found, ["mallory", "eve"])] == [("example-org/hub-operators",)]
    assert missing(found, ["example-org/hub-team"])
    assert missing(found, ["mallory"], required="own")[0].part == "seminar-gcp"


@pytest.mark.parametrize("new", ["seminar", "seminar-gcp2"])
def test_a_renamed_file_is_another_community(branch: Branch, new: str) -> None:
    branch.git("mv", SEMINAR, f"communities/{new}.yaml")
    branch.edit(f"communities/{new}.yaml", ("name: seminar-gcp", f"name: {new}"))
    branch.commit()
    found = branch.review()
    verdict = community(found, new).verdicts[0]
    assert (found.who, verdict.rule, verdict.old, verdict.new) == ("operators", "whole-community", "seminar-gcp", new)
    assert community(found, new).maintainers == ()


def test_a_deleted_community_is_the_operators(branch: Branch) -> None:
    (branch.root / SEMINAR).unlink()
    verdict = community(branch.review(), "seminar-gcp").verdicts[0]
    assert (verdict.who, verdict.new, verdict.place.file) == ("operators", "gone", SEMINAR)


def test_a_new_community_is_the_operators(branch: Branch) -> None:
    branch.write("communities/fresh.yaml", "name: fresh\ntitle: Fresh\ncluster: this-machine\n")
    verdict = community(branch.review(), "fresh").verdicts[0]
    assert (verdict.who, verdict.rule) == ("operators", "whole-community")


def test_a_moved_community_is_the_operators(branch: Branch) -> None:
    branch.edit(
        "communities/workshop.yaml", ("cluster: this-machine", "cluster: {provider: local, local: {folder: elsewhere}}")
    )
    verdicts = community(branch.review(), "workshop").verdicts
    assert verdicts[0].rule == "whole-community"
    assert all(verdict.who == "operators" for verdict in verdicts)


def test_anchors_and_aliases_are_what_they_mean(branch: Branch) -> None:
    branch.edit(
        SEMINAR,
        ("admins: [instructor]", "admins: &who [instructor]"),
        ("  groups:\n    instructors: [instructor]", "  groups:\n    instructors: *who"),
    )
    found = branch.review()
    assert (found.who, found.communities) == ("nobody", ())
    branch.edit(SEMINAR, ("type: native", "<<: {allow_all: true}\n    type: native"))
    verdict = only(branch.review())
    assert (verdict.who, verdict.rule, verdict.path) == ("operators", "sign-in", "hub.auth.allow_all")


def test_an_alias_cannot_raise_what_its_anchor_may(branch: Branch) -> None:
    branch.git("switch", "--quiet", "main")
    branch.edit(
        RESEARCH,
        ("    memory_gib: {guarantee: 24}", "    memory_gib: *size"),
        ("    default: true\n", "    default: true\n    memory_gib: &size {guarantee: 24, limit: 26}\n"),
        ("    options:\n      sizes: [1/8, 1/4, 1/2, 1]\n", "    options:\n"),
    )
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.edit(RESEARCH, ("limit: 26", "limit: 128"))
    verdicts = community(branch.review(), "research-gcp").verdicts
    assert {verdict.path for verdict in verdicts} == {"hub.profiles[0].memory_gib", "hub.profiles[2].memory_gib"}
    assert all(verdict.beyond and verdict.who == "operators" for verdict in verdicts)


def test_an_archetype_that_brings_more_is_the_operators(branch: Branch) -> None:
    branch.edit(SEMINAR, ("archetype: teaching", "archetype: research"))
    verdicts = {verdict.path: verdict for verdict in community(branch.review(), "seminar-gcp").verdicts}
    assert verdicts["archetype"].who == "operators"
    assert verdicts["hub.named_servers_per_user"].rule == "beside-the-first"


def test_a_stages_own_settings_are_judged(branch: Branch) -> None:
    text = (branch.root / SEMINAR).read_text()
    branch.write(
        SEMINAR,
        text
        + "stages:\n  prod:\n    hub:\n      auth: {open_signup: true}\n"
        + "      resources: {memory_gib: {guarantee: 1, limit: 64}}\n",
    )
    verdicts = community(branch.review(), "seminar-gcp").verdicts
    assert {(verdict.rule, verdict.who, verdict.stages) for verdict in verdicts} == {
        ("sign-in", "operators", ("prod",)),
        ("palette", "operators", ("prod",)),
    }
    lines = (branch.root / SEMINAR).read_text().splitlines()
    assert all("prod" in verdict.stages and verdict.place.line > len(text.splitlines()) for verdict in verdicts)
    assert "open_signup" in lines[verdicts[0].place.line - 1]


def test_power_does_not_come_through_a_group(branch: Branch) -> None:
    branch.git("switch", "--quiet", "main")
    branch.edit(
        CLASS,
        (
            "  shared_directories:\n",
            "  - {name: boss, scopes: ['admin:users'], groups: [bosses]}\n  shared_directories:\n",
        ),
        ("  groups:\n    instructors:", "  groups:\n    bosses: []\n    instructors:"),
    )
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.edit(CLASS, ("bosses: []", "bosses: [mallory@example.org]"))
    verdict = only(branch.review())
    assert (verdict.who, verdict.rule) == ("operators", "groups")
    assert verdict.beyond == ("role boss has admin:users",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    groups: [instructors]\n  shared", "    groups: [instructors, assistants]\n  shared"),
        (
            "scopes: [list:users, access:servers, servers]",
            "scopes: [list:users, access:servers, servers, 'admin:users']",
        ),
        (
            "scopes: [list:users, access:servers, servers]\n    groups",
            "scopes: [list:users, access:servers, servers]\n    users: [mallory@example.org]\n    groups",
        ),
    ],
)
def test_roles_are_the_operators(branch: Branch, old: str, new: str) -> None:
    branch.git("switch", "--quiet", "main")
    branch.edit(CLASS, ("  groups:\n    instructors:", "  groups:\n    assistants: []\n    instructors:"))
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.edit(CLASS, (old, new))
    verdicts = community(branch.review(), "class-aws").verdicts
    assert {(verdict.who, verdict.rule) for verdict in verdicts} == {("operators", "roles")}


@pytest.mark.parametrize(
    "values",
    [
        "{jupyterhub: {hub: {config: {Authenticator: {admin_users: [mallory], allow_all: true}}}}}",
        "{jupyterhub: {hub: {extraConfig: {more: 'c.JupyterHub.admin_access = True'}}}}",
        "{jupyterhub: {singleuser: {memory: {limit: 500G}}}}",
        "{jupyterhub: {singleuser: {image: {name: registry.example.org/x, tag: '1'}}}}",
    ],
)
def test_helm_values_are_no_way_round(branch: Branch, values: str) -> None:
    branch.edit(SEMINAR, ("  image: data-science", f"  helm_values: {values}\n  image: data-science"))
    found = branch.review()
    assert found.who == "operators"
    assert {verdict.who for verdict in community(found, "seminar-gcp").verdicts} == {"operators"}


def test_a_changed_secret_in_helm_values_is_seen_and_not_shown(branch: Branch) -> None:
    value = "  helm_values: {jupyterhub: {hub: {extraEnv: {MY_TOKEN: canary-%s}}}}\n  image: data-science"
    branch.git("switch", "--quiet", "main")
    branch.edit(SEMINAR, ("  image: data-science", value % "one"))
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.edit(SEMINAR, ("canary-one", "canary-two"))
    verdict = only(branch.review())
    assert (verdict.who, verdict.rule, verdict.old, verdict.new) == ("operators", "escapes", *["<not shown>"] * 2)
    assert "canary" not in repr(verdict)


ALIKE = ("c.JupyterHub.admin_access = False  # 68580", "c.JupyterHub.admin_access = True  # 69121")
"""Found in a second, by trying: the short marks of seminar-gcp's prod are the same for both."""


def test_what_is_kept_from_view_is_compared_in_full(branch: Branch) -> None:
    values = (
        "stages: {{prod: {{hub: {{helm_values: {{jupyterhub: {{hub: {{extraConfig: {{token-hook: {!r}}}}}}}}}}}}}}}\n"
    )
    text = (branch.root / SEMINAR).read_text()
    branch.git("switch", "--quiet", "main")
    branch.write(SEMINAR, text + values.format(ALIKE[0]))
    branch.commit()
    before = kept(load_deployments(branch.project, "seminar-gcp").deployments["prod"])
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.write(SEMINAR, text + values.format(ALIKE[1]))
    assert kept(load_deployments(branch.project, "seminar-gcp").deployments["prod"]) == before
    verdict = only(branch.review())
    assert (verdict.who, verdict.rule, verdict.stages) == ("operators", "escapes", ("prod",))
    assert (verdict.old, verdict.new) == ("<not shown>", "<not shown>")


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("0", "false", ["escapes"]),
        ("1", "true", ["escapes"]),
        ("[1, {a: 1}]", "[1, {a: true}]", ["escapes"]),
        ("[0]", "[false]", ["escapes"]),
        ("{x: {y: 1}}", "{x: {y: true}}", ["escapes"]),
        ("1", "1.0", []),
    ],
)
def test_true_is_not_one(branch: Branch, old: str, new: str, rules: list[str]) -> None:
    """To Python they are equal, to charts and hubs they are not."""
    values = "  helm_values: {jupyterhub: {custom: {a: %s}}}\n  image: data-science"
    branch.git("switch", "--quiet", "main")
    branch.edit(SEMINAR, ("  image: data-science", values % old))
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.edit(SEMINAR, (values % old, values % new))
    found = branch.review()
    assert [verdict.rule for each in found.communities for verdict in each.verdicts] == rules
    assert found.who == ("operators" if rules else "nobody")


PROFILE = "  - {slug: first, title: First, default: true, node_pool: large}\n"


@pytest.mark.parametrize(
    ("new", "rule"),
    [
        (PROFILE.replace(", node_pool: large", ""), "pools"),
        (PROFILE + "  - {slug: second, title: Second}\n", "palette"),
        (PROFILE.replace("first", "renamed").replace(", node_pool: large", ""), "palette"),
        ("", "palette"),
    ],
    ids=["unnamed", "another without a name", "another slug", "no profile any more"],
)
def test_the_clusters_first_pool_is_a_pool_like_others(branch: Branch, new: str, rule: str) -> None:
    branch.git("switch", "--quiet", "main")
    branch.edit(SEMINAR, ("  resources:\n", f"  profiles:\n{PROFILE}  resources:\n"))
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.edit(SEMINAR, (f"  profiles:\n{PROFILE}", f"  profiles:\n{new}" if new else ""))
    found = {verdict.rule: verdict for verdict in community(branch.review(), "seminar-gcp").verdicts}
    assert found[rule].who == "operators"
    assert found[rule].beyond == ("the community's servers do not run on node pool user yet",)


def test_pools_of_other_fields_are_the_names_that_stand_there(branch: Branch) -> None:
    branch.git("switch", "--quiet", "main")
    rule = "- {name: dask, reason: Where workers run., fields: [hub.dask.node_pool], within: {pools_in_use: true}}\n"
    branch.edit("policy.yaml", ("rules:\n", f"rules:\n{rule}"))
    branch.edit(RESEARCH, ("dask: {idle", "dask: {node_pool: large, idle"))
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    for new, who in (("user", "own"), ("dask", "operators")):
        branch.git("checkout", "--quiet", RESEARCH)
        branch.edit(RESEARCH, ("dask: {node_pool: large", f"dask: {{node_pool: {new}"))
        assert (only(branch.review()).rule, only(branch.review()).who) == ("dask", who)
    branch.git("checkout", "--quiet", RESEARCH)
    branch.edit(RESEARCH, ("dask: {node_pool: large, ", "dask: {"))
    assert only(branch.review()).who == "operators"


def test_somebody_elses_domain_is_the_operators(branch: Branch) -> None:
    branch.edit(SEMINAR, ("domain: seminar.gcp.example.org", "domain: ocean.gcp.example.org"))
    assert branch.review().who == "operators"


def test_a_second_file_with_the_same_domain_is_the_operators(branch: Branch) -> None:
    text = (branch.root / SEMINAR).read_text().replace("name: seminar-gcp", "name: twin")
    branch.write("communities/twin.yaml", text)
    found = branch.review()
    assert community(found, "twin").verdicts[0].rule == "whole-community"
    assert found.who == "operators"


def test_a_file_that_does_not_resolve_is_the_operators(branch: Branch) -> None:
    branch.edit(SEMINAR, ("title: Seminar on ocean data", "title: [Seminar"))
    found = branch.review()
    verdict = community(found, "seminar-gcp").verdicts[0]
    assert (verdict.who, verdict.place.file) == ("operators", SEMINAR)
    assert verdict.place.line > 1


def test_the_order_of_node_pools_is_no_layout(branch: Branch) -> None:
    pools = "    user: {cpu: 8, memory_gib: 64, max_nodes: 6}\n"
    gpu = "    gpu: {cpu: 4, memory_gib: 28, gpu: {kind: t4}, max_nodes: 10}\n"
    branch.edit("communities/event-azure.yaml", (pools + gpu, gpu + pools))
    found = branch.review()
    assert found.who == "operators"
    assert "clusters" in {verdict.rule for verdict in community(found, "event-azure").verdicts}


class TestImages:
    """A folder of `images/` belongs to whoever alone uses it."""

    @pytest.fixture
    def own_image(self, branch: Branch) -> Branch:
        branch.git("switch", "--quiet", "main")
        branch.write("images/ocean/image.yaml", "title: Ocean\ncontainer: registry.example.org/hubs/ocean:1\n")
        branch.write("images/ocean/requirements.txt", "numpy==2.0.0\n")
        branch.edit(SEMINAR, ("image: data-science", "image: ocean"))
        branch.commit()
        branch.git("switch", "--quiet", "change")
        branch.git("merge", "--quiet", "main")
        return branch

    def test_ones_own_image_is_ones_own(self, own_image: Branch) -> None:
        own_image.write("images/ocean/requirements.txt", "numpy==2.1.0\n")
        found = own_image.review()
        verdict = community(found, "seminar-gcp").verdicts[0]
        assert (verdict.who, verdict.rule, verdict.place.file) == ("own", "own-image", "images/ocean/image.yaml")
        assert file(found, "images/ocean/requirements.txt").who == "own"
        assert found.who == "own"

    def test_a_shared_image_is_everybodys(self, branch: Branch) -> None:
        branch.edit("images/data-science/image.yaml", ("title: ", "title: New "))
        found = branch.review()
        assert found.who == "operators"
        assert {verdict.who for each in found.communities for verdict in each.verdicts} == {"operators"}
        assert len(found.communities) > 2
        assert len(file(found, "images/data-science/image.yaml").communities) == len(found.communities)

    def test_to_leave_an_image_to_one_is_no_way_to_it(self, own_image: Branch) -> None:
        """The other user of it is moved away in the same change."""
        own_image.git("switch", "--quiet", "main")
        own_image.edit(CLASS, ("image: data-science", "image: ocean"))
        own_image.commit()
        own_image.git("switch", "--quiet", "change")
        own_image.git("merge", "--quiet", "main")
        own_image.edit(CLASS, ("image: ocean", "image: data-science"))
        own_image.write("images/ocean/requirements.txt", "mallory==1.0\n")
        found = own_image.review()
        assert file(found, "images/ocean/requirements.txt").who == "operators"

    def test_whoever_began_to_use_it_meanwhile_counts(self, own_image: Branch) -> None:
        own_image.write("images/ocean/requirements.txt", "mallory==1.0\n")
        own_image.commit()
        own_image.git("switch", "--quiet", "main")
        own_image.edit(CLASS, ("image: data-science", "image: ocean"))
        own_image.commit()
        own_image.git("switch", "--quiet", "change")
        assert file(own_image.review(), "images/ocean/requirements.txt").who == "operators"

    @pytest.mark.parametrize("target", ["../base", "../../secrets", "/etc"])
    def test_a_folder_that_is_a_link_is_the_operators(self, own_image: Branch, target: str) -> None:
        for each in (own_image.root / "images/ocean").iterdir():
            each.unlink()
        (own_image.root / "images/ocean").rmdir()
        (own_image.root / "images/ocean").symlink_to(target)
        own_image.commit()
        found = own_image.review()
        assert file(found, "images/ocean").who == "operators"

    @pytest.mark.parametrize("target", ["requirements.txt", "../../policy.yaml", "/etc/hostname"])
    def test_a_file_that_is_a_link_is_the_operators(self, own_image: Branch, target: str) -> None:
        (own_image.root / "images/ocean/more.txt").symlink_to(target)
        own_image.commit()
        assert file(own_image.review(), "images/ocean/more.txt").who == "operators"


def test_a_community_that_is_a_link_is_the_operators(branch: Branch) -> None:
    aside = branch.write("elsewhere.yaml", (branch.root / SEMINAR).read_text())
    (branch.root / SEMINAR).unlink()
    (branch.root / SEMINAR).symlink_to(Path("..") / aside.name)
    branch.commit()
    found = branch.review()
    assert file(found, SEMINAR).who == "operators"


def test_without_a_policy_on_the_base_all_is_the_operators(branch: Branch) -> None:
    branch.git("switch", "--quiet", "main")
    text = (branch.root / "policy.yaml").read_text()
    (branch.root / "policy.yaml").unlink()
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.git("merge", "--quiet", "main")
    branch.write("policy.yaml", text)
    branch.edit(*OWN_TOO)
    found = branch.review()
    assert community(found, "seminar-gcp").verdicts[0].who == "operators"
    assert missing(found, ["example-org/hub-operators"]), "nobody is an operator before there is a policy"


def test_a_policy_that_cannot_be_used_is_no_policy(branch: Branch) -> None:
    branch.git("switch", "--quiet", "main")
    branch.edit("policy.yaml", ("fields: [archetype]", "fields: [archetyp]"))
    branch.commit()
    branch.git("switch", "--quiet", "change")
    branch.edit(*OWN_TOO)
    with pytest.raises(BadInput) as raised:
        branch.review()
    assert "no deployment has a field archetyp" in str(raised.value.problems[0])
