"""How a hub's namespace differs from what was deployed there, a line each, in words people understand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.hub.running.log_parts import PEOPLE, component_of, part_of
from components.hub.running.pods import troubles

Objects = Sequence[Mapping[str, Any]]
INSTANCE, CHART = "app.kubernetes.io/instance", "helm.sh/chart"
NEEDED = ("hub", "proxy")
HELM = {
    "failed": "its last upgrade failed",
    "pending-install": "its installation is under way, or was cut off",
    "pending-upgrade": "an upgrade is under way, or was cut off",
    "pending-rollback": "a way back is under way, or was cut off",
    "uninstalling": "it is being taken away",
    "uninstalled": "it was taken away",
}
"""Helm's own words for what is not "deployed" (helm.sh/helm, pkg/release/v1/status.go)."""


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """What is there."""

    deployments: Objects
    pods: Objects
    """Without people's servers."""
    claims: Objects
    certificates: Objects
    gateways: Objects
    releases: Objects
    """Metadata of the Secrets in which Helm keeps its releases."""


def differences(seen: Namespace, versions: Mapping[str, str]) -> list[str]:
    """`versions` are the charts' versions as deployed, by release."""
    lines = [
        *_releases(seen, versions),
        *_parts(seen),
        *_claims(seen.claims),
        *_unready(seen.certificates, "Ready", "the certificate", "is not there yet"),
        *_unready(seen.gateways, "Programmed", "the gateway", "does not lead here yet"),
    ]
    return list(dict.fromkeys(lines))


def _releases(seen: Namespace, versions: Mapping[str, str]) -> Iterator[str]:
    for release, version in versions.items():
        revisions = [one["metadata"]["labels"] for one in seen.releases if _label(one, "name") == release]
        if not revisions:
            yield f"the release {release} is gone: somebody took it away"
            continue
        last = max(revisions, key=lambda labels: int(labels["version"]))
        if last["status"] != "deployed":
            words = HELM.get(last["status"], f"its state is {last['status']}")
            yield f"the release {release} does not stand: {words} (revision {last['version']})"
        yield from _version(seen.deployments, release, version)


def _version(deployments: Objects, release: str, version: str) -> Iterator[str]:
    charts = {_label(one, CHART) for one in deployments if _label(one, INSTANCE) == release} - {""}
    # A label takes no plus sign, so charts write it as an underscore.
    other = sorted(chart for chart in charts if not chart.endswith(f"-{version.replace('+', '_')}"))
    if other:
        yield f"the release {release} was deployed at version {version}, and runs {', '.join(other)}"


def _parts(seen: Namespace) -> Iterator[str]:
    found = {part_of(one["metadata"]): one for one in seen.deployments}
    for part in NEEDED:
        if part not in found:
            yield f"the {part} is gone: there is no deployment of it"
    told = [(part_of(pod["metadata"]), line) for pod in _own(seen.pods) for line in troubles(pod)]
    for deployment in seen.deployments:
        part = part_of(deployment["metadata"]) or deployment["metadata"]["name"]
        yield from _deployment(part, deployment, explained=any(owner == part for owner, _ in told))
    for owner, line in told:
        yield f"{owner or 'a pod'}: {line}"


def _own(pods: Objects) -> Iterable[Mapping[str, Any]]:
    return (pod for pod in pods if component_of(pod["metadata"]) not in PEOPLE)


def _deployment(part: str, deployment: Mapping[str, Any], *, explained: bool) -> Iterator[str]:
    status, wanted = deployment.get("status") or {}, deployment["spec"].get("replicas", 1)
    ready = status.get("readyReplicas") or 0
    if wanted == 0:
        yield f"{part}: somebody switched it off (it is scaled to 0)"
    refused = [one for one in status.get("conditions") or () if one["type"] == "ReplicaFailure"]
    if refused:
        # `pods "hub-0" is forbidden: exceeded quota: …`: the name is of no use to anybody.
        words = str(refused[0].get("message", "")).partition("forbidden: ")
        yield f"{part}: no pod of it may be made: {words[2] or words[0]}"
    elif ready < wanted and not explained:
        yield f"{part}: not ready ({ready} of {wanted})"


def _claims(claims: Objects) -> Iterator[str]:
    for claim in claims:
        match (claim.get("status") or {}).get("phase"):
            case "Bound":
                continue
            case "Lost":
                yield f"the volume of claim {claim['metadata']['name']} is lost: somebody removed it"
            case _:
                yield f"the claim {claim['metadata']['name']} has no volume yet"


def _unready(objects: Objects, wanted: str, kind: str, words: str) -> Iterator[str]:
    for one in objects:
        conditions = {each["type"]: each for each in (one.get("status") or {}).get("conditions") or ()}
        condition = conditions.get(wanted) or {}
        if condition.get("status") != "True":
            why = condition.get("message") or "nothing is said of it"
            yield f"{kind} {one['metadata']['name']} {words}: {why}"


def _label(one: Mapping[str, Any], name: str) -> str:
    return str((one["metadata"].get("labels") or {}).get(name) or "")
