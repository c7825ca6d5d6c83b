"""Servers of images that were built from repositories: they start in the repository's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VISITOR = "visitor-"
"""How names of the moment begin: of people who came by a link and need not sign in."""
NAME = "start-in-repository"
"""What the shell below calls itself."""
# repo2docker notes in REPO_DIR where it put the files; an image of a repository's own Dockerfile may have none. The
# folder is named after the repository, and what is in the home already stays: it is the person's work.
IN_THE_HOME = """\
if [ -d "$REPO_DIR" ] && [ "$REPO_DIR" != "$HOME" ]; then
  name=$(sed -n 's|^[[:space:]]*url = .*/\\([^/]*\\)$|\\1|p' "$REPO_DIR/.git/config" 2>/dev/null | head -n 1)
  name=${name%.git}
  name=${name:-repository}
  [ -e "$HOME/$name" ] || cp -R "$REPO_DIR" "$HOME/$name"
  cd "$HOME" && export JUPYTERHUB_DEFAULT_URL="/lab/tree/$name"
fi
exec "$@"
"""
ALONE = """\
[ -d "$REPO_DIR" ] && cd "$REPO_DIR"
exec "$@"
"""


def start_in_repository(spawner: Any, hubs: Mapping[str, Any]) -> None:
    """Have a server of a built image start in its repository; others are left as they are."""
    built = hubs.get("built_images")
    if not built or not str(spawner.image).startswith(built):
        return
    visitor = spawner.user.name.startswith(VISITOR)
    alone = visitor or hubs["binder"]["home"] == "ephemeral"
    if alone:
        spawner.volumes, spawner.volume_mounts, spawner.init_containers = [], [], []
    if NAME not in spawner.cmd:
        # Options are looked at twice on the way to a server.
        spawner.cmd = ["sh", "-c", ALONE if alone else IN_THE_HOME, NAME, *spawner.cmd]
