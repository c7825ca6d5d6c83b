"""What keeps pods from running as they like."""

from __future__ import annotations

from components.survey.api import Seen

GROUPS = "/apis"
PATHS = (GROUPS,)
KNOWN = {
    "security.openshift.io": "OpenShift's security context constraints",
    "kyverno.io": "Kyverno",
    "constraints.gatekeeper.sh": "Gatekeeper",
    "policies.kubewarden.io": "Kubewarden",
}


def find_pod_security(seen: Seen) -> tuple[str, ...]:
    """Whoever judges pods there, besides Kubernetes' own admission. Raises ForbiddenError."""
    groups = {group["name"] for group in seen.object(GROUPS).get("groups") or ()}
    return tuple(title for group, title in KNOWN.items() if group in groups)
