"""What is affected where only files changed: what they resolve to decides, by the same code on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deployer.affected.comparing import Comparison, Found
from deployer.affected.narrowing import candidates
from deployer.affected.pairs import Pair, paired
from deployer.affected.reasons import Sources, cluster_reasons, reasons
from deployer.affected.result import Reason
from deployer.affected.uses import cluster_named, images_named
from deployer.config.fleet import Loaded, uncollected
from deployer.config.load import parse
from deployer.errors import BadInput
from schemas.community import Deployment
from schemas.model import Model


def compare_inputs(comparison: Comparison) -> Found:
    """Resolve what may differ on both sides, and compare."""
    found = Found()
    before, after = comparison.before, comparison.after
    names = candidates(before, after, comparison.changed)
    edited = {name for name in names if before.community(name) != after.community(name)}
    if before.archetype_texts != after.archetype_texts:
        edited = set(names)
    pairs = paired(before, after, edited, among_others=False)
    found.fates(pairs)
    with uncollected():
        for pair in pairs:
            _compare(pair, comparison, found)
        _shared_clusters(comparison, found)
        for name in sorted((names - edited) & after.communities & before.communities):
            for stage, found_reasons in _through_shared(name, comparison):
                found.add(f"{name}-{stage}", stage, name, found_reasons)
    found.gone += comparison.shared_clusters_gone()
    return found


def _compare(pair: Pair, comparison: Comparison, found: Found) -> None:
    """One community whose own file or archetype differs."""
    if not isinstance(pair.after, Loaded):
        return
    sources = Sources.of(comparison.before, comparison.after, pair.name, pair.before_name)
    old = pair.before.deployments if isinstance(pair.before, Loaded) else {}
    for stage, deployment in pair.after.deployments.items():
        if stage in old and not pair.renamed:
            differing = reasons(plain(old[stage]), plain(deployment), sources, pair.after.layers[stage])
            found.add(deployment.stack, stage, pair.name, differing)
    _own_cluster(pair, old.get("staging"), pair.after.deployments["staging"], found)


def _own_cluster(pair: Pair, old: Deployment | None, new: Deployment, found: Found) -> None:
    """A cluster that is described in the community's file."""
    if new.cluster_name != new.community:
        return
    if pair.renamed:
        why = [Reason("renamed", f"from {pair.before_name}")]
    elif old is None or old.cluster_name != new.cluster_name:
        why = [Reason("new", "")]
    else:
        why = list(cluster_reasons(plain(old.cluster), plain(new.cluster), f"communities/{pair.name}.yaml", own=True))
    found.add(new.cluster_stack, "cluster", new.cluster_name, why)


def _shared_clusters(comparison: Comparison, found: Found) -> None:
    """Clusters of their own files: what they resolve to decides there, too."""
    before, after = comparison.before, comparison.after
    for name in sorted(after.clusters):
        file = f"clusters/{name}.yaml"
        if before.cluster(name) == after.cluster(name):
            continue
        sides = [shelf.cluster(name) if name in files.clusters else None for shelf, files in _shelved(comparison)]
        old, new = (side.value if side else None for side in sides)
        if new is None:
            found.problems += sides[1].problems if sides[1] else ()
            found.add(f"{name}-cluster", "cluster", name, [Reason("unknown", f"{file} is not sound")])
        elif old is None:
            why = Reason("new", "") if sides[0] is None else Reason("unknown", f"{file} was not sound before")
            found.add(f"{name}-cluster", "cluster", name, [why])
        else:
            found.add(f"{name}-cluster", "cluster", name, cluster_reasons(plain(old), plain(new), file, own=True))


def _through_shared(name: str, comparison: Comparison) -> Iterator[tuple[Any, list[Reason]]]:
    """A community whose own file is as it was: the shared cluster and images that it names decide, by stage."""
    try:
        data = parse(comparison.after.community(name).decode("utf-8-sig"), f"communities/{name}.yaml").data
        images = images_named(data, comparison.shelves[1])
    except (BadInput, UnicodeDecodeError, AttributeError, KeyError, TypeError):
        return  # as wrong as it was
    cluster = cluster_named(data)
    shared = [Reason("shared cluster", f"clusters/{cluster}.yaml")] if cluster and _differs(cluster, comparison) else []
    for stage, named in images.items():
        others = [Reason("image", f"images/{image}") for image in sorted(named) if _image_differs(image, comparison)]
        if shared or others:
            yield stage, [*shared, *others]


def _differs(cluster: str, comparison: Comparison) -> bool:
    if comparison.before.cluster(cluster) == comparison.after.cluster(cluster):
        return False
    values = [shelf.cluster(cluster).value for shelf, files in _shelved(comparison) if cluster in files.clusters]
    return len(values) < 2 or values[0] != values[1]


def _image_differs(image: str, comparison: Comparison) -> bool:
    prefix = f"images/{image}/"
    if not any(path.startswith(prefix) for path in comparison.changed):
        return False
    values = [shelf.image(image).value for shelf, _ in _shelved(comparison) if image in shelf.image_names]
    return len(values) < 2 or values[0] != values[1]


def plain(model: Model) -> dict[str, Any]:
    """As plain data, which is what digests and records are made of."""
    return model.model_dump(mode="json")


def _shelved(comparison: Comparison) -> Iterator[tuple[Any, Any]]:
    return zip(comparison.shelves, (comparison.before, comparison.after), strict=True)
