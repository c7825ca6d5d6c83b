"""The communities of a fleet that can be worked on, and the clusters that they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deployer.errors import BadInput, DeployerError
from deployer.project import Project
from deployer.rollout.subject import Subject, load_subject, load_subjects
from deployer.rollout.target import Target


def sound(
    project: Project, names: Sequence[str], *, simulated: bool, secrets_needed: bool
) -> tuple[list[Subject], dict[str, DeployerError]]:
    """Those whose files can be used, and by name why the others cannot; in one pass over the files.

    Raises BadInput for a name that no community has.
    """
    targets = [Target(project=project, name=name, simulated=simulated) for name in names]
    loaded = load_subjects(targets, secrets_needed=secrets_needed)
    members = [each for each in loaded.values() if isinstance(each, Subject)]
    return members, {name: each for name, each in loaded.items() if not isinstance(each, Subject)}


def sound_clusters(place: Target, names: Sequence[str]) -> tuple[list[Subject], dict[str, DeployerError]]:
    """The same of clusters alone."""
    found: list[Subject] = []
    refused: dict[str, DeployerError] = {}
    for name in names:
        try:
            found.append(load_subject(place.cluster(name)))
        except BadInput as error:
            refused[name] = error
    return found, refused


def cluster_of(subject: Subject) -> Subject:
    """The cluster by itself: whoever shares it meets it once."""
    return replace(subject, target=subject.target.cluster(subject.cluster_name), deployments={})
