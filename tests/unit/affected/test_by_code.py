"""Where code changed, what both sides' programs register decides; each side's by its own code."""

from __future__ import annotations

from tests.unit.affected.conftest import SHARING, Fork, told

HUBS = {f"{name}-{stage}" for name in ("alone", "maths", "physics") for stage in ("staging", "prod")}
CLUSTERS = {"alone-cluster", "campus-cluster"}


def test_code_that_makes_the_same_affects_nothing_else_what_it_reaches(fork_with_code: Fork) -> None:
    fork = fork_with_code.fresh()
    # A refactoring: a local name, a comment, a helper, an import; and YAML of one community.
    hub = "components/clouds/local/hub.py"
    fork.edit(hub, "machine = args.cluster_facts", "cluster = args.cluster_facts  # what it stands on")
    fork.edit(hub, 'machine["folder"], "/hubs/", name', 'cluster["folder"], "/hubs/", name')
    fork.edit(hub, "{key: machine[key] for key", "{key: cluster[key] for key")
    fork.edit("communities/maths.yaml", "image: plots", "image: plots, max_running_servers: 7")

    result = fork.affected("HEAD")

    assert result.rendered
    assert not result.everything
    assert told(result) == {"maths-prod": ["own file"], "maths-staging": ["own file"]}
    (hub_changed,) = [each for each in result.stacks[0].resources if each.type == "localhub:index:Hub"]
    assert (hub_changed.change, hub_changed.properties) == ("update", ("settings",))

    # Another default of the schema, which reaches all.
    fork.commit()
    fork.edit("schemas/hub.py", 'UrlPath = Field(default="/lab"', 'UrlPath = Field(default="/tree"')
    result = fork.affected("HEAD")

    assert set(told(result)) == HUBS
    assert {kind for kinds in told(result).values() for kind in kinds} == {"schema default"}
    assert {str(stack.reasons[0]) for stack in result.stacks} == {"schema default: hub.default_url"}


def test_code_of_one_program_affects_what_it_makes(fork_with_code: Fork) -> None:
    fork = fork_with_code.fresh()
    more = "memory_gib=asked.memory_gib and asked.memory_gib + 1"
    fork.edit("components/clouds/local/machine.py", "memory_gib=asked.memory_gib", more)
    fork.write("communities/sea.yaml", SHARING.format(name="sea").replace("image: plots", "max_running_servers: 6"))

    result = fork.affected("HEAD")

    # Hubs are told of the machine; the one by itself says nothing of memory.
    shared = {"campus-cluster", "maths-prod", "maths-staging", "physics-prod", "physics-staging"}
    assert told(result) == {
        **{stack: ["component code"] for stack in shared},
        **{stack: ["new"] for stack in ("sea-prod", "sea-staging")},
    }


def test_a_base_that_cannot_be_rendered_makes_everything_affected(fork_with_code: Fork) -> None:
    fork = fork_with_code.fresh()
    old = (fork.root / "stacks/hub.py").read_text(encoding="utf-8")
    fork.write("stacks/hub.py", old.replace("def hub_program(", "def program_of_a_hub("))
    fork.commit()
    fork.write("stacks/hub.py", old)

    result = fork.affected("HEAD")

    assert "cannot be compared (ImportError)" in result.everything
    assert set(told(result)) == HUBS | CLUSTERS


def test_what_acts_at_deploy_time_counts_for_its_cloud_and_stand_ins_for_none(fork: Fork) -> None:
    fork.write("pyproject.toml", '[project]\ndependencies = ["pulumi==1.0"]\n')
    fork.commit()
    fork.write("pyproject.toml", '[project]\ndependencies = ["pulumi==1.0", "pulumi-gcp==2.0"]\n')
    fork.write("providers/keys/key.py", "# Of hubs on Kubernetes.\n")
    fork.write("providers/simulated/world.py", "# Of nothing real.\n")

    assert told(fork.affected("HEAD")) == {}

    fork.write("providers/local/observe.py", "# Other code.\n")
    result = fork.affected("HEAD")

    assert not result.rendered
    assert told(result) == {stack: ["provider code"] for stack in HUBS | CLUSTERS}


def test_another_version_of_the_engine_concerns_all(fork: Fork) -> None:
    fork.write("pyproject.toml", '[project]\ndependencies = ["pulumi==1.0"]\n')
    fork.commit()
    fork.write("pyproject.toml", '[project]\ndependencies = ["pulumi==1.1"]\n')

    result = fork.affected("HEAD")

    assert {str(stack.reasons[0]) for stack in result.stacks} == {"version: pulumi 1.0 -> 1.1"}
    assert set(told(result)) == HUBS | CLUSTERS
