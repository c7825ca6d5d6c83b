"""Signing in through the login page, as a browser does."""

from __future__ import annotations

import re

import httpx

from deployer.rollout.health.fault import StepFailed, first_words
from deployer.rollout.health.http import open_client, unexpected, unreachable
from deployer.rollout.health.hub_api import HUB

XSRF_FIELD = re.compile(r'name="_xsrf"\s+value="([^"]+)"')


async def sign_in(url: str, *, name: str, password: str) -> None:
    """Fill in the login form and send it; raises StepFailed unless the hub lets the browser in."""
    async with open_client(url) as browser:
        try:
            page = await browser.get("hub/login", follow_redirects=True)
            field = XSRF_FIELD.search(page.text)
            if page.status_code != 200 or field is None:
                raise StepFailed(f"no login form: {unexpected(page, HUB).seen}", part=HUB)
            form = {"username": name, "password": password, "_xsrf": field.group(1)}
            # Following the redirect would start a server: that the hub redirects says that they are in.
            landed = await browser.post("hub/login", data=form, headers={"Referer": str(page.url)})
        except httpx.HTTPError as error:
            raise unreachable(error, HUB) from error
    if landed.status_code != 302:
        raise StepFailed(f"the login page did not let {name} in: {first_words(landed.text)}", part=HUB)
