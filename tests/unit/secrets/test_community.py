"""Secrets on their way into a rollout: who wins, when they are opened, what simulated hubs get."""

from __future__ import annotations

import pytest

from components.hub.rotation import key_names
from deployer.errors import BadInput, DeployerError, Held
from deployer.project import Project
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.files import Files
from deployer.rollout.interruption import Interruption
from deployer.rollout.key_rotation import rotate_keys
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.subject import Subject, load_subject
from deployer.rollout.target import Target
from deployer.secrets.changing import new_data_key
from deployer.secrets.generations import Generations
from deployer.secrets.sops import Sops
from providers.local import hub_keys
from tests.unit.secrets.conftest import Put

WITH_VARIABLE = "{client_secret_env: REEF, client_id:"


def subject(project: Project, *, simulated: bool = False, **environment: str) -> Subject:
    return load_subject(Target(project=project, name="reef", simulated=simulated), environment=environment)


@pytest.fixture
def variable(project: Project) -> Project:
    file = project.communities / "reef.yaml"
    file.write_text(file.read_text().replace("{client_id:", WITH_VARIABLE))
    return project


def test_the_file_wins_over_the_environment(variable: Project, put: Put) -> None:
    assert subject(variable, REEF="of the environment").secrets.of("prod").client_secret == "of the environment"
    with pytest.raises(BadInput, match=r"neither in secrets/reef\.yaml nor in the environment: REEF is not set"):
        subject(variable)
    put("reef", "client_secret", "of the file", "prod")
    both = subject(variable, REEF="of the environment")
    assert both.secrets.of("prod").client_secret == "of the file"
    assert both.secrets.of("staging").client_secret == "of the environment"


def test_digests_need_no_key_and_tell_of_changes(
    variable: Project, put: Put, sops: Sops, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digests() -> dict[str, str]:
        return dict(subject(variable, REEF="x").digests.stages)

    with monkeypatch.context() as patched:
        patched.delenv("SOPS_AGE_KEY_FILE")
        nothing = digests()
    put("reef", "environment.A", "x", "prod")
    first = digests()
    assert first["staging"] == nothing["staging"]
    assert first["prod"] != nothing["prod"]
    new_data_key(variable, "reef", sops=sops)
    assert digests()["prod"] != first["prod"]
    assert digests()["staging"] == first["staging"]


def test_what_no_key_opens_stops_a_rollout_and_no_simulated_one(
    variable: Project, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("reef", "client_secret", "real")
    put("reef", "traits.GitHubOAuthenticator.x", "real too")
    assert subject(variable, simulated=True).secrets.of("prod").client_secret == "real"
    monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    with pytest.raises(BadInput, match="none of the keys on this machine opens it"):
        subject(variable).secrets.of("prod")
    stands_in = subject(variable, simulated=True).secrets.of("prod")
    assert stands_in.client_secret is not None
    assert stands_in.client_secret.startswith("simulated-")
    assert stands_in.traits["GitHubOAuthenticator"]["x"] != stands_in.client_secret
    assert subject(variable, simulated=True).secrets.of("prod") == stands_in, "the same from run to run"


def test_generations_are_kept_beside_the_state_and_count(project: Project, put: Put) -> None:
    put("reef", "client_secret", "x")
    before = subject(project)
    files = Files(before.target.settings)
    assert before.secrets.generations == {}
    assert Generations(files).renew("reef", ["cookies"]) == {"cookies": 2}
    assert Generations(files).renew("reef", ["cookies", "proxy-token"]) == {"cookies": 3, "proxy-token": 2}
    after = subject(project)
    assert after.secrets.generations == {"cookies": 3, "proxy-token": 2}
    assert after.digests.stages["prod"] != before.digests.stages["prod"]
    assert after.digests.cluster == before.digests.cluster
    files.write(".hubs/keys/reef.json", b'{"format": 99}')
    with pytest.raises(DeployerError, match="cannot be read"):
        _ = subject(project).digests


def test_only_keys_that_a_deployed_hub_has_are_rotated(project: Project, put: Put) -> None:
    put("reef", "client_secret", "x")
    target = Target(project=project, name="reef", simulated=True)

    def rotate(key: str) -> None:
        rotate_keys(target, [key], show_plan=print, interruption=Interruption(print), listen=print)

    with pytest.raises(BadInput, match="have no key 'cookie'") as raised:
        rotate("cookie")
    assert "did you mean 'cookies'" in raised.value.remedy
    with pytest.raises(DeployerError, match="was never deployed"):
        rotate("cookies")
    assert subject(project, simulated=True).secrets.generations == {}
    assert key_names(subject(project).deployments["prod"]) == (
        "cookies",
        "sign-in-state",
        "proxy-token",
        "health-token",
    )


def test_keys_are_not_counted_up_while_another_run_is_at_work(project: Project, put: Put) -> None:
    put("reef", "client_secret", "x")
    target = Target(project=project, name="reef", simulated=True)
    backend = Backend(target.settings)
    Ledger(backend.files).write("reef-staging", Record(cluster_stack="reef-cluster", provider="gcp"))

    with claimed(backend, target, print), pytest.raises(Held) as held:
        rotate_keys(target, ["cookies"], show_plan=print, interruption=Interruption(print), listen=print)

    assert held.value.left == "it was not touched"
    assert "deployer deploy" not in held.value.remedy
    assert subject(project, simulated=True).secrets.generations == {}


def test_hubs_on_this_machine_draw_the_keys_that_were_counted_up() -> None:
    first = hub_keys.complete({})
    assert first["former_crypt_key"] == ""
    assert hub_keys.complete(first) == first
    second = hub_keys.complete(first, generations={"sign-in-state": 2, "cookies": 2}, before=None)
    assert second["former_crypt_key"] == first["crypt_key"]
    assert {name for name in first if first[name] != second[name]} == {"crypt_key", "cookie_secret", "former_crypt_key"}
    assert hub_keys.complete(second, generations={"cookies": 2}, before={"cookies": 2}) == second
