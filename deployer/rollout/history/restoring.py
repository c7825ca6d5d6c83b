"""A community's stages as an earlier rollout had them, but for what holds data, which stays as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from deployer.config.checks import findings
from deployer.config.document import path_text
from deployer.config.fleet import load_deployments
from deployer.config.image_folder import LeadsOutsideError, folder_digest
from deployer.config.secrecy import marked_paths, secrets_by_mark
from deployer.errors import BadInput, DeployerError
from deployer.revisions import checkout_at
from deployer.rollout.engine.files import Files
from deployer.rollout.history.entry import Entry
from deployer.rollout.history.image_archive import unpacked
from deployer.rollout.history.kept_inputs import KeptInputs
from deployer.rollout.history.pages import History
from deployer.rollout.ledger import Ledger
from deployer.rollout.subject import Subject
from schemas.community import Deployment

PLACE = ("cluster_name", "cluster")
DATA = ("home", "shared_directories", "scratch", "buckets", "database_size_gib")
"""Fields of a hub that say where people's data is, and how much there may be."""
Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Restoring:
    """Brings back what earlier rollouts were made from."""

    subject: Subject
    """As the files have it today."""
    files: Files

    def restored(self, entries: Mapping[str, Entry]) -> Subject:
        """The subject with each of these stages as its entry had it.

        Raises BadInput where an entry's inputs cannot be had whole, or no longer fit what is there.
        """
        earlier = {stage: self._deployment(stage, entry) for stage, entry in entries.items()}
        return replace(self.subject, deployments={**self.subject.deployments, **earlier})

    def _deployment(self, stage: str, entry: Entry) -> Deployment:
        inputs = KeptInputs(self.files)
        data = inputs.read(entry.begun.kept) if entry.begun.kept else None
        if data is None:
            raise _cannot(entry, "its inputs are not kept any more", "choose a later one: deployer history")
        now = self._now(stage)
        data = {**data, **{name: now[name] for name in PLACE}}
        data["hub"] = {**data["hub"], **{name: now["hub"][name] for name in DATA}}
        self._unmask(data, stage, entry)
        for name, image in data["images"].items():
            image["folder"] = self._folder(name, image, entry, inputs)
        try:
            deployment = Deployment.model_validate(data)
        except ValidationError as error:
            fields = ", ".join(path_text(tuple(each["loc"])) for each in error.errors()[:3])
            raise _cannot(entry, f"community files had another form then ({fields})", "take its commit back") from None
        wrong = [f"{path_text(each.path)}: {each.fault}" for each in findings(deployment) if each.severity == "error"]
        if wrong:
            raise _cannot(entry, f"it does not fit what is there now: {wrong[0]}", "mend that first")
        return deployment

    def _now(self, stage: str) -> Data:
        """What the stage stands on and its data's sizes and places: as last brought up whole, else as its file says."""
        record = Ledger(self.files).read(self.subject.stack(stage))
        written: Data = self.subject.deployments[stage].model_dump(mode="json")
        settled = record.settings if record is not None and record.inputs is not None else None
        if settled is None or any(name not in settled.get("hub", {}) for name in DATA):
            return written
        return settled

    def _unmask(self, data: Data, stage: str, entry: Entry) -> None:
        """Put texts that sound secret back in the place of their marks: from the file of today, else of that commit."""
        missing = dict(marked_paths(data))
        stack = self.subject.stack(stage)
        for deployment in self._sources(stage, entry) if missing else ():
            known = secrets_by_mark(deployment.model_dump(mode="json"), stack)
            for path in [path for path, mark in missing.items() if mark in known]:
                _put(data, path, known[missing.pop(path)])
            if not missing:
                return
        if missing:
            where = ", ".join(path_text(path) for path in missing)
            raise _cannot(
                entry,
                f"nobody kept the text of {where}, which sounds secret, and it stands neither in the file of today nor "
                "in that rollout's commit",
                "put it back into the file, or go back without it",
            )

    def _sources(self, stage: str, entry: Entry) -> Iterator[Deployment]:
        yield self.subject.deployments[stage]
        commit = History(self.files).first(entry).begun.commit  # what went back was not made from its own
        if commit is None:
            return
        try:
            then = checkout_at(self.subject.project, commit)
            yield {str(each): one for each, one in load_deployments(then, self.subject.name).deployments.items()}[stage]
        except DeployerError:
            return  # a clone without that commit, or a commit whose files do not pass by the rules of today

    def _folder(self, name: str, image: Data, entry: Entry, inputs: KeptInputs) -> str:
        """Where an image's files are as they were: in the checkout, else unpacked from what was kept."""
        digest = str(image["digest"])
        try:
            if folder_digest(self.subject.project.root / image["folder"]) == digest:
                return str(image["folder"])
        except (OSError, LeadsOutsideError):
            pass
        content = inputs.image(digest)
        folder = unpacked(content, digest) if content else None
        if folder is not None:
            return str(folder)
        raise _cannot(entry, f"the files of image {name!r} are not kept", f"take images/{name} of its commit back")


def _put(data: Any, path: tuple[str | int, ...], value: str) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


def _cannot(entry: Entry, why: str, remedy: str) -> BadInput:
    commit = f" ({entry.begun.commit[:12]})" if entry.begun.commit else ""
    return BadInput([], fault=f"{entry.stack} cannot go back to rollout {entry.number}{commit}: {why}", remedy=remedy)
