"""Everything that is rendered means something to the classes that it is meant for."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

import pytest
from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator, DummyAuthenticator
from jupyterhub.crypto import CryptKeeper
from jupyterhub.proxy import ConfigurableHTTPProxy
from nativeauthenticator import NativeAuthenticator
from oauthenticator.auth0 import Auth0OAuthenticator
from oauthenticator.cilogon import CILogonOAuthenticator
from oauthenticator.generic import GenericOAuthenticator
from oauthenticator.github import GitHubOAuthenticator
from oauthenticator.google import GoogleOAuthenticator
from oauthenticator.oauth2 import OAuthenticator
from traitlets.config import Config

from components.clouds.local.settings import hub_settings
from providers.local.runtime.configure import configure
from providers.local.runtime.hub_folder import FOLDER_VARIABLE, read_hub_folder
from providers.local.runtime.local_spawner import LocalHubSpawner
from tests.unit.local_settings.deployments import FULL_HUB, SIGN_INS, deployment

CLASSES = {
    one.__name__: one
    for one in (
        JupyterHub,
        Authenticator,
        DummyAuthenticator,
        NativeAuthenticator,
        OAuthenticator,
        GitHubOAuthenticator,
        GoogleOAuthenticator,
        CILogonOAuthenticator,
        Auth0OAuthenticator,
        GenericOAuthenticator,
        LocalHubSpawner,
        ConfigurableHTTPProxy,
        CryptKeeper,
    )
}
SECRETS = {
    "cookie_secret": "0" * 64,
    "crypt_key": "1" * 64,
    "proxy_auth_token": "2" * 64,
    "health_token": "3" * 64,
    "password": "a-shared-password",
    "client_secret": "a-client-secret",
}


def configured(folder: Path, monkeypatch: pytest.MonkeyPatch, hub: dict[str, Any]) -> Config:
    places = {
        "public_url": "http://127.0.0.1:8000/",
        "listen_address": "127.0.0.1",
        "port": 8000,
        "hub_port": 8001,
        "proxy_api_url": "http://127.0.0.1:8002",
        "environments": {},
        "directories": {"homes": str(folder / "homes"), "scratch": None, "shared": {}},
        "machine": {"folder": str(folder), "cpu": 1, "memory_gib": 1},
    }
    # As the engine hands them on: keys in another order.
    settings = json.dumps(hub_settings(deployment(hub)), sort_keys=True)
    for name, text in (("settings", settings), ("secrets", json.dumps(SECRETS)), ("places", json.dumps(places))):
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    config = Config()
    configure(config, read_hub_folder())
    return config


@pytest.mark.parametrize("auth", SIGN_INS.values(), ids=SIGN_INS)
def test_every_option_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, auth: dict[str, Any]) -> None:
    config = configured(tmp_path, monkeypatch, {**FULL_HUB, "auth": auth})
    unknown = [
        f"{class_name}.{name}"
        for class_name, options in config.items()
        for name in options
        if name not in CLASSES[class_name].class_trait_names(config=True)
    ]
    assert unknown == []


@pytest.mark.parametrize("made", [JupyterHub, LocalHubSpawner, ConfigurableHTTPProxy, CryptKeeper])
def test_every_value_is_one_that_its_class_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: type[Any]
) -> None:
    config = configured(tmp_path, monkeypatch, FULL_HUB)
    one = made(config=config)
    for name in config[made.__name__]:
        # Reading a trait is what makes a class refuse a value that it cannot use.
        assert getattr(one, name) is not None


@pytest.mark.parametrize("auth", SIGN_INS.values(), ids=SIGN_INS)
def test_the_authenticator_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, auth: dict[str, Any]) -> None:
    config = configured(tmp_path, monkeypatch, {"auth": auth})
    name = config.JupyterHub.authenticator_class
    (entry,) = importlib.metadata.entry_points(group="jupyterhub.authenticators", name=name)
    more = {"add_new_table": False} if name == "native" else {}
    authenticator = entry.load()(config=config, **more)
    authenticator.check_allow_config()
    if auth["type"] not in ("dummy", "native"):
        assert authenticator.client_secret == "a-client-secret"
        assert authenticator.oauth_callback_url == "http://127.0.0.1:8000/hub/oauth_callback"


def test_choices_are_back_in_the_files_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(tmp_path, monkeypatch, FULL_HUB)
    from providers.local.runtime.profiles import in_order

    settings = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    large = in_order(settings["traits"]["LocalHubSpawner"]["profile_list"])[1]
    assert list(large["profile_options"]) == ["image", "size"]
    assert list(large["profile_options"]["size"]["choices"]) == ["z-first", "a-second"]
    assert list(large["profile_options"]["image"]["choices"]) == ["data-science", "base"]


def test_metrics_are_open_on_loopback_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = configured(tmp_path, monkeypatch, {})
    assert config.JupyterHub.authenticate_prometheus is False
    places = json.loads((tmp_path / "places.json").read_text(encoding="utf-8"))
    (tmp_path / "places.json").write_text(json.dumps({**places, "listen_address": "0.0.0.0"}), encoding="utf-8")
    wider = Config()
    configure(wider, read_hub_folder())
    assert wider.JupyterHub.authenticate_prometheus is True
