"""What actionlint and zizmor say of the workflows: nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from deployer import toolchain
from tests.unit.workflows.files import GITHUB, ROOT

ZIZMOR = Path(sys.executable).parent / "zizmor"


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [ZIZMOR, "--offline", "--persona", "pedantic", "--no-progress", "--quiet", "--format", "plain", folder]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def actionlint(folder: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    tool = toolchain.ensure(["actionlint"])["actionlint"]
    # Where shellcheck is on PATH it would be asked too: machines would disagree.
    command = [tool, "-no-color", "-shellcheck=", "-pyflakes=", *files]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_zizmor_finds_nothing_in_its_strictest_mood() -> None:
    judged = zizmor(GITHUB)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_actionlint_finds_nothing() -> None:
    judged = actionlint(ROOT, *sorted((GITHUB / "workflows").glob("*.yaml")))
    assert (judged.returncode, judged.stdout, judged.stderr) == (0, "", "")


def test_both_would_say_so(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    bad = folder / "bad.yaml"
    bad.write_text(
        "on: pull_request_target\njobs:\n  bad:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "    - uses: actions/checkout@v4\n      with: {ref: '${{ github.event.pull_request.head.sha }}', nonsense: 1}\n"
        "    - run: echo ${{ github.event.pull_request.title }}\n"
    )
    found = zizmor(tmp_path / ".github").stdout
    for audit in ("dangerous-triggers", "template-injection", "unpinned-uses", "artipacked", "excessive-permissions"):
        assert audit in found
    assert "nonsense" in actionlint(tmp_path, bad).stdout
