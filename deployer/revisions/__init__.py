"""The checkout's history, by git: what stood in it at another commit, and what is otherwise now."""

from __future__ import annotations

from deployer.revisions.base import base_of, changed_paths
from deployer.revisions.revision import Revision, revision
from deployer.revisions.tree import checkout_at

__all__ = ["Revision", "base_of", "changed_paths", "checkout_at", "revision"]
