"""What a hub is configured with means something to JupyterHub's own classes, and the table knows those classes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jupyterhub.orm import new_session_factory
from traitlets import HasTraits, TraitError
from traitlets.config import Config, Configurable, LazyConfigValue

from components.hub.values import foretold, hub_values
from components.jupyterhub import tabulate
from components.jupyterhub.traits import TABLE, traits
from deployer.config.checks.finding import Finding
from deployer.config.checks.traits import HERE, check_traits
from schemas.auth import OAUTH_TYPES
from schemas.community import Deployment
from tests.chart_config import chart_config
from tests.unit.hub_values.examples import NAMES, stages
from tests.unit.hub_values.strategies import deployments, resolved
from tests.unit.local_settings.deployments import SIGN_INS

CLASSES = {cls.__name__: cls for cls in tabulate.classes()}
COMMUNITIES = 150


def test_the_table_is_of_what_is_installed() -> None:
    # In a process of its own: classes that other tests bring along are none of the table's.
    code = "from components.jupyterhub.tabulate import written; print(written(), end='')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert TABLE.read_text(encoding="utf-8") == run.stdout, "run: python -m components.jupyterhub.tabulate"


def test_nobody_needs_jupyterhub_to_read_it() -> None:
    code = """
import sys
import deployer.config.checks
from components.jupyterhub.traits import traits
assert traits().classes
print([name for name in ("jupyterhub", "traitlets", "pulumi") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("section", "trait", "value", "taken"),
    [
        ("KubeSpawner", "profile_list", [], True),
        ("KubeSpawner", "profile_list", "none", False),
        ("KubeSpawner", "mem_limit", "1.5G", True),
        ("KubeSpawner", "start_timeout", 1.5, False),
        ("KubeSpawner", "k8s_api_request_retry_timeout", 30, True),
        ("JupyterHub", "active_server_limit", 30, True),
        ("JupyterHub", "named_server_limit_per_user", "5", False),
        ("GitHubOAuthenticator", "allowed_organizations", "example-org", False),
        ("GitHubOAuthenticator", "modify_auth_state_hook", "a.function", False),  # inherited, and for code alone
        ("GenericOAuthenticator", "auth_state_groups_key", "groups", True),
        ("CILogonOAuthenticator", "allowed_idps", ["https://idp.example.org"], False),
        ("LTI13Authenticator", "client_id", ["a", "b"], True),
        ("Authenticator", "allow_all", "yes", False),
    ],
)
def test_the_check_and_the_real_class_take_the_same(section: str, trait: str, value: Any, taken: bool) -> None:
    said = [finding for finding in found({section: {trait: value}}) if finding.path == (*HERE, section, trait)]
    assert bool(said) == (not taken)
    assert takes(CLASSES[section], trait, value) == taken


NOT_IN_USE = "settings of a class that is not in use: "
SAID: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"KubeSpawner": {"memory_limit": 1}}, {}, "KubeSpawner has no trait 'memory_limit'; did you mean 'mem_limit'?"),
    ({"KubeSpawnr": {}}, {}, "no class 'KubeSpawnr' in the hub's image, so this has no effect; did you mean 'KubeSpa"),
    ({"GoogleOAuthenticator": {"hosted_domain": []}}, {}, f"{NOT_IN_USE}authenticator_class is dummy"),
    ({"LocalProcessSpawner": {"debug": True}}, {}, f"{NOT_IN_USE}spawner_class is KubeSpawner"),
    ({"Authenticator": {"admin_users": ["ada"]}, "Spawner": {"debug": True}, "Proxy": {}}, {}, ""),
    ({"JupyterHub": {"authenticator_class": "gitub"}}, {}, "no authenticators are registered as 'gitub'; did you mean"),
    ({"JupyterHub": {"authenticator_class": "own.Sign"}, "LDAPAuthenticator": {}}, {}, ""),
    ({"OwnSignIn": {"x": 1}}, {"extraConfig": {"a": "class OwnSignIn(Authenticator): ..."}}, ""),
    ({"JupyterHub": {"services": []}}, {}, "the chart drops it"),
    ({"KubeSpawner": None}, {}, "KubeSpawner is a class, and this is null"),
    ({"KubeSpawner": {"modify_pod_hook": "f"}}, {}, "KubeSpawner.modify_pod_hook can be set by code alone"),
]


