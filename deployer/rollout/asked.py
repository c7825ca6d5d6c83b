"""What a part's file asks for otherwise than when it was last brought up: the record tells what that was."""

from __future__ import annotations

from typing import Any

from deployer.config.clusters import load_cluster
from deployer.config.setting_changes import Changes, changes, cluster_changes, kept
from deployer.rollout.ledger import Record
from deployer.rollout.subject import Subject

IMAGES = "images"
"""Folder of the catalogue in every checkout."""


def settings_kept(subject: Subject, part: str) -> dict[str, Any]:
    """What to record of a part that was brought up."""
    deployment = subject.deployments.get(part)
    if deployment is None:
        return subject.cluster.model_dump(mode="json")
    settings = kept(deployment)
    for name, image in settings["images"].items():
        image["folder"] = f"{IMAGES}/{name}"  # wherever this machine may have unpacked an earlier one
    return settings


def changes_asked(subject: Subject, part: str, record: Record | None) -> Changes | None:
    """None for a part that was never brought up, or by a deployer that kept nothing."""
    before = record.settings if record else None
    if before is None:
        return None
    deployment = subject.deployments.get(part)
    if deployment is None:
        locate = load_cluster(subject.project, subject.cluster_name).locate
        return cluster_changes(before, subject.cluster, locate)
    return changes(before, deployment, subject.layers[part].locate)
