"""What a cloud's controllers do in a cluster: addresses for load balancers, volumes for claims.

python -m deployer.simulation.cloud_controllers KUBECONFIG
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any

from providers.simulated.kubernetes.api import Api, Refused, Unreachable
from providers.simulated.kubernetes.kubeconfig import read_access

AGAIN_SECONDS = 0.5
_MERGE = "application/merge-patch+json"
_CLAIMS, _VOLUMES, _SERVICES = "/api/v1/persistentvolumeclaims", "/api/v1/persistentvolumes", "/api/v1/services"
_SELECTED_NODE = "volume.kubernetes.io/selected-node"
_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
_PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"

DEFAULT_DISKS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "simulated", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "disks.simulated.invalid",
    "volumeBindingMode": "WaitForFirstConsumer",
    "allowVolumeExpansion": True,
}
"""What most clouds bring; a cluster that makes a default of its own has the newer one."""


def main() -> None:
    """Work until this process is ended."""
    access = read_access({"kubeconfig": sys.argv[1]})
    if access is None:
        raise SystemExit("no kubeconfig")
    api = Api(access)
    api.apply(DEFAULT_DISKS, manager="hubs-simulation", force=True)
    for path, act in ((_SERVICES, give_address), (_CLAIMS, give_volume), (_VOLUMES, take_volume)):
        threading.Thread(target=_work, args=(api, path, act), daemon=True).start()
    threading.Event().wait()


def give_address(api: Api, service: dict[str, Any]) -> None:
    """An address of the block for documentation (RFC 5737), the same for the same service."""
    wanted = service["spec"].get("type") == "LoadBalancer"
    if not wanted or service["status"].get("loadBalancer", {}).get("ingress"):
        return
    last = sha256(service["metadata"]["uid"].encode()).digest()[0] % 254 + 1
    body = {"status": {"loadBalancer": {"ingress": [{"ip": f"203.0.113.{last}", "ipMode": "VIP"}]}}}
    about = service["metadata"]
    path = api.path("v1", "Service", about["namespace"], about["name"])
    api.request("PATCH", f"{path}/status", body=body, content_type=_MERGE)


def give_volume(api: Api, claim: dict[str, Any]) -> None:
    """A volume for a claim whose class has a provisioner; where the class waits for a pod, only then."""
    about, spec = claim["metadata"], claim["spec"]
    notes = about.get("annotations") or {}
    if spec.get("volumeName") or _PROVISIONER not in notes or about.get("deletionTimestamp"):
        return
    storage_class = api.get(f"/apis/storage.k8s.io/v1/storageclasses/{spec.get('storageClassName')}") or {}
    if storage_class.get("volumeBindingMode") == "WaitForFirstConsumer" and _SELECTED_NODE not in notes:
        return
    name = f"pvc-{about['uid']}"
    reference = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "uid": about["uid"]}
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {_PROVISIONED_BY: notes[_PROVISIONER]}},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "volumeMode": spec.get("volumeMode", "Filesystem"),
            "storageClassName": spec["storageClassName"],
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "claimRef": {**reference, "namespace": about["namespace"], "name": about["name"]},
            "csi": {"driver": notes[_PROVISIONER], "volumeHandle": name},
        },
    }
    api.request("POST", _VOLUMES, body=volume)


def take_volume(api: Api, volume: dict[str, Any]) -> None:
    """A volume that was made here goes when nobody claims it any more, unless its class says otherwise."""
    about = volume["metadata"]
    ours = _PROVISIONED_BY in (about.get("annotations") or {})
    released = volume["status"].get("phase") in ("Released", "Failed")
    if ours and released and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
        api.request("DELETE", f"{_VOLUMES}/{about['name']}")


def _work(api: Api, path: str, act: Callable[[Api, dict[str, Any]], None]) -> None:
    """Look at everything of a kind, then at each change, for good."""
    while True:
        with suppress(Unreachable, ValueError):
            for event in api.watch(path):
                if event.get("type") not in ("ADDED", "MODIFIED"):
                    continue
                with suppress(Refused):  # somebody else was faster; what is still amiss comes as the next event
                    act(api, event["object"])
        time.sleep(AGAIN_SECONDS)


if __name__ == "__main__":
    main()
