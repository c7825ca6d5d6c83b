"""What is announced on pages: read anew for each, escaped, gone in time, and never a page's end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment

from providers.local.runtime.announcements import Announcements

PAGE = Environment(autoescape=True).from_string(
    "{% if announcements %}[{{ announcements }}|{{ announcements | safe }}]{% endif %}"
)


def say(folder: Path, slot: str, text: str, until: datetime | None = None) -> None:
    folder.mkdir(exist_ok=True)
    (folder / slot).write_text(json.dumps({"text": text, "until": until.isoformat() if until else None}))


def test_read_whenever_a_page_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "announcements"
    shown: dict[str, Any] = {"announcements": Announcements(folder)}
    assert PAGE.render(**shown) == ""
    say(folder, "rollout", "being updated")
    say(folder, "by-hand", "<script>alert('no')</script> & more")
    said = "<div>&lt;script&gt;alert(&#x27;no&#x27;)&lt;/script&gt; &amp; more</div><div>being updated</div>"
    assert PAGE.render(**shown) == f"[{said}|{said}]"
    (folder / "by-hand").unlink()
    assert PAGE.render(**shown) == "[<div>being updated</div>|<div>being updated</div>]"


def test_gone_in_time(tmp_path: Path) -> None:
    say(tmp_path, "rollout", "was updated", datetime.now(UTC) - timedelta(seconds=1))
    assert not Announcements(tmp_path)
    say(tmp_path, "rollout", "was updated", datetime.now(UTC) + timedelta(minutes=1))
    assert "was updated" in str(Announcements(tmp_path))


def test_what_cannot_be_read_is_not_shown(tmp_path: Path) -> None:
    for position, content in enumerate(
        [b"", b"[]", b'"text"', b'{"text": 1}', b'{"text": "a", "until": "soon"}', b"\xff"]
    ):
        (tmp_path / f"slot-{position}").write_bytes(content)
    (tmp_path / "..data").mkdir()
    (tmp_path / "folder").mkdir()
    assert not Announcements(tmp_path)
    assert str(Announcements(tmp_path)) == ""
