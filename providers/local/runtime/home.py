"""What a person finds in their home: their files, and links to what is shared."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A directory of the hub as one person sees it."""

    name: str
    folder: Path
    may_write: bool


@dataclass(frozen=True, kw_only=True)
class Home:
    """One server's home and what is linked into it."""

    folder: Path
    temporary: bool = False
    """Emptied before the server starts and removed when it ends."""
    shared: tuple[Shared, ...] = ()
    scratch: Path | None = None
    views: Path | None = None
    """Where shared directories are mounted read-only; None where that cannot be, and links lead to the real ones."""
    owned: Path | None = None
    """Links that lead below here are ours: we remove those that are no longer right."""
    links: dict[str, Path] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for shared in self.shared:
            self.links[shared.name] = self.views / shared.name if self.views else shared.folder
            if shared.may_write:
                self.links[f"{shared.name}-readwrite"] = shared.folder
        if self.scratch:
            self.links["scratch"] = self.scratch

    def prepare(self) -> list[str]:
        """Make the folder and its links; names that are missing because a file of the person's own has them."""
        if self.temporary:
            self.remove()
        for folder in (self.folder, self.scratch):
            if folder:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for view in self.read_only().values():
            view.mkdir(parents=True, exist_ok=True)
        self._remove_old_links()
        return [name for name, target in self.links.items() if not _link(self.folder / name, target)]

    def read_only(self) -> Mapping[Path, Path]:
        """Folders to mount read-only, each with where: its view, or itself for those who may not write at all."""
        if self.views is None:
            return {}
        return {shared.folder: self.views / shared.name for shared in self.shared}

    def closed(self) -> list[Path]:
        """Shared folders that this person may not write by their real path either."""
        return [shared.folder for shared in self.shared if not shared.may_write] if self.views else []

    def remove(self) -> None:
        """Delete the folder; what its links lead to stays."""
        if self.folder.is_dir() and not self.folder.is_symlink():
            shutil.rmtree(self.folder)

    def _remove_old_links(self) -> None:
        for path in self.folder.iterdir():
            if path.is_symlink() and path.name not in self.links and self._is_ours(path.readlink()):
                path.unlink()

    def _is_ours(self, target: Path) -> bool:
        roots = [root for root in (self.owned, self.views) if root]
        return any(target.is_relative_to(root) for root in roots)


def _link(path: Path, target: Path) -> bool:
    if path.is_symlink():
        if path.readlink() == target:
            return True
        path.unlink()
    elif path.exists():
        return False
    path.symlink_to(target, target_is_directory=True)
    return True
