"""Opens every file that can be opened, and compares what is given with what is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deployer.config import load_each
from deployer.errors import BadInput, DeployerError, Problem
from deployer.project import Project
from deployer.secrets.community import AT_ONCE
from deployer.secrets.encrypted import FOLDER, file_of, read_encrypted
from deployer.secrets.opening import opened
from deployer.secrets.operators import operators
from deployer.secrets.sops import Sops
from deployer.secrets.sops_config import up_to_date
from deployer.secrets.structure import file_problems
from deployer.toolchain import Progress, quiet


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One community's secrets."""

    community: str
    file: str
    """Empty where it has none."""
    state: str
    """`opened`, `locked` (no key of this machine), `wrong`, or `none`."""
    problems: Sequence[Problem] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """All that were asked for."""

    communities: Sequence[Checked]
    config_stale: bool
    """`.sops.yaml` does not say who can open what."""

    @property
    def exit_code(self) -> int:
        errors = any(problem.severity == "error" for one in self.communities for problem in one.problems)
        return 2 if errors or self.config_stale else 0


def check_secrets(
    project: Project, communities: Sequence[str], *, progress: Callable[[Progress], None] = quiet
) -> Check:
    """Of these communities, or of all. Raises BadInput for a name that no community has."""
    names = communities or project.community_names()
    loaded = load_each(project, names)
    with_files = [name for name in names if file_of(project, name).is_file()]
    sops = Sops(progress=progress) if with_files else None
    known = operators(project)

    def look(name: str) -> Checked:
        outcome = loaded[name]
        problems = list(outcome.problems) if isinstance(outcome, BadInput) else []
        own = [problem for problem in problems if f"{FOLDER}/" in problem.place.file or "secret" in problem.fault]
        if sops is None or name not in with_files:
            return Checked(community=name, file="", state="wrong" if own else "none", problems=own)
        file = read_encrypted(project, name)
        if file is None:
            return Checked(community=name, file="", state="none")
        label = file.label
        found = own or list(file_problems(file, known))
        if any(problem.severity == "error" for problem in found):
            return Checked(community=name, file=label, state="wrong", problems=found)
        try:
            opened(file, sops)
        except BadInput as error:
            state = "wrong" if error.problems else "locked"
            return Checked(community=name, file=label, state=state, problems=error.problems, note=error.fault)
        except DeployerError as error:
            return Checked(community=name, file=label, state="locked", problems=found, note=error.fault)
        return Checked(community=name, file=label, state="opened", problems=found)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = tuple(pool.map(look, names))
    return Check(communities=found, config_stale=not up_to_date(project))
