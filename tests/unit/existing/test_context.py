"""Somebody's kubeconfig: found, read, and never passed on with what is secret in it."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.clouds.existing.context import find_context, kubeconfig_files
from components.clouds.existing.login import main
from components.clouds.existing.shareable import shareable
from components.survey.errors import ClusterUnseenError
from schemas.existing import ExistingCluster

CLUSTER = {"server": "https://cluster.example.org", "certificate-authority": "ca.pem"}


def written(folder: Path, user: dict[str, Any], name: str = "config") -> Path:
    (folder / "ca.pem").write_text("the authority")
    file = folder / name
    document = {
        "clusters": [{"name": "c", "cluster": CLUSTER}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "theirs", "context": {"cluster": "c", "user": "u"}}],
    }
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


def shared(folder: Path, user: dict[str, Any], kubeconfig: str | None = None) -> dict[str, Any]:
    context = find_context("theirs", [written(folder, user)])
    asked = ExistingCluster(context="theirs", kubeconfig=kubeconfig)
    made: dict[str, Any] = json.loads(shareable("ours", context, asked, folder))
    return made


@pytest.mark.parametrize(
    "user",
    [
        {"token": "s3cret"},
        {"tokenFile": "token"},
        {"client-certificate": "cert.pem", "client-key": "key.pem"},
        {"client-certificate-data": "czNjcmV0", "client-key-data": "czNjcmV0"},
    ],
)
def test_credentials_stay_where_they_are(user: dict[str, Any], tmp_path: Path) -> None:
    made = shared(tmp_path, user, kubeconfig="config")
    assert "s3cret" not in json.dumps(made)
    assert "czNjcmV0" not in json.dumps(made)
    (only,) = made["users"]
    assert set(only["user"]) == {"exec"}
    assert only["user"]["exec"]["args"] == ["--context", "theirs", "--kubeconfig", str(tmp_path / "config")]
    (cluster,) = made["clusters"]
    assert base64.b64decode(cluster["cluster"]["certificate-authority-data"]) == b"the authority"
    assert made["current-context"] == "ours"


def test_paths_that_mean_the_same_everywhere_stay_as_they_are(tmp_path: Path) -> None:
    arguments = shared(tmp_path, {"token": "x"}, kubeconfig="~/.kube/theirs")["users"][0]["user"]["exec"]["args"]
    assert arguments[-1] == "~/.kube/theirs"
    assert shared(tmp_path, {"token": "x"})["users"][0]["user"]["exec"]["args"] == ["--context", "theirs"]


def test_a_program_stays_and_so_does_whom_to_act_as(tmp_path: Path) -> None:
    program = {"apiVersion": "client.authentication.k8s.io/v1", "command": "kubelogin", "args": ["get-token"]}
    user = shared(tmp_path, {"exec": program, "as": "deployer"})["users"][0]["user"]
    assert user == {"as": "deployer", "exec": program}


@pytest.mark.parametrize(
    ("user", "words"),
    [
        (
            {"exec": {"command": "x", "env": [{"name": "AWS_SECRET_ACCESS_KEY", "value": "s3cret"}]}},
            "AWS_SECRET_ACCESS_KEY",
        ),
        ({"auth-provider": {"name": "oidc"}}, "auth-provider"),
        ({"username": "ada", "password": "s3cret"}, "a password"),
    ],
)
def test_logins_that_cannot_be_left_out_are_refused(user: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterUnseenError) as refused:
        shared(tmp_path, user)
    assert words in refused.value.fault
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ({"token": "s3cret"}, {"token": "s3cret"}),
        ({"tokenFile": "token"}, {"token": "from a file"}),
        (
            {"client-certificate": "token", "client-key-data": base64.b64encode(b"key").decode()},
            {"clientCertificateData": "from a file\n", "clientKeyData": "key"},
        ),
    ],
)
def test_the_program_signs_in_with_them(
    user: dict[str, Any], status: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_text("from a file\n", encoding="utf-8")
    main(["--context", "theirs", "--kubeconfig", str(written(tmp_path, user))])
    printed = json.loads(capsys.readouterr().out)
    assert printed["kind"] == "ExecCredential"
    assert printed["status"] == status


def test_the_program_says_what_it_misses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--context", "thiers", "--kubeconfig", str(written(tmp_path, {"token": "s3cret"}))])
    assert "did you mean 'theirs'?" in str(left.value)
    assert capsys.readouterr().out == ""


def test_of_several_files_the_first_that_knows_a_name_counts(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    first = written(tmp_path, {"token": "first"})
    second = written(tmp_path / "other", {"token": "second"})
    files = kubeconfig_files(None, tmp_path, {"KUBECONFIG": f"{tmp_path}/gone{os.pathsep}{first}{os.pathsep}{second}"})
    assert find_context("theirs", files).user["token"] == "first"
    assert kubeconfig_files(None, tmp_path, {}) == [Path("~/.kube/config").expanduser()]
    assert kubeconfig_files("theirs.yaml", tmp_path, {}) == [tmp_path / "theirs.yaml"]


@pytest.mark.parametrize("text", ["", "[]", "{", "contexts: 3", "contexts: [{name: theirs, context: {cluster: c}}]"])
def test_what_is_no_kubeconfig_is_said(text: str, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ClusterUnseenError):
        find_context("theirs", [file])
