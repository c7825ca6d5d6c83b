"""A context put into somebody's kubeconfig, beside what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kubeconfig import single_context
from deployer.access.credentials import Credentials
from deployer.access.kubeconfig_text import with_entries
from deployer.access.merging import default_file, merge
from deployer.errors import DeployerError

BLOCK = """\
# my clusters
apiVersion: v1
kind: Config
clusters:
- cluster:
    server: https://one.example.org   # the first
  name: one

# people
users:
  - name: one
    user: {token: abc}
contexts:
- name: one
  context:
    cluster: one
    user: one
    # at home
current-context: one
preferences: {}
"""
FLOW = (
    '{"apiVersion": "v1", "clusters": [{"name": "one", "cluster": {}}], "users": [], "contexts": [], "kind": "Config"}'
)
KUBECTLS_EMPTY = 'apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null\n'
BARE = "clusters:\nusers:\ncurrent-context:\n"


def credentials(server: str = "https://hubs.example.org", name: str = "hubs") -> Credentials:
    document = json.loads(single_context(name, {"server": server}, {"exec": {"command": "nobody-has-this"}}))
    return Credentials(cluster=name, kubeconfig=document)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.mark.parametrize("text", [BLOCK, FLOW, KUBECTLS_EMPTY, BARE, "kind: Config"])
def test_what_is_there_stays_and_what_comes_is_found(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    merged = merge(credentials(), file, use=True)
    loaded, before = yaml.safe_load(file.read_text(encoding="utf-8")), yaml.safe_load(text)
    for kind in ("clusters", "users", "contexts"):
        assert loaded[kind] == [*credentials().kubeconfig[kind], *(before.get(kind) or [])]
    assert loaded["current-context"] == merged.current == "hubs"
    assert merged.backup is not None
    assert merged.backup.read_text(encoding="utf-8") == text
    assert {oct(path.stat().st_mode & 0o777) for path in (file, merged.backup)} == {"0o600"}
    assert sorted(path.name for path in file.parent.iterdir()) == sorted([file.name, merged.backup.name])


def test_every_line_that_was_there_is_there_as_it_was(file: Path) -> None:
    file.write_text(BLOCK, encoding="utf-8")
    merge(credentials(), file)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "hubs" not in line] == BLOCK.splitlines()
    assert len(lines) == len(BLOCK.splitlines()) + 3


def test_the_same_again_changes_nothing(file: Path) -> None:
    merge(credentials(), file)
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    again = merge(credentials(), file)
    assert (again.changed, again.backup) == (False, None)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


def test_another_one_of_that_name_is_replaced_only_when_told_so(file: Path) -> None:
    file.write_text(BLOCK, encoding="utf-8")
    merge(credentials(), file)
    before = file.read_text(encoding="utf-8")
    other = credentials("https://elsewhere.example.org")
    with pytest.raises(DeployerError) as refused:
        merge(other, file)
    assert "another cluster named 'hubs'" in refused.value.fault
    assert "--replace" in refused.value.remedy
    assert file.read_text(encoding="utf-8") == before
    merge(other, file, replace=True)
    assert file.read_text(encoding="utf-8") == before.replace(
        "https://hubs.example.org", "https://elsewhere.example.org"
    )


def test_one_written_by_hand_is_replaced_in_its_place(file: Path) -> None:
    file.write_text(BLOCK, encoding="utf-8")
    merge(credentials(name="one"), file, replace=True)
    text = file.read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    assert loaded["clusters"] == [{"name": "one", "cluster": {"server": "https://hubs.example.org"}}]
    assert "# people\n" in text
    assert "# at home\n" in text


def test_the_current_context_changes_only_when_told_so(file: Path) -> None:
    file.write_text(BLOCK, encoding="utf-8")
    assert merge(credentials(), file).current == "one"
    assert merge(credentials(), file, use=True).current == "hubs"


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "kube"
    real.parent.mkdir()
    real.write_text(BLOCK, encoding="utf-8")
    file.symlink_to(real)
    merge(credentials(), file)
    assert file.is_symlink()
    assert "hubs.example.org" in real.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["- a list", "{", "a: b\n---\nc: d\n"])
def test_what_is_no_kubeconfig_is_left_alone(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DeployerError):
        merge(credentials(), file)
    assert file.read_text(encoding="utf-8") == text
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_kubectls_lock_is_heeded(file: Path) -> None:
    lock = file.with_name("config.lock")
    lock.touch()
    with pytest.raises(DeployerError) as refused:
        merge(credentials(), file)
    assert "is locked" in refused.value.fault
    assert not file.exists()
    assert lock.exists()


def test_anchors_that_cannot_be_edited_in_place_are_written_out() -> None:
    text = "clusters: &same [{name: one, cluster: {}}]\nusers: *same\n"
    entry: dict[str, Any] = {"name": "hubs", "user": {}}
    loaded = yaml.safe_load(with_entries(text, {"users": entry}, None))
    assert loaded["users"] == [entry, {"name": "one", "cluster": {}}]
    assert loaded["clusters"] == [{"name": "one", "cluster": {}}]


def test_the_file_is_the_one_that_kubectl_would_write(tmp_path: Path) -> None:
    there, gone = tmp_path / "there", tmp_path / "gone"
    there.touch()
    assert default_file({"KUBECONFIG": f"{gone}:{there}"}) == there
    assert default_file({"KUBECONFIG": f"{there.with_name('a')}:{gone}"}) == gone
    assert default_file({}) == Path("~/.kube/config").expanduser()
