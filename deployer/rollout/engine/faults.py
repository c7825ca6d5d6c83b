"""Engine errors as ours: the resource and the reason first, then what is left, then what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from pulumi.automation import CommandError

from deployer.errors import EngineFailed
from deployer.rollout.engine.events import ANSI, Change, Complaint, Events, kind_and_name
from deployer.rollout.engine.settings import EngineSettings

SELF_EVIDENT: Final = re.compile(r"^(update|preview|refresh|destroy) (failed|cancell?ed)$|^resource .* registered$")
STATE_UNWRITTEN: Final = "failed to save snapshot"
"""The engine puts this down to whichever resource it was at."""
NO_PLUGIN: Final = re.compile(r"no resource plugin 'pulumi-resource-([\w-]+)' found .*?at version v([\w.+-]+)")
PROGRAM_FAILED: Final = "python inline source runtime error: "
DIED: Final = re.compile(
    r"error reading from server: EOF|code = Unavailable|could not read plugin|connection (refused|reset by peer)"
)
PLUGIN_DIED: Final = "the provider plugin ended in the middle of its work: look whether the machine has memory left"
PROTECTED: Final = re.compile(
    r'resource "(?P<urn>urn:[^"]+)"( as part of replacing "(?P<cause>urn:[^"]+)")?.{0,80}marked for protection',
    re.DOTALL,
)
AGAIN: Final = "then run the same command again: it goes on from there"
TOLD: Final = ("create", "update", "replace", "delete")
PAST: Final = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "read": "read",
    "refresh": "compared with reality",
    "same": "checked",
}
"""What could not be done, or was done before."""

Explanation = tuple[re.Pattern[str], str, str]
KNOWN: Final[Sequence[Explanation]] = (
    (
        re.compile(r"incorrect passphrase", re.IGNORECASE),
        "the passphrase does not open its state",
        "export the PULUMI_CONFIG_PASSPHRASE (or _FILE) that the state was made with, then run again",
    ),
    (
        re.compile(
            r"unsupported checkpoint version|'meta.yaml' version .* is not supported|unsupported .*features",
            re.IGNORECASE,
        ),
        "its state was written by a newer version of the engine",
        "update this checkout to the version that wrote it, then run again",
    ),
    (
        re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE),
        "the disk that holds the state is full",
        f"free some space, {AGAIN}",
    ),
    (
        re.compile(r"read-only file system|permission denied", re.IGNORECASE),
        "the state cannot be written",
        "make its folder writable for you, or set PULUMI_BACKEND_URL to one that is; then run again",
    ),
)
"""What the engine says when the trouble is with the state; asked only where no resource is at fault."""


def explained(
    settings: EngineSettings,
    stack: str,
    error: CommandError,
    events: Events,
    *,
    install: str,
    remedy: Callable[[str], str | None] | None = None,
) -> EngineFailed:
    """The error to raise for a failed engine command.

    `install` is the command that gets a plugin, but for which; `remedy` knows what to do about words of a cloud's.
    """
    complaints = [_cleaned(complaint) for complaint in events.complaints if not SELF_EVIDENT.match(complaint.message)]
    if any(STATE_UNWRITTEN in complaint.message for complaint in complaints):
        return _of_the_state(settings, stack, error, events, complaints)
    missing = next(filter(None, (NO_PLUGIN.search(complaint.message) for complaint in complaints)), None)
    if missing is not None:
        plugin, version = missing.groups()
        fault = f"{stack}: the engine has no provider plugin for {plugin} (pulumi-resource-{plugin} {version})"
        return EngineFailed(fault, left=kept(events), remedy=f"get it: {install} {plugin} {version}; {AGAIN}")
    spared = next(filter(None, (PROTECTED.search(complaint.message) for complaint in complaints)), None)
    if spared is not None:
        return _of_the_protected(stack, spared, events)
    at_fault = next((complaint for complaint in complaints if complaint.urn in _custom(events)), None)
    if at_fault is None:
        at_fault = next((complaint for complaint in complaints if complaint.urn and _named(complaint)), None)
    if at_fault is not None:
        change = _custom(events).get(at_fault.urn)
        fault = f"{stack}: {_what(at_fault, change)}: {at_fault.message}"
        known = PLUGIN_DIED if DIED.search(at_fault.message) else remedy(at_fault.message) if remedy else None
        return EngineFailed(fault, left=kept(events), remedy=f"{known or 'mend that'}, {AGAIN}")
    return _of_the_state(settings, stack, error, events, complaints)


def _of_the_protected(stack: str, spared: re.Match[str], events: Events) -> EngineFailed:
    """What the engine refuses to take away; its own advice, to unprotect it, is the last that anybody should follow."""
    kind, name = kind_and_name(spared["urn"])
    cause = spared["cause"] and " {} {!r}".format(*kind_and_name(spared["cause"]))
    what = f"replaced with{cause}" if cause else "replaced or deleted"
    return EngineFailed(
        f"{stack}: {kind} {name!r} is protected, and would have to be {what}",
        left=kept(events),
        remedy="take back what was changed, in the file or by hand in the cloud; a cluster that is to go is taken down "
        f"by deployer destroy; {AGAIN}",
    )


def _of_the_state(
    settings: EngineSettings, stack: str, error: CommandError, events: Events, complaints: Sequence[Complaint]
) -> EngineFailed:
    """Where no resource is at fault, the state mostly is."""
    left = kept(events)
    text = "\n".join([*(complaint.message for complaint in complaints), _engine_words(error)]).strip()
    for pattern, fault, remedy in KNOWN:
        if pattern.search(text):
            return EngineFailed(f"{stack}: {fault} ({settings.backend_url})", left=left, remedy=remedy)
    said = [*(complaint.message for complaint in complaints), _engine_words(error), "the engine stopped without a word"]
    reason = next(words for words in said if words)
    return EngineFailed(f"{stack}: {reason}", left=left, remedy=f"mend that, {AGAIN}")


def kept(events: Events) -> str:
    """What was done before the fault, and is recorded."""
    done = [change for change in events.changes.values() if change.custom and change.operation in TOLD]
    if not done:
        return ""
    words = ", ".join(f"{change.kind} {change.name!r} {PAST[change.operation]}" for change in done)
    return f"done before that and kept: {words}"


def _custom(events: Events) -> dict[str, Change]:
    begun = {urn: change for urn, (change, _) in events.begun.items()}
    return {urn: change for urn, change in {**events.changes, **begun}.items() if change.custom}


def _named(complaint: Complaint) -> bool:
    return "pulumi:pulumi:Stack" not in complaint.urn


def _what(complaint: Complaint, change: Change | None) -> str:
    if change is None:
        kind, _, name = complaint.urn.rpartition("::")
        return f"{kind.rpartition(':')[2]} {name!r}"
    return f"{change.kind} {change.name!r} could not be {PAST[change.operation]}"


def _cleaned(complaint: Complaint) -> Complaint:
    message = complaint.message
    if message.startswith(PROGRAM_FAILED):
        message = message.removeprefix(PROGRAM_FAILED)
    # The rest is a traceback of our own program, which the reader can do nothing about.
    message = message.partition("\nTraceback (most recent call last)")[0].strip()
    return Complaint(urn=complaint.urn, message=_unwrapped(message))


def _unwrapped(message: str) -> str:
    message = re.sub(r"^\S+ resource '[^']*' has a problem: ", "", message)
    message = re.sub(r"^\S+ resource '[^']*': property (\S+) value \{.*?\} has a problem: ", r"\1: ", message)
    for wrapping in ("1 error occurred:\n\t* ", "resource registration failed: ", "rpc error: code = Unknown desc = "):
        message = message.removeprefix(wrapping)
    return message.strip()


def _engine_words(error: CommandError) -> str:
    """What the engine wrote to its standard error, of the library's rendering of the result."""
    words = ANSI.sub("", str(error)).rpartition("\n stderr: ")[2]
    lines = [line.strip().removeprefix("error: ") for line in words.splitlines()]
    return "; ".join(line for line in lines if line and not SELF_EVIDENT.match(line))
