"""The secrets of one community on their way into a rollout: told apart at once, opened when they are needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, cached_property
from threading import Lock

from deployer.errors import BadInput
from deployer.secrets.encrypted import EncryptedFile
from deployer.secrets.opening import identity_at_hand, opened, stand_ins
from deployer.secrets.sops import Sops
from deployer.toolchain import Progress, quiet
from schemas.secrets import Secrets, StageSecrets

AT_ONCE = 8
"""Processes of sops: each takes some hundredths of a second, or as long as a key service far away takes to answer."""


class CommunitySecrets:
    """What a community's file and the environment give, and how often the hubs' own keys were drawn."""

    def __init__(
        self,
        file: EncryptedFile | None = None,
        *,
        variables: Mapping[str, str | None] | None = None,
        generations: Callable[[], Mapping[str, int]] = dict,
        simulated: bool = False,
    ) -> None:
        """`variables` are secrets of sign-in services in the environment, by stage: they count where the file is
        silent."""
        self.file = file
        self._variables = variables or {}
        self._generations = generations
        self._simulated = simulated
        self._lock = Lock()
        self._opened: Future[Secrets] | None = None

    def has_client_secret(self, stage: str) -> bool:
        """Whether the sign-in service's secret is given, without opening anything."""
        return bool(self._variables.get(stage)) or self._in_file(stage)

    @cached_property
    def generations(self) -> Mapping[str, int]:
        """Of the hubs' own keys, by name; those that were never rotated are not there."""
        return self._generations()

    def drawn(self, generations: Mapping[str, int]) -> CommunitySecrets:
        """The same, with the hubs' own keys drawn so often."""
        return CommunitySecrets(
            self.file, variables=self._variables, generations=lambda: generations, simulated=self._simulated
        )

    def stamp(self, stage: str) -> str | None:
        """Tells what a stage gets from what it got, without opening anything; None where it gets nothing.

        It holds the secret of the environment's variable in plain and is for a keyed digest alone.
        """
        variable = None if self._in_file(stage) else self._variables.get(stage)
        encrypted = self.file.stamp(stage) if self.file else None
        generations = dict(self.generations)
        if encrypted is None and not generations:
            return variable
        return json.dumps([variable, encrypted, generations], sort_keys=True)

    def begin(self, progress: Callable[[Progress], None] = quiet) -> None:
        """Open the file beside other work; what comes of it is told by `of`."""
        if self.file is None:
            return
        with self._lock:
            if self._opened is None:
                self._opened = _openers().submit(self._open, self.file, progress)

    def of(self, stage: str) -> StageSecrets:
        """All that a stage gets. Raises BadInput when the file cannot be opened."""
        self.begin()
        given = self._opened.result().of(stage) if self._opened else StageSecrets()
        variable = self._variables.get(stage)
        if given.client_secret is None and variable:
            return given.model_copy(update={"client_secret": variable})
        return given

    def _in_file(self, stage: str) -> bool:
        return self.file is not None and self.file.given(stage, "client_secret")

    def _open(self, file: EncryptedFile, progress: Callable[[Progress], None]) -> Secrets:
        if not self._simulated:
            return opened(file, Sops(progress=progress))
        # Simulated hubs come up without any credentials, and ask no cloud for its key service.
        if not identity_at_hand():
            return stand_ins(file)
        try:
            return opened(file, Sops(progress=progress))
        except BadInput:
            return stand_ins(file)


@cache
def _openers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="secrets")
