"""The state: at a glance, copied, restored, looked through, mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from deployer.report.columns import aligned
from deployer.report.console import errors, output, print_json

if TYPE_CHECKING:
    from deployer.rollout.engine.lock import Lock
    from deployer.state.adopt import Adopted
    from deployer.state.backup import BackedUp
    from deployer.state.leftovers import Repair
    from deployer.state.overview import Overview
    from deployer.state.repair import Repaired
    from deployer.state.restore import Restored
    from deployer.state.verify import Verified

KIB = 1024
VERSIONS = {
    True: "it keeps what was overwritten",
    False: "a folder: nobody keeps what was overwritten, but for the engine's history and your backups",
    None: "whether the bucket keeps what was overwritten, it does not tell",
}


def show_overview(found: Overview, *, simulated: bool, as_json: bool) -> None:
    """Where it is, whose, what it has, who is at work."""
    if as_json:
        identity = found.identity.model_dump(mode="json") if found.identity else None
        accounts = {stack: account.model_dump(mode="json") for stack, account in found.accounts.items()}
        told = {**asdict(replace(found, identity=None, accounts={})), "identity": identity, "accounts": accounts}
        print_json({**told, "simulated": simulated})
        return
    for line in _overview_lines(found):
        output().print(line, markup=False)
    if not found.own and found.identity:
        text = f"it last acted from {found.identity.place}: nothing is done from here until it is adopted"
        output().print(text, markup=False, style="red")


def _overview_lines(found: Overview) -> Iterator[str]:
    yield f"state      {found.place}"
    if found.identity:
        identity = found.identity
        yield f"identity   {identity.id}, made {identity.made_at:%Y-%m-%d} by {identity.made_by} in {identity.made_in}"
    yield f"secrets    new stacks: {found.new_stacks}"
    if found.stacks:
        yield f"versions   {VERSIONS[found.keeps_versions]}"
    for stack, account in found.accounts.items():
        yield f"account    {stack}: {account.provider} {account.account}"
    for lock in found.at_work:
        yield f"at work    {lock.stack}: {lock}"
    if not found.stacks:
        yield "no stacks yet"
        return
    rows = [("stack", "size", "resources", "states kept", "last change", "secrets")]
    rows += [
        (
            line.stack,
            f"{max(1, line.size_bytes // KIB)} KiB",
            _resources(line.resources, line.pending),
            str(line.versions),
            f"{line.changed_at.astimezone():%Y-%m-%d %H:%M}",
            line.encryption,
        )
        for line in found.stacks
    ]
    yield ""
    yield from aligned(rows, right=(1, 2, 3))


def _resources(count: int | None, pending: int) -> str:
    if count is None:
        return "cut off"
    return f"{count} ({pending} begun)" if pending else str(count)


def show_backed_up(made: BackedUp, *, as_json: bool) -> None:
    """Where the backup is, and what to keep beside it."""
    if as_json:
        print_json({**asdict(made), "at_work": _held(made.at_work)})
        return
    size = f"{max(1, made.size_bytes // KIB)} KiB"
    said = f"{made.file}: {len(made.stacks)} stacks, {made.files} files, {size}"
    output().print(said, markup=False, style="bold green")
    if made.encryption_elsewhere:
        text = "  what opens its secrets is not in it: keep the passphrase, or the right to the key, elsewhere"
        output().print(text, markup=False)
    else:
        output().print(
            "  the passphrase is in it: whoever has this file has every secret", markup=False, style="yellow"
        )
    for lock in made.at_work:
        output().print(f"  at work meanwhile: {lock.stack}: {lock}", markup=False, style="yellow")


def show_restored(done: Restored, *, as_json: bool) -> None:
    """What is back, and what comes next."""
    if as_json:
        print_json(asdict(done))
        return
    output().print(f"restored {', '.join(done.stacks)} to {done.place}", markup=False, style="bold green")
    if done.replaced:
        output().print(f"  what was there before: {done.replaced} beside the state", markup=False)
    if not done.own:
        output().print("  it last acted from elsewhere: deployer state adopt lets it act from here", markup=False)


def show_verified(found: Verified, *, as_json: bool) -> None:
    """What is wrong, and the command for it."""
    if as_json:
        print_json(asdict(found))
        return
    for finding in found.findings:
        output().print(f"{finding.where}: {finding.fault}", markup=False, style="yellow")
        output().print(f"  {finding.remedy}", markup=False)
    looked = f"{found.stacks} stacks with {found.resources} resources, {found.records} records, {found.entries} entries"
    said = f"{len(found.findings)} findings" if found.findings else "nothing is wrong"
    output().print(f"{said}: {looked} of histories", markup=False, style="" if found.findings else "green")


def show_sound_backup(name: str, stacks: Sequence[str], files: int, *, as_json: bool) -> None:
    """An archive that is what its manifest says."""
    if as_json:
        print_json({"file": name, "stacks": list(stacks), "files": files, "sound": True})
        return
    output().print(f"{name}: whole, {len(stacks)} stacks, {files} files", markup=False, style="green")


def announce_repairs(repairs: Sequence[Repair]) -> None:
    """What would be done."""
    for repair in repairs:
        errors().print(f"{repair.where}: {repair.what}", markup=False)


def show_repaired(done: Repaired, *, as_json: bool) -> None:
    """What was done."""
    if as_json:
        print_json(asdict(done))
        return
    for line in done.done:
        output().print(f"done: {line}", markup=False)
    for line in done.left:
        output().print(f"left for you: {line}", markup=False, style="yellow")
    if not done.done and not done.left:
        output().print("nothing to mend", markup=False, style="green")


def show_planned_repairs(repairs: Sequence[Repair], *, as_json: bool) -> None:
    """What a repair would do, as a result."""
    if as_json:
        print_json([{"where": repair.where, "what": repair.what} for repair in repairs])
        return
    for repair in repairs:
        output().print(f"{repair.where}: would {repair.what}", markup=False)
    if not repairs:
        output().print("nothing to mend", markup=False, style="green")


def show_adopted(done: Adopted, *, as_json: bool) -> None:
    """Whose it is now."""
    if as_json:
        identity = done.identity.model_dump(mode="json")
        print_json({"changed": done.changed, "before": done.before, "identity": identity})
        return
    if done.changed:
        output().print(f"the state acts from {done.identity.place} from now on", markup=False, style="bold green")
    else:
        output().print("it is where it last acted from; nothing was changed", markup=False)


def _held(locks: Sequence[Lock]) -> list[dict[str, Any]]:
    return [asdict(lock) for lock in locks]
