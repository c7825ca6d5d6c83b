"""Whether a hub answers: its own API, through its own proxy, and not somebody else's page."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

LONGEST_ANSWER_BYTES = 10_000


def version_at(api_url: str, timeout_seconds: float) -> str | None:
    """Version of the JupyterHub whose API answers there; None for anything but its right answer."""
    address = urlsplit(api_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=timeout_seconds)
    try:
        connection.request("GET", f"{address.path}/", headers={"Accept": "application/json"})
        answer = connection.getresponse()
        body = answer.read(LONGEST_ANSWER_BYTES)
        value = json.loads(body) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    version = value.get("version") if isinstance(value, dict) else None
    return version if isinstance(version, str) else None
