"""The history of one rollout, stack by stack, as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployer.errors import DeployerError
from deployer.rollout.asked import settings_kept
from deployer.rollout.engine.files import Files
from deployer.rollout.history.entry import Kind
from deployer.rollout.history.kept_inputs import KeptInputs, digest_of
from deployer.rollout.history.pages import History
from deployer.rollout.history.writing import Writing, begun_now, written
from deployer.rollout.progress import Listener, Note
from deployer.rollout.subject import CLUSTER, Subject


@dataclass(frozen=True, kw_only=True)
class Chronicle:
    """Of one rollout of one community or cluster: its stages share a number."""

    subject: Subject
    files: Files
    kind: Kind = "deploy"
    _numbers: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def entry(self, part: str, *, listen: Listener, origin: int | None = None) -> Iterator[Writing]:
        """What is done to a part within; `origin` is the rollout whose inputs it gets, where they are not its own.

        Inputs of what ends well are kept. Where that fails it is a warning: what is well stays so.
        """
        subject, digests, stack = self.subject, self.subject.digests, self.subject.stack(part)
        settings = settings_kept(subject, part)
        begun = begun_now(subject.project, self._number(part), self.kind).model_copy(
            update={
                "inputs": digests.inputs(part),
                "kept": digest_of(settings),
                "origin": origin,
            }
        )
        with written(History(self.files), stack, begun, keep=lambda: self._keep(part, settings, listen)) as writing:
            yield writing

    def _keep(self, part: str, settings: dict[str, Any], listen: Listener) -> str:
        """Why nothing was kept; empty when it was."""
        stack = self.subject.stack(part)
        try:
            KeptInputs(self.files).keep(stack, settings, self._image_folders(part))
        except DeployerError as error:
            why = f"its inputs could not be kept, so nothing goes back to them: {error.fault}"
            listen(Note(text=f"{stack} is well, but {why}", severity="warning"))
            return why
        return ""

    def _image_folders(self, part: str) -> dict[str, Path]:
        """By digest. An image of an earlier rollout may be somewhere else than in the checkout."""
        images = self.subject.deployments[part].images.values() if part != CLUSTER else ()
        return {image.digest: self.subject.project.root / image.folder for image in images}

    def stands_on(self, stage: str) -> int:
        """The rollout whose inputs a stage had before this one; 0 when nobody wrote it down.

        A way back that came to no good end, and is gone once more, began before it.
        """
        entries = History(self.files).lifetime(self.subject.stack(stage))
        return next((one.inputs_of for one in entries if one.outcome != "held" and not one.half_way_back), 0)

    def _number(self, part: str) -> int:
        """Clusters count for themselves: communities share them."""
        shared = CLUSTER if part == CLUSTER else "stages"
        if shared not in self._numbers:
            parts = [CLUSTER] if part == CLUSTER else self.subject.stages
            self._numbers[shared] = History(self.files).next_number(map(self.subject.stack, parts))
        return self._numbers[shared]
