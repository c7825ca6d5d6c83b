"""Values that the charts' own schemas accept: of every example, and of thousands of communities that nobody wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from components.hub.values import charts_of, foretold, hub_values
from components.hub.values.auth import secret_values
from components.support import home_server
from schemas.community import Deployment
from schemas.secrets import StageSecrets
from tests.unit.hub_values.charts import complaints
from tests.unit.hub_values.examples import NAMES, stages
from tests.unit.hub_values.strategies import deployments, resolved
from tests.unit.local_settings.deployments import SIGN_INS

CLIENT_SECRET, PASSWORD = "a client's secret 5c1f", "shared password 9e07"
COMMUNITIES = 2000


@pytest.mark.parametrize("name", NAMES)
def test_charts_accept_every_example(name: str) -> None:
    for deployment in stages(name):
        values = hub_values(deployment, foretold(deployment))
        assert list(values) == charts_of(deployment)
        assert [line for chart, own in values.items() for line in complaints(chart, own)] == []


@settings(
    max_examples=COMMUNITIES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(deployments())
def test_charts_accept_communities_of_all_kinds(deployment: Deployment) -> None:
    values = hub_values(deployment, foretold(deployment))
    assert [line for chart, own in values.items() for line in complaints(chart, own)] == []
    text = json.dumps(values)
    assert json.loads(text) == values, "not all of it is what JSON knows"
    again = hub_values(Deployment.model_validate(deployment.model_dump()), foretold(deployment))
    assert json.dumps(again) == text, "the same community gave other values"


@pytest.mark.parametrize("kind", SIGN_INS)
def test_secrets_are_in_the_secret_alone(kind: str) -> None:
    deployment = resolved({"auth": SIGN_INS[kind]})
    given = (
        "password" if deployment.hub.auth.type == "dummy" else "client_secret" if deployment.hub.auth.client else None
    )
    kept = secret_values(deployment, StageSecrets(client_secret=CLIENT_SECRET), PASSWORD)
    assert list(leaves(kept)) == {"password": [PASSWORD], "client_secret": [CLIENT_SECRET], None: []}[given]
    assert complaints("jupyterhub", kept) == []
    variable = deployment.hub.auth.client and deployment.hub.auth.client.client_secret_env
    assert variable not in set(leaves(hub_values(deployment, foretold(deployment))))


@pytest.mark.parametrize(
    ("chart", "values", "place"),
    [
        ("jupyterhub", {"hub": {"confg": {}}}, "hub: "),
        ("jupyterhub", {"hub": {"config": {"loadRoles": {}}}}, "hub.config: "),
        ("jupyterhub", {"proxy": {"service": {"type": "Gate"}}}, "proxy.service.type: "),
        ("dask-gateway", {"gateway": {"extraConfig": 1}}, "gateway.extraConfig: "),
        ("binderhub-service", {"networkPolicy": {"enabled": "yes"}}, "networkPolicy.enabled: "),
        ("jupyterhub-home-nfs", {"nfsServer": {"resources": 1}}, "nfsServer.resources: "),
    ],
)
def test_the_schemas_refuse_what_is_wrong(chart: str, values: dict[str, Any], place: str) -> None:
    said = complaints(chart, values)
    assert len(said) == 1
    assert said[0].startswith(place)


@pytest.mark.parametrize("quota_gib", [None, 20])
def test_the_chart_of_homes_accepts_its_values(quota_gib: int | None) -> None:
    chart = "jupyterhub-home-nfs"
    assert complaints(chart, home_server.values(quota_gib)) == []


def leaves(value: Any) -> Iterator[Any]:
    """All texts and numbers in it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value
