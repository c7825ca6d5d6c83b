"""What is affected where code changed: what both sides' programs register decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployer.affected.comparing import Comparison, Found
from deployer.affected.pairs import Pair, paired
from deployer.affected.reasons import Sources, cluster_reasons, reasons
from deployer.affected.result import Reason, ResourceDifference, StackKind
from deployer.affected.shaping import CHARTS
from deployer.affected.sides import Sides
from deployer.config.fleet import Loaded
from deployer.config.layers import Layers

RELEASE = "kubernetes:helm.sh/v3:Release"
OF_A_CHART = frozenset({"chart", "version", "repositoryOpts"})
"""Inputs of a release that the lock of charts decides."""
CODE = ("schema default", "component code")
"""Reasons that count only where something else is registered because of them."""
Registered = Mapping[str, Mapping[str, str]]


def compare_registrations(comparison: Comparison, sides: Sides) -> Found:
    """Compare what all stacks register, and say which of the two, files or code, made the difference."""
    found = Found()
    before, after = comparison.before, comparison.after
    pairs = paired(before, after, after.communities, among_others=False)
    found.fates(pairs)
    for pair in pairs:
        if isinstance(pair.after, Loaded):
            for stage in pair.after.deployments:
                stack = f"{pair.name}-{stage}"
                _judge(stack, stage, pair.name, sides, comparison, found, _why(pair, stage, stack, comparison, sides))
    for stack in sides.after.inputs:
        if "cluster_name" not in sides.after.inputs[stack]:
            name = stack.removesuffix("-cluster")
            _judge(stack, "cluster", name, sides, comparison, found, _why_cluster(name, stack, comparison, sides))
    found.gone += comparison.shared_clusters_gone()
    return found


def _judge(
    stack: str,
    kind: StackKind,
    name: str,
    sides: Sides,
    comparison: Comparison,
    found: Found,
    why: list[Reason],
) -> None:
    """One stack that is there now: `why` its inputs differ, if they do."""
    failure = sides.after.failures.get(stack) or sides.before.failures.get(stack)
    if failure:
        found.add(stack, kind, name, [*why, Reason("unknown", f"its program could not be rendered ({failure})")])
        return
    if stack not in sides.before.inputs:
        unsure = stack.rpartition("-")[0] in sides.before.unresolved
        if stack in sides.after.inputs and stack not in found.stacks:
            found.add(
                stack, kind, name, [Reason("unknown", "it was not sound before") if unsure else Reason("new", "")]
            )
        return
    resources = tuple(_differing(sides.before.resources[stack], sides.after.resources.get(stack, {})))
    if not resources:
        why = [reason for reason in why if reason.kind not in CODE]
    elif not why:
        why = [_of_code(resources, comparison)]
    found.add(stack, kind, name, why, resources)


def _why(pair: Pair, stage: str, stack: str, comparison: Comparison, sides: Sides) -> list[Reason]:
    """Why a hub's inputs differ, from what each side's own code resolved."""
    old, new = sides.before.inputs.get(stack), sides.after.inputs.get(stack)
    if old is None or new is None or not isinstance(pair.after, Loaded):
        return []
    sources = Sources.of(comparison.before, comparison.after, pair.name, pair.before_name)
    layers: Layers = pair.after.layers[stage]  # type: ignore[index]
    return reasons(old, new, sources, layers)


def _why_cluster(name: str, stack: str, comparison: Comparison, sides: Sides) -> list[Reason]:
    old, new = sides.before.inputs.get(stack), sides.after.inputs[stack]
    if old is None:
        return []
    before, after = comparison.before, comparison.after
    shared = name in after.clusters
    own = before.cluster(name) != after.cluster(name) if shared else before.community(name) != after.community(name)
    file = f"clusters/{name}.yaml" if shared else f"communities/{name}.yaml"
    return list(cluster_reasons(old, new, file, own=own))


def _of_code(resources: tuple[ResourceDifference, ...], comparison: Comparison) -> Reason:
    """Of resources that differ though their stack's inputs do not."""
    of_charts = all(each.type == RELEASE and OF_A_CHART.issuperset(each.properties) for each in resources)
    if of_charts and CHARTS in comparison.changed:
        return Reason("chart lock", CHARTS)
    named = ", ".join(dict.fromkeys(each.type for each in resources[:3]))
    return Reason("component code", f"{named}{' and more' if len(resources) > 3 else ''}")


def _differing(before: Registered, after: Registered) -> Iterator[ResourceDifference]:
    """Resources that come, go, or are asked for otherwise; by URN, since that is what the engine knows them by."""
    for urn in sorted(before.keys() | after.keys()):
        old, new = before.get(urn), after.get(urn)
        if old == new:
            continue
        kind, name = urn.split("::")[2].rpartition("$")[2], urn.split("::", 3)[3]
        if old is None or new is None:
            yield ResourceDifference(kind, name, "create" if old is None else "delete")
        else:
            changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
            yield ResourceDifference(kind, name, "update", tuple(changed))
