"""The communities of a fleet that can be worked on, and the clusters that they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deployer.errors import BadInput, DeployerError
from deployer.project import Project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import Ledger
from deployer.rollout.possible import refuse_impossible
from deployer.rollout.subject import Subject, load_subjects
from deployer.rollout.target import Target


def sound(
    project: Project, names: Sequence[str], *, simulated: bool, secrets_needed: bool
) -> tuple[list[Subject], dict[str, DeployerError]]:
    """Those that can be rolled out as their files say, and by name why the others cannot; in one pass over the files.

    Raises BadInput for a name that no community has.
    """
    members: list[Subject] = []
    refused: dict[str, DeployerError] = {}
    targets = [Target(project=project, name=name, simulated=simulated) for name in names]
    loaded = load_subjects(targets, secrets_needed=secrets_needed)
    ledger = Ledger(Backend(targets[0].settings).files) if targets else None
    for name, subject in loaded.items():
        try:
            if isinstance(subject, BadInput):
                raise subject
            if ledger is not None:
                refuse_impossible(subject, ledger)
            members.append(subject)
        except DeployerError as error:
            refused[name] = error
    return members, refused


def cluster_of(subject: Subject) -> Subject:
    """The cluster by itself: whoever shares it meets it once."""
    return replace(subject, target=subject.target.cluster(subject.cluster_name), deployments={})
