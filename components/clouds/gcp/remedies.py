"""What helps against what Google Cloud says.

Words as in the Go client's errors (googleapi) and in operations of Compute Engine and GKE.
"""

from __future__ import annotations

from components.remedies import Remedy

REMEDIES = (
    Remedy(
        r"[Ii]nsufficient (?:regional|project) quota.*resource \"(?P<quota>[^\"]+)\""
        r"[\s\S]*?project=(?P<project>[^.\s&]+)",
        "ask Google for more of {quota}: https://console.cloud.google.com/iam-admin/quotas?project={project}; or lower "
        "max_nodes or the machine's size",
    ),
    Remedy(
        r"Quota '(?P<quota>[^']+)' exceeded",
        "ask Google for more of {quota}: https://console.cloud.google.com/iam-admin/quotas; or lower max_nodes or the "
        "machine's size",
    ),
    Remedy(
        r"Maximum number of service accounts",
        "ask Google for more service accounts: https://console.cloud.google.com/iam-admin/quotas; or delete ones that "
        "nobody uses",
    ),
    Remedy(r"Error 429|rateLimitExceeded|RESOURCE_EXHAUSTED", "wait a minute: Google takes no more requests just now"),
    Remedy(
        # GKE writes permission(s) and double quotes, Compute Engine neither.
        r"Required [\"'](?P<permission>[\w.]+)[\"'] permission(?:\(s\))? for [\"'](?P<place>[^\"']+)",
        "let an owner of {place} give you a role with {permission} "
        "(gcloud projects add-iam-policy-binding; gcloud iam roles describe ROLE says what one has)",
    ),
    Remedy(
        r"Permission [\"']?(?P<permission>[\w.]+)[\"']? denied on resource",
        "let an owner of the project give you a role with {permission} "
        "(gcloud projects add-iam-policy-binding; gcloud iam roles describe ROLE says what one has)",
    ),
    Remedy(
        r"ZONE_RESOURCE_POOL_EXHAUSTED|does not have enough resources available",
        "wait, or choose another machine: Google has none of these in that zone just now",
    ),
    Remedy(
        r"SERVICE_DISABLED|API has not been used in project (?P<project>\S+)",
        "enable the service that Google names (deployer bootstrap enables all that are needed)",
    ),
    Remedy(
        r"could not find default credentials|invalid_grant|reauth related error",
        "sign in: gcloud auth application-default login",
    ),
    Remedy(
        r"alreadyExists|Already exists: (?P<identity>[^.,\s]+)",
        "something of that name is there and not in the state: delete it, or have pulumi import it",
    ),
    Remedy(r"was not found, notFound", "wait a minute: Google may not see yet what was just made"),
)
