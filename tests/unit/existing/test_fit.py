"""What the file asks for held against what a cluster has."""

from __future__ import annotations

from components.clouds.existing.fit import home_class
from components.survey.storage import StorageClass
from schemas.cluster import Cluster


def a_class(name: str, made_at: str, *, default: bool = True) -> StorageClass:
    return StorageClass(
        name=name, provisioner="nfs.csi.k8s.io", default=default, shared=True, grows=True, keeps=True, made_at=made_at
    )


def test_of_several_default_classes_the_newest_counts_as_for_kubernetes() -> None:
    asked = Cluster.model_validate({"provider": "existing", "existing": {"context": "theirs"}})
    old, new = a_class("b", "2026-01-01T00:00:00Z"), a_class("a", "2026-05-01T00:00:00Z")
    newest = a_class("c", "2026-09-01T00:00:00Z", default=False)
    found = home_class(asked, (new, old, newest))
    assert found is not None
    assert found.name == "a"
    assert home_class(asked, (newest,)) is None
