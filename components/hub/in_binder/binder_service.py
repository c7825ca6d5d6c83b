"""BinderHub's configuration in its own pod: what may be built, how much at once, and where images go.

Its text is run by the chart's configuration file, after `binder_names.py` and `registry_logins.py`, whose names it
uses: there are no imports of this project. `configure` is called there with the chart's `c` and `get_chart_config`.
"""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import binderhub.app
from binderhub.builder import BuildHandler
from binderhub.quota import LaunchQuotaExceeded
from binderhub.repoproviders import GitHubRepoProvider, GitLabRepoProvider, GitRepoProvider
from tornado.ioloop import IOLoop
from traitlets.config import Config

BUILD_PODS = "component=binderhub-build"
"""BinderHub's own label of them (binderhub/build.py)."""
REQUEST_SECONDS = (3, 10)
"""To connect to Kubernetes, and to hear of it."""


class CountedBuilds(BuildHandler):  # type: ignore[misc]
    """BinderHub's build, for so many at once in all and for each person: BinderHub itself has no such limit."""

    most = 10
    most_per_user = 2
    started: dict[str, set[str]] = {}  # noqa: RUF012 - of all requests together
    """Names of build pods by who asked for them first; forgotten when this program ends, which only lets more in."""
    deciding = asyncio.Lock()
    _launching = False

    async def check_quota(self, provider: Any) -> Any:
        """Asked before a build, once no image was found."""
        if not self._launching:
            async with self.deciding:
                await self._count(self.current_user["name"], self._name_of_build(provider))
        return await super().check_quota(provider)

    async def launch(self, provider: Any) -> None:
        """What is started is built by then."""
        self._launching = True
        await super().launch(provider)

    async def _count(self, user: str, name: str) -> None:
        running = await self._running()
        own = self.started.setdefault(user, set())
        own &= running
        if name in running:
            return  # the same build, which somebody watches too
        if len(own) >= self.most_per_user:
            await self._refuse(f"You have as many builds running as one person may: {len(own)}", len(own))
        if len(running) >= self.most:
            await self._refuse(f"This hub has as many builds running as it may: {len(running)}", len(running))
        own.add(name)

    async def _refuse(self, why: str, used: int) -> None:
        message = f"{why}. Try again when one is done"
        await self.fail(message)
        raise LaunchQuotaExceeded(message, quota=self.most, used=used, status="build_quota")

    async def _running(self) -> set[str]:
        example = self.settings["example_builder"]
        listed = await IOLoop.current().run_in_executor(
            self.settings["executor"],
            lambda: example.api.list_namespaced_pod(
                example.namespace, label_selector=BUILD_PODS, _request_timeout=REQUEST_SECONDS, _preload_content=False
            ),
        )
        pods = json.loads(listed.data)["items"]
        return {pod["metadata"]["name"] for pod in pods if pod["status"].get("phase") in ("Pending", "Running")}

    def _name_of_build(self, provider: Any) -> str:
        tag = self.image_name.rpartition(":")[2]
        return str(binderhub.builder._generate_build_name(provider.get_build_slug(), tag, prefix="build-"))


def only(provider: type, patterns: tuple[str, ...], own_hub: str) -> type:
    """A kind of repositories, of which only those of the patterns are built, and the hub's own that checks it."""

    class Allowed(provider):  # type: ignore[misc]
        def is_banned(self) -> bool:
            address = self.get_repo_url().rstrip("/").removesuffix(".git")
            never_built = re.fullmatch(re.escape(own_hub) + r"hub/never-built/[0-9a-f]+", address)
            return not (never_built or is_allowed(address, patterns))  # type: ignore[name-defined]  # noqa: F821

    Allowed.__name__ = provider.__name__
    return Allowed


def configure(c: Config, get_chart_config: Callable[..., Any]) -> None:
    """From the chart's values `custom.hubs`."""
    asked = get_chart_config("custom.hubs")
    CountedBuilds.most, CountedBuilds.most_per_user = asked["max_builds"], asked["max_builds_per_user"]
    # BinderHub takes its handler from here when it starts, which is after this.
    binderhub.app.BuildHandler = CountedBuilds
    kinds = {"gh": GitHubRepoProvider, "gl": GitLabRepoProvider, "git": GitRepoProvider}
    patterns = tuple(asked["allowed_repositories"])
    c.BinderHub.repo_providers = {name: only(kind, patterns, asked["hub_url"]) for name, kind in kinds.items()}
    c.GitRepoProvider.allowed_protocols = {"https"}
    host = c.BinderHub.image_prefix.partition("/")[0]
    c.DockerRegistry.url = f"https://{host}"
    if login_of(host):  # type: ignore[name-defined]  # noqa: F821
        c.BinderHub.registry_class = CloudRegistry  # type: ignore[name-defined]  # noqa: F821
