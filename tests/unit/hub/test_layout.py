"""Names inside a hub's place."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from components.hub.layout import bucket_variables, homes_folder, shared_folders
from schemas.community import Deployment
from schemas.dns import DnsZone
from schemas.storage import Bucket


def deployment(community: str, stage: str = "prod", **hub: Any) -> Deployment:
    fields = {"title": "Ocean", "archetype": "research", "contacts": [], "cluster_name": "demo", "images": {}}
    given_fields = {"community": community, "stage": stage, "cluster": {"provider": "local"}, "hub": hub}
    return Deployment.model_validate({**fields, **given_fields})


def test_scratch_has_a_folder_for_each_person_and_other_buckets_are_everybodys() -> None:
    assert bucket_variables({"scratch": "gs://s", "sea-ice": "gs://i"}) == {
        "SCRATCH_BUCKET": "gs://s/$(JUPYTERHUB_USER)",
        "PANGEO_SCRATCH": "gs://s/$(JUPYTERHUB_USER)",
        "SEA_ICE_BUCKET": "gs://i",
    }
    assert bucket_variables({}) == {}


def test_hubs_have_folders_of_their_own() -> None:
    asked = {"shared_directories": [{"name": "material"}]}
    prod, staging = (deployment("ocean", stage, **asked) for stage in ("prod", "staging"))
    assert (homes_folder(prod), homes_folder(staging)) == ("ocean-prod/homes", "ocean-staging/homes")
    assert shared_folders(prod) == {"material": "ocean-prod/shared/material"}
    assert shared_folders(staging) == {"material": "ocean-staging/shared/material"}


@pytest.mark.parametrize(
    ("domain", "inside"),
    [("hub.example.org", True), ("example.org", True), ("example.com", False), ("badexample.org", False)],
)
def test_a_zone_holds_its_own_domains(domain: str, inside: bool) -> None:
    assert DnsZone(domain="example.org", zone="example-org").holds(domain) is inside


@pytest.mark.parametrize("days", [0, 7, 90])
def test_days_that_every_cloud_keeps_deleted_objects(days: int) -> None:
    assert Bucket(name="data", undelete_days=days).undelete_days == days


@pytest.mark.parametrize("wrong", [{"undelete_days": 3}, {"undelete_days": 91}, {"name": "a--b"}, {"name": "a" * 21}])
def test_what_some_cloud_would_refuse(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Bucket.model_validate({"name": "data", **wrong})