@pytest.mark.parametrize(("config", "hub", "expected"), SAID)
def test_what_is_said(config: dict[str, Any], hub: dict[str, Any], expected: str) -> None:
    said = [f"{finding.fault}; {finding.remedy}" for finding in found(config, **hub)]
    assert [line[: len(expected)] for line in said] == ([expected] if expected else [])


def test_a_hub_with_an_image_of_its_own_may_have_further_classes() -> None:
    (finding,) = found({"SomebodysAuthenticator": {}}, image={"name": "registry.example.org/hub", "tag": "1"})
    assert finding.severity == "warning"


@pytest.mark.parametrize("name", NAMES)
def test_every_example_configures_the_real_classes(name: str, tmp_path: Path) -> None:
    for deployment in stages(name):
        assert unknown(config_of(deployment, tmp_path)) == []


@pytest.mark.parametrize("kind", SIGN_INS)
def test_every_kind_of_sign_in_makes_a_real_authenticator(kind: str, tmp_path: Path) -> None:
    hub = {"auth": SIGN_INS[kind], "profiles": [{"slug": "a", "title": "A", "groups": ["example-org:staff"]}]}
    config = config_of(resolved(hub), tmp_path)
    name = traits().registered_class("authenticators", config.JupyterHub.authenticator_class)
    assert name is not None
    made = CLASSES[name](config=config, db=new_session_factory("sqlite://")())
    assert made.enable_auth_state == (kind in ("github", "oidc"))
    assert made.manage_groups == (kind in ("github", "oidc"))
    if kind in OAUTH_TYPES:
        assert made.oauth_callback_url == "https://hub.example.org/hub/oauth_callback"


@settings(
    max_examples=COMMUNITIES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(deployment=deployments())
def test_communities_of_all_kinds_configure_the_real_classes(deployment: Deployment, tmp_path: Path) -> None:
    assert unknown(config_of(deployment, tmp_path)) == []
    assert [finding for finding in check_traits(deployment) if finding.severity == "error"] == []


def config_of(deployment: Deployment, folder: Path) -> Config:
    """As JupyterHub reads it in the hub's pod."""
    return chart_config(hub_values(deployment, foretold(deployment))["jupyterhub"], folder=folder)


def unknown(config: Config) -> list[str]:
    """Options that no class has, or that its class does not take."""
    wrong = []
    for section, told in config.items():
        cls = CLASSES.get(section) or _made_in_the_pod(section)
        own = cls.class_traits(config=True)
        for trait, value in told.items():
            value = value.get_value([]) if isinstance(value, LazyConfigValue) else value
            if trait not in own or not takes(cls, trait, value):
                wrong.append(f"{section}.{trait}: {value!r}")
    return wrong


def takes(cls: type[Configurable], trait: str, value: Any) -> bool:
    """Whether the class's own code takes it."""
    try:
        cls.class_traits()[trait].validate(HasTraits(), value)
    except (TraitError, ValueError, TypeError):
        return False
    return True


def _made_in_the_pod(name: str) -> type[Configurable]:
    """A class of this project's own code there."""
    every = list(Configurable.__subclasses__())
    for cls in every:
        every.extend(cls.__subclasses__())
    return next(cls for cls in every if cls.__name__ == name)


def found(config: dict[str, Any], **hub: Any) -> list[Finding]:
    """What the check says of `hub.config` in helm values."""
    return list(check_traits(resolved({"helm_values": {"jupyterhub": {"hub": {"config": config, **hub}}}})))
