"""JupyterHub as it comes up in a hub's pod, short of its proxy and of people: configured, with its database.

Run in the folder of the database; prints what the tests look at, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from jupyterhub import orm
from jupyterhub.app import JupyterHub
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from traitlets.config import Config

from tests.chart_config import chart_config

HEALTH_TOKEN = "0123456789abcdef"


async def main(folder: Path) -> None:
    given = json.loads((folder / "given.json").read_text(encoding="utf-8"))
    config = chart_config(given["values"], secrets=given["secrets"], folder=folder)
    # The pod's folder is elsewhere here.
    pages = folder / "pages"
    config.merge(Config(JupyterHub={"template_paths": [str(pages)], "logo_file": str(pages / "logo.svg")}))
    hub = JupyterHub.instance(config=config)
    # As the chart starts it with `hub.db.upgrade`.
    await hub.initialize(["--upgrade-db"] if given["values"]["hub"]["db"]["upgrade"] else [])
    socket, port = bind_unused_port()
    HTTPServer(hub.tornado_application).add_socket(socket)
    print(json.dumps({**_known(hub), **await _answers(f"http://127.0.0.1:{port}/hub/", given["asked"])}))


def _known(hub: JupyterHub) -> dict[str, Any]:
    roles = {role.name: role for role in hub.db.query(orm.Role)}
    return {
        "users": sorted(user.name for user in hub.db.query(orm.User)),
        "groups": {group.name: sorted(user.name for user in group.users) for group in hub.db.query(orm.Group)},
        "admins": sorted(user.name for user in roles["admin"].users),
        "roles": {name: sorted(role.scopes) for name, role in roles.items()},
        "services": {
            service.name: sorted(role.name for role in service.roles) for service in hub.db.query(orm.Service)
        },
        "proxy_token": hub.proxy.auth_token,
        "authenticator": type(hub.authenticator).__name__,
    }


async def _answers(hub_url: str, asked: list[dict[str, Any]]) -> dict[str, Any]:
    client, answers = AsyncHTTPClient(), []
    for request in asked:
        path = request.pop("path")
        answer = await client.fetch(hub_url + path, raise_error=False, follow_redirects=False, **request)
        answers.append({"status": answer.code, "text": answer.body.decode(errors="replace")})
    return {"answers": answers}


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
