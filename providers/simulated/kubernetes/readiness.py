"""What an object still lacks to be ready, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from providers.engine.values import Values
from providers.simulated.kubernetes.annotations import annotation
from providers.simulated.kubernetes.api import Api
from providers.simulated.places import at


class Hopeless(Exception):  # noqa: N818 - an answer, not a fault
    """It will not become ready, however long one waits."""


def lacking(api: Api, live: Values) -> list[str]:
    """Why it is not ready yet; empty when it is."""
    asked = annotation(live, "waitFor")
    if asked.startswith("condition="):
        return list(_condition(live, asked.removeprefix("condition=")))
    if asked.startswith("jsonpath="):
        return list(_field(live, asked.removeprefix("jsonpath=")))
    judge = _JUDGES.get(live["kind"])
    return list(judge(api, live)) if judge else []


def _condition(live: Values, asked: str) -> Iterator[str]:
    kind, _, wanted = asked.partition("=")
    if _condition_of(live, kind).get("status", "").lower() != (wanted or "True").lower():
        yield f"waiting for condition {asked}"


def _field(live: Values, asked: str) -> Iterator[str]:
    """Plain paths alone: {.status.loadBalancer.ingress}, or with =value behind it."""
    path, _, wanted = asked.partition("=")
    found = at(live, path.strip("{}").removeprefix("."))
    if not (str(found) == wanted if wanted else found):
        yield f"waiting for field {asked}"


def _deployment(api: Api, live: Values) -> Iterator[str]:
    status, wanted = _status_of_now(live), live["spec"].get("replicas", 1)
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    if updated < wanted or available < wanted or status.get("replicas", 0) > updated:
        yield f"waiting for app ReplicaSet to be available ({min(updated, available)}/{wanted} Pods available)"
        progressing = _condition_of(live, "Progressing")
        if progressing.get("status") == "False":
            yield f"[{progressing.get('reason')}] {progressing.get('message')}"
        yield from _pods_amiss(api, live)


def _stateful_set(api: Api, live: Values) -> Iterator[str]:
    status, wanted = _status_of_now(live), live["spec"].get("replicas", 1)
    ready = status.get("readyReplicas", 0)
    settled = status.get("currentRevision") == status.get("updateRevision")
    by_hand = live["spec"].get("updateStrategy", {}).get("type") == "OnDelete"
    if ready < wanted or not (settled or by_hand):
        yield f"waiting for StatefulSet to be ready ({ready}/{wanted} Pods ready)"
        yield from _pods_amiss(api, live)


def _daemon_set(api: Api, live: Values) -> Iterator[str]:
    status = _status_of_now(live)
    wanted = status.get("desiredNumberScheduled", 0)
    now = min(status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0))
    if not status or now < wanted:
        yield f"waiting for DaemonSet to be ready ({now}/{wanted} Pods available)"
        yield from _pods_amiss(api, live)


def _pod(_: Api, live: Values) -> Iterator[str]:
    phase = live.get("status", {}).get("phase")
    if phase != "Succeeded" and _condition_of(live, "Ready").get("status") != "True":
        yield from _pod_amiss(live) or [f"Pod is {phase}"]


def _job(_: Api, live: Values) -> Iterator[str]:
    failed = _condition_of(live, "Failed")
    if failed.get("status") == "True":
        raise Hopeless(f"Job failed: [{failed.get('reason')}] {failed.get('message')}")
    if _condition_of(live, "Complete").get("status") != "True":
        yield "waiting for Job to complete"


def _claim(api: Api, live: Values) -> Iterator[str]:
    phase = live.get("status", {}).get("phase")
    if phase == "Bound":
        return
    named = live["spec"].get("storageClassName")
    storage_class = api.get(f"/apis/storage.k8s.io/v1/storageclasses/{named}") if named else None
    if phase != "Pending" or (storage_class or {}).get("volumeBindingMode") != "WaitForFirstConsumer":
        yield f"PersistentVolumeClaim is {phase}" + ("" if storage_class else f", and there is no class {named}")


def _volume(_: Api, live: Values) -> Iterator[str]:
    if live.get("status", {}).get("phase") not in ("Available", "Bound"):
        yield f"PersistentVolume is {live.get('status', {}).get('phase')}"


def _service(api: Api, live: Values) -> Iterator[str]:
    spec = live["spec"]
    if spec.get("type") == "LoadBalancer" and not live["status"].get("loadBalancer", {}).get("ingress"):
        yield "Service was not allocated an IP address; does your cloud provider support this?"
    aims = spec.get("selector") and spec.get("type") != "ExternalName" and spec.get("clusterIP") != "None"
    if aims and not _has_endpoints(api, live["metadata"]):
        yield (
            "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match "
            "labels on any Pods"
        )


def _ingress(_: Api, live: Values) -> Iterator[str]:
    if not live.get("status", {}).get("loadBalancer", {}).get("ingress"):
        yield "Ingress .status.loadBalancer field was not updated with a hostname/IP address"


def _namespace(_: Api, live: Values) -> Iterator[str]:
    if live.get("status", {}).get("phase") != "Active":
        yield f"Namespace is {live.get('status', {}).get('phase')}"


def _definition(_: Api, live: Values) -> Iterator[str]:
    if _condition_of(live, "Established").get("status") != "True":
        yield "waiting for the definition to be established"


_JUDGES: Mapping[str, Callable[[Api, Values], Iterator[str]]] = {
    "CustomResourceDefinition": _definition,
    "DaemonSet": _daemon_set,
    "Deployment": _deployment,
    "Ingress": _ingress,
    "Job": _job,
    "Namespace": _namespace,
    "PersistentVolume": _volume,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "Service": _service,
    "StatefulSet": _stateful_set,
}


def _has_endpoints(api: Api, about: Mapping[str, Any]) -> bool:
    slices = api.items(
        api.path("discovery.k8s.io/v1", "EndpointSlice", about["namespace"]),
        labelSelector=f"kubernetes.io/service-name={about['name']}",
    )
    endpoints = [one for each in slices for one in each.get("endpoints") or ()]
    return any(one.get("conditions", {}).get("ready") for one in endpoints)


def _pods_amiss(api: Api, live: Values) -> Iterator[str]:
    """What the server tells of pods that are not ready, each complaint once."""
    wanted = live["spec"].get("selector", {}).get("matchLabels") or {}
    selector = ",".join(f"{name}={value}" for name, value in wanted.items())
    pods = api.items(api.path("v1", "Pod", live["metadata"]["namespace"]), labelSelector=selector)
    yield from sorted({complaint for pod in pods for complaint in _pod_amiss(pod)})


def _pod_amiss(pod: Values) -> list[str]:
    status = pod.get("status", {})
    found = [
        f"[Pod {pod['metadata']['name']}]: {one['message']}"
        for one in status.get("conditions") or ()
        if one.get("status") == "False" and one.get("message")
    ]
    waiting = [one.get("state", {}).get("waiting") or {} for one in status.get("containerStatuses") or ()]
    return found + [f"[Pod {pod['metadata']['name']}]: {one['message']}" for one in waiting if one.get("message")]


def _status_of_now(live: Values) -> Values:
    """The status, once it is of what the object says now."""
    status: Values = live.get("status") or {}
    return status if status.get("observedGeneration", 0) >= live["metadata"].get("generation", 0) else {}


def _condition_of(live: Values, kind: str) -> Values:
    conditions = live.get("status", {}).get("conditions") or ()
    return next((one for one in conditions if one["type"] == kind), {})
