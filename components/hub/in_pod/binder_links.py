"""Links that start a server in a repository: /hub/binder/gh/<organisation>/<repository>/<ref> and their like.

The page that a link opens asks BinderHub for the image, shows what it says, and then sends the form of profiles with
that image in it. Whoever follows a link may so start what somebody else wrote, as with every Binder: where that is not
wanted, `allowed_repositories` says what is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from jupyterhub.handlers import BaseHandler
from jupyterhub.utils import url_path_join
from kubespawner.slugs import safe_slug
from tornado import web
from tornado.httputil import url_concat
from traitlets.config import Config

from . import never_built
from .binder_names import RefusedError, Wish, is_allowed, read_link
from .binder_servers import VISITOR
from .profiles import NAMED_IMAGE

PATH = r"/binder/(?P<spec>.+)"
NAME_BYTES = 8
"""Enough that no two visitors ever have the same name."""


def configure_binder(c: Config, hubs: Mapping[str, Any]) -> None:
    """Links, and the repository that the health check has built; nothing where Binder is off."""
    if "binder" not in hubs:
        return
    RepositoryLink.asked = hubs["binder"]
    c.JupyterHub.extra_handlers.extend([(PATH, RepositoryLink), (never_built.PATH, never_built.NeverBuilt)])


class RepositoryLink(BaseHandler):  # type: ignore[misc]
    """Where a link leads to."""

    asked: ClassVar[Mapping[str, Any]] = {}

    async def get(self, spec: str) -> None:  # noqa: ARG002 - it was unescaped, and slashes in it are lost
        """Ask who it is, find them a server of theirs that is free, and give them the page that does the rest."""
        user = self.current_user
        if user is None and self.asked["login"]:
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
        allowed = self.asked["allowed_repositories"]
        if not is_allowed(wish.address, allowed):
            raise web.HTTPError(403, "%s", f"This hub builds only {' and '.join(allowed)}, and not {wish.address}.")
        running = next((one for one in user.spawners.values() if one.active and _is_in(one, wish)), None)
        if running:
            self.redirect(user.server_url(running.name))
            return
        self.finish(await self._page(user, wish))

    async def _page(self, user: Any, wish: Wish) -> str:
        server = self._free_server(user, wish)
        profile = _profile(user.get_spawner(server or "", replace_failed=True))
        prefix = f"profile-option-{profile}--"
        xsrf = {"_xsrf": self.xsrf_token.decode("ascii")}
        spawn = url_path_join(self.hub.base_url, "spawn", user.escaped_name, server or "")
        page: str = await self.render_template(
            "binder_build.html",
            wish=wish,
            busy=server is None,
            url=url_concat(spawn, xsrf),
            fields={"profile": profile, f"{prefix}repository": wish.link},
            image_field=prefix + NAMED_IMAGE,
            tokens_url=url_concat(url_path_join(self.hub.base_url, "api/users", user.escaped_name, "tokens"), xsrf),
            build_url=url_path_join(self.base_url, "services/binder/build", wish.link) + "?build_only=true",
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


def _is_in(spawner: Any, wish: Wish) -> bool:
    return bool((spawner.user_options or {}).get("repository") == wish.link)


def _profile(spawner: Any) -> str:
    """Of those that are open to its owner, the first in which images are built. Raises 403."""
    builds = (profile["slug"] for profile in spawner.offered() if profile.get("build_image"))
    slug = next(builds, None)
    if slug is None:
        raise web.HTTPError(403, "None of the profiles that are open to you starts servers in repositories.")
    return str(slug)
