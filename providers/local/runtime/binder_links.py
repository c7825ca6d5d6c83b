"""Links that start a server in a repository: /hub/binder/gh/<organisation>/<repository>/<ref> and their like.

The page that a link opens sends the form by itself. Whoever follows a link may so start what somebody else wrote, as
with every Binder: where that is not wanted, `allowed_repositories` says what is.
"""

from __future__ import annotations

import secrets
from typing import Any

from jupyterhub.handlers import BaseHandler
from jupyterhub.utils import maybe_future, url_path_join
from kubespawner.slugs import safe_slug
from tornado import web
from tornado.httputil import url_concat
from traitlets.config import Config

from . import never_built
from .binder_builds import Builds
from .binder_choice import VISITOR
from .binder_names import RefusedError, Wish, read_link
from .hub_folder import HubFolder
from .local_spawner import LocalHubSpawner

PATH = r"/binder/(?P<spec>.+)"
PASSED_ON = {"urlpath": "{}", "labpath": "lab/tree/{}", "filepath": "tree/{}"}
"""What Binder links may ask for behind the question mark, and the page of the server that it means."""
NAME_BYTES = 8
"""Enough that no two visitors ever have the same name."""


def configure_binder(c: Config, hub: HubFolder) -> None:
    """Links, builds, and the repository that the health check has built."""
    if not hub.settings["binder"]:
        return
    LocalHubSpawner.builds = Builds(hub)
    RepositoryLink.login = hub.settings["binder"]["login"]
    c.JupyterHub.extra_handlers = [(PATH, RepositoryLink), (never_built.PATH, never_built.NeverBuilt)]


class RepositoryLink(BaseHandler):  # type: ignore[misc]
    """Where a link leads to: a form that is filled in already."""

    login = True

    async def get(self, spec: str) -> None:  # noqa: ARG002 - it was unescaped, and slashes in it are lost
        """Ask who it is, find them a server of theirs that is free, and have it started."""
        user = self.current_user
        if user is None and self.login:
            self.redirect(url_concat(self.settings["login_url"], {"next": self.request.uri}))
            return
        if user is None:
            self.set_login_cookie(self.user_from_username(VISITOR + secrets.token_hex(NAME_BYTES)))
            # Again, as somebody: what a page may ask for hangs on who it was made for.
            self.redirect(self.request.uri)
            return
        try:
            wish = read_link(self.request.path.partition("/binder/")[2])
        except RefusedError as refused:
            raise web.HTTPError(400, "%s", str(refused)) from None
        running = next((one for one in user.spawners.values() if one.active and _is_in(one, wish)), None)
        if running:
            self.redirect(user.server_url(running.name))
            return
        self.finish(await self._page(user, wish))

    async def _page(self, user: Any, wish: Wish) -> str:
        server = self._free_server(user, wish)
        spawn = url_path_join(self.hub.base_url, "spawn", user.escaped_name, server or "")
        profile = await _profile(user.get_spawner(server or "", replace_failed=True))
        fields = {"repository": wish.address, "ref": wish.ref, **self._place()}
        prefix = f"profile-option-{profile}--"
        page: str = await self.render_template(
            "binder.html",
            wish=wish,
            url=url_concat(spawn, {"_xsrf": self.xsrf_token.decode("ascii")}),
            fields={"profile": profile, **{prefix + name: value for name, value in fields.items()}},
            busy=server is None,
        )
        return page

    def _free_server(self, user: Any, wish: Wish) -> str | None:
        """The first server's name, or else that of one named after the repository; None when they may have no more."""
        if not user.spawners[""].active:
            return ""
        name = safe_slug(wish.name)
        if not self.allow_named_servers or (name in user.spawners and user.spawners[name].active):
            return None
        return str(name)

    def _place(self) -> dict[str, str]:
        for asked, page in PASSED_ON.items():
            value = self.get_query_argument(asked, "")
            if value:
                return {"urlpath": page.format(value)}
        return {}


def _is_in(spawner: Any, wish: Wish) -> bool:
    options = spawner.user_options or {}
    return bool(options.get("repository") == wish.address and options.get("ref") == wish.ref)


async def _profile(spawner: Any) -> str:
    """Of those that are open to its owner, the first that starts servers in repositories. Raises 403."""
    profiles = spawner.profile_list
    if callable(profiles):
        profiles = await maybe_future(profiles(spawner))
    slug = next((profile["slug"] for profile in profiles if profile.get("build_image")), None)
    if slug is None:
        raise web.HTTPError(403, "None of the profiles that are open to you starts servers in repositories.")
    return str(slug)
