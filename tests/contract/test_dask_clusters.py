"""How many Dask clusters one person may have, where Dask Gateway itself counts none: with a real API server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from dask_gateway_server.backends.base import PublicException
from dask_gateway_server.models import User
from kubernetes_asyncio.config import kube_config

from components.hub.values import foretold
from components.hub.values.dask import values as dask_values
from tests.kubernetes import ApiServer, api_server, kubernetes_tools
from tests.unit.dask.deployments import with_dask
from tests.unit.dask.gateway_config import gateway, gateway_config

__all__ = ["api_server", "kubernetes_tools"]

NAMESPACE = "dask-clusters"
GROUP = "gateway.dask.org"
KIND: dict[str, Any] = {
    # What the chart brings; its schema lets everything pass too.
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": f"daskclusters.{GROUP}"},
    "spec": {
        "group": GROUP,
        "names": {"kind": "DaskCluster", "plural": "daskclusters", "singular": "daskcluster"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1alpha1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


@pytest.fixture(scope="module")
def namespace(api_server: ApiServer) -> Iterator[str]:
    for path, body in (
        ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", KIND),
        ("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}),
    ):
        api_server.api.request("POST", path, body=body)
    yield NAMESPACE
    api_server.api.request("DELETE", f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/daskclusters.{GROUP}")


def test_a_person_has_as_many_clusters_as_the_file_says(
    api_server: ApiServer, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(api_server.home.kubeconfig))
    deployment = with_dask(dask={"max_clusters_per_user": 2})
    values = dask_values(deployment, foretold(deployment))["dask-gateway"]
    config = gateway_config(values, release="ocean", namespace=namespace)
    config.KubeClusterConfig.namespace = namespace

    async def ask() -> None:
        backend = gateway(config).backend
        await _once_served(backend)
        try:
            # At once: none of them is in the gateway's own list yet.
            asked = [backend.start_cluster(User("ada"), {}) for _ in range(4)]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            names = [answer for answer in answers if isinstance(answer, str)]
            refusals = [answer for answer in answers if isinstance(answer, PublicException)]
            assert (len(names), len(refusals)) == (2, 2)
            assert "You have 2 Dask clusters already, and 2 may run at once" in str(refusals[0])
            await _until(lambda: len(backend.clusters) == 2)
            with pytest.raises(PublicException):
                await backend.start_cluster(User("ada"), {})
            # Others have their own.
            await backend.start_cluster(User("grace"), {})
            # One that ended makes room: the controller says so in its status.
            path = f"/apis/{GROUP}/v1alpha1/namespaces/{namespace}/daskclusters/{names[0].partition('.')[2]}"
            api_server.api.request("DELETE", path)
            await _until(lambda: names[0] not in backend.clusters)
            assert await backend.start_cluster(User("ada"), {})
        finally:
            await backend.cleanup()

    asyncio.run(ask())


async def _once_served(backend: Any) -> None:
    """The API server serves a new kind a moment after it was told of it."""
    for _ in range(100):
        try:
            await backend.setup(None)
        except Exception:  # noqa: BLE001 - whatever it says of a kind it does not know yet
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError("the kind was never served")


async def _until(there: Any) -> None:
    for _ in range(200):
        if there():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came")
