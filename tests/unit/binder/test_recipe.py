"""From a repository's files to an environment: what is taken, what is refused, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from providers.engine.values import Fault
from providers.local.environment_cache import Recipe
from providers.local.repository_recipe import Asked, read_repository, recipe

BASE = Recipe("3.11", "idna==3.20\n    # via requests\nnumpy==2.0 ; python_version < '4'\nrequests==2.34.2\n")
PYPROJECT = '[project]\nname = "example"\nversion = "1"\n'
Read = Callable[[Mapping[str, str]], Asked]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def asked(files: Mapping[str, str]) -> Asked:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return read_repository(tmp_path)

    return asked


def test_without_files_it_is_the_image_itself(read: Read) -> None:
    assert recipe(read({"README.md": "nothing"}), BASE) == BASE


def test_what_the_repository_names_goes_before(read: Read) -> None:
    made = recipe(read({"requirements.txt": "# mine\nNumPy>=1.26\n"}), BASE)
    assert made.requirements == "idna==3.20\nrequests==2.34.2\n# mine\nNumPy>=1.26\n"
    assert made.python == "3.11"


def test_the_folder_binder_is_looked_at_first(read: Read) -> None:
    asked = read({"requirements.txt": "outside\n", "binder/requirements.txt": "inside\n", "Dockerfile": "FROM x\n"})
    assert asked.lines == ["inside"]


def test_conda_names_and_versions(read: Read) -> None:
    asked = read(
        {
            "environment.yml": "channels: [conda-forge]\ndependencies:\n- python=3.12\n- pip\n- numpy=1.26\n"
            "- conda-forge::pandas>=2,<3\n"
            "- xarray\n- scipy==1.11.4\n- zarr 2.1.*\n- netcdf4 1.7 py311_0\n- dask-core=2024.*\n- idna=3.10=py311_0\n"
            "- pip:\n  - example-package==1\n"
        }
    )
    assert asked.python_version == "3.12"
    assert asked.lines == [
        "numpy==1.26.*",
        "pandas>=2,<3",
        "xarray",
        "scipy==1.11.4",
        "zarr==2.1.*",
        "netcdf4==1.7",
        "dask==2024.*",
        "idna==3.10.*",
        "example-package==1",
    ]


def test_files_named_by_files(read: Read) -> None:
    asked = read(
        {
            "requirements.txt": "-r more/other.txt\nidna\n",
            "more/other.txt": "numpy\n-r third.txt\n",
            "more/third.txt": "attrs\n",
        }
    )
    assert asked.lines == ["numpy", "attrs", "idna"]


def test_a_package_of_its_own(read: Read, tmp_path: Path) -> None:
    own = f"example @ {tmp_path.as_uri()}"
    assert read({"pyproject.toml": PYPROJECT}).lines == [own]
    assert read({"requirements.txt": "-e .\nidna\n"}).lines == [own, "idna"]


def test_the_python_of_runtime_txt(read: Read) -> None:
    made = recipe(read({"runtime.txt": "python-3.12\n"}), BASE)
    assert (made.python, made.requirements) == ("3.12", BASE.requirements)


def test_what_is_not_heeded_is_said(read: Read) -> None:
    assert read({"apt.txt": "git\n", "postBuild": "touch x\n"}).notes == [
        "apt.txt is not heeded on this machine",
        "postBuild is not heeded on this machine",
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"Dockerfile": "FROM x\n"}, "built from its Dockerfile, which needs a container"),
        ({"install.R": "x\n"}, "built from its install.R"),
        (
            {"environment.yml": "dependencies: [r-base, python, nodejs=20]\n"},
            "only conda has, and there is none on this machine: r-base, nodejs=20",
        ),
        ({"environment.yml": "a: [\n"}, "environment.yml is not YAML"),
        ({"environment.yml": "name: x\n"}, "environment.yml has no list of dependencies"),
        ({"runtime.txt": "r-4.3-2024-01-01\n"}, "runtime.txt asks for 'r-4.3-2024-01-01'"),
        ({"requirements.txt": "-r ../../../etc/passwd\n"}, "which is not in the repository"),
        ({"requirements.txt": "-r requirements.txt\n"}, "which is not in the repository"),
        ({"requirements.txt": "--find-links /somewhere\n"}, "has no meaning here"),
        ({"requirements.txt": "/etc/passwd\n"}, "is a file"),
        ({"pyproject.toml": "[tool.x]\n"}, "no [project] with a name"),
        ({"pyproject.toml": "[["}, "is not TOML"),
        ({"requirements.txt": "-e .\n"}, "has no pyproject.toml"),
    ],
)
def test_what_this_machine_cannot_give(read: Read, files: Mapping[str, str], said: str) -> None:
    with pytest.raises(Fault) as fault:
        read(files)
    assert said in str(fault.value)
