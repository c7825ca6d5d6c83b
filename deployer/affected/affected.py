"""Which stacks a deploy would change because of what changed since a commit, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection

from deployer.affected.by_inputs import compare_inputs
from deployer.affected.comparing import Comparison, Found
from deployer.affected.inventory import Stack, stacks_of
from deployer.affected.result import Affected, Reason
from deployer.affected.secret_files import secrets_changed
from deployer.affected.shaping import project_changed, providers_changed, shaping_changed, versions_changed
from deployer.project import Project
from deployer.revisions import base_of, changed_paths, checkout_at

ALL_FATES = ("communities/", "clusters/", "images/", "deployer/config/archetypes/")
"""Files that communities resolve from."""


def affected(project: Project, since: str, *, tell: Callable[[str], None] = lambda _: None) -> Affected:
    """Compare the working tree with the commit where this branch left `since`.

    `tell` gets a line ahead of what takes long. Raises BadInput for what names no commit.
    """
    commit = base_of(project, since)
    changed = changed_paths(project, commit)
    if not _matters(changed):
        return Affected(since=since, base=commit)
    base = checkout_at(project, commit)
    comparison = Comparison(base, project, changed)
    rendered, reason = False, ""
    if shaping_changed(changed):
        tell("code changed: rendering all stacks on both sides")
        found, reason = _by_code(comparison)
        rendered = not reason
    else:
        found = compare_inputs(comparison)
    _beside_inputs(comparison, found)
    return Affected(
        since=since,
        base=commit,
        everything=reason,
        rendered=rendered,
        stacks=tuple(found.stacks[stack] for stack in sorted(found.stacks)),
        gone=tuple(sorted(set(found.gone), key=lambda gone: gone.name)),
        renamed=tuple(found.renamed),
        moved=tuple(found.moved),
        problems=tuple(sorted(set(found.problems), key=lambda problem: (problem.place, problem.path))),
    )


def _by_code(comparison: Comparison) -> tuple[Found, str]:
    """Both sides rendered and compared; or everything, with the reason why they were not."""
    # Only here: the SDK's parts are not to be paid for where only files changed.
    from deployer.affected.by_registrations import compare_registrations
    from deployer.affected.sides import TooOldError, both

    try:
        return compare_registrations(comparison, both(comparison.base, comparison.head)), ""
    except TooOldError as error:
        reason = f"the code of both sides cannot be compared ({error})"
        found = compare_inputs(comparison)
        _add(found, stacks_of(comparison), Reason("unknown", reason))
        return found, reason


def _beside_inputs(comparison: Comparison, found: Found) -> None:
    """What no input or registration shows: secrets, the project's own plugins, pinned versions, where the state is."""
    for name, stage in secrets_changed(comparison):
        found.add(f"{name}-{stage}", stage, name, [Reason("own file", f"secrets/{name}.yaml")])
    before, after, changed = comparison.base.root, comparison.head.root, comparison.changed
    providers = providers_changed(changed)
    versions = list(versions_changed(before, after, changed))
    moved = project_changed(before, after, changed)
    if not (providers or versions or moved):
        return
    stacks = stacks_of(comparison)
    for cloud, plugin in providers.items():
        here = [stack for stack in stacks if stack.provider == cloud and _made_by(plugin, stack)]
        _add(found, here, Reason("provider code", plugin))
    for clouds, version in versions:
        here = [stack for stack in stacks if not clouds or stack.provider in clouds]
        _add(found, here, Reason("version", version))
    if moved:
        _add(found, stacks, Reason("project", moved))


def _made_by(plugin: str, stack: Stack) -> bool:
    # Keys are of hubs alone.
    return stack.kind != "cluster" or plugin != "providers/keys"


def _add(found: Found, stacks: Collection[Stack], reason: Reason) -> None:
    for stack in stacks:
        found.add(stack.stack, stack.kind, stack.name, [reason])


def _matters(changed: Collection[str]) -> bool:
    """Whether any of it can make a stack another one."""
    files = (*ALL_FATES, "secrets/", "Pulumi.yaml", "pyproject.toml", "tools/pins.toml", "providers/")
    return shaping_changed(changed) or any(path.startswith(files) for path in changed)
