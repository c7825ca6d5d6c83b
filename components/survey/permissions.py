"""What the login may do of what a deploy needs."""

from __future__ import annotations

from dataclasses import dataclass

from components.survey.api import Api

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(frozen=True)
class Permission:
    """One thing that a deploy does."""

    verb: str
    group: str
    resource: str
    purpose: str
    needed: bool = True
    """False: only for what the cluster's owner may have put there already."""

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}" + (f".{self.group}" if self.group else "")


NEEDED = (
    Permission("create", "", "namespaces", "each hub has one"),
    Permission("create", "", "serviceaccounts", "hub and servers have identities"),
    Permission("create", "", "secrets", "the hub's own keys"),
    Permission("create", "", "configmaps", "the hub's settings"),
    Permission("create", "", "services", "the hub's address"),
    Permission("create", "", "persistentvolumeclaims", "the hub's database, and homes"),
    Permission("create", "", "pods", "people's servers"),
    Permission("create", "apps", "deployments", "the hub and its proxy"),
    Permission("create", "rbac.authorization.k8s.io", "roles", "the hub starts servers"),
    Permission("create", "rbac.authorization.k8s.io", "rolebindings", "the hub starts servers"),
    Permission("create", "networking.k8s.io", "networkpolicies", "servers of different people cannot talk"),
    Permission("create", "", "persistentvolumes", "homes on a share", needed=False),
    Permission("create", "rbac.authorization.k8s.io", "clusterroles", "monitoring, user scheduler", needed=False),
    Permission("create", "scheduling.k8s.io", "priorityclasses", "placeholders for people", needed=False),
    Permission("create", "apiextensions.k8s.io", "customresourcedefinitions", "gateways, certificates", needed=False),
    Permission("list", "", "nodes", "what a node has is looked up", needed=False),
)


def missing_permissions(api: Api) -> tuple[Permission, ...]:
    """Those of NEEDED that the login does not have in all namespaces. Asking makes nothing."""
    answers = api.ask(REVIEWS, (_question(permission) for permission in NEEDED))
    return tuple(
        permission
        for permission, answer in zip(NEEDED, answers, strict=True)
        if not (answer.get("status") or {}).get("allowed")
    )


def _question(permission: Permission) -> dict[str, object]:
    attributes = {"verb": permission.verb, "group": permission.group, "resource": permission.resource}
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
