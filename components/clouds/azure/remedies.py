"""What helps against what Azure says. Words as in the error codes of Azure Resource Manager and its providers."""

from __future__ import annotations

from components.remedies import Remedy

REMEDIES = (
    Remedy(
        r"exceeding approved (?P<quota>.+?) Cores quota",
        "ask Azure for more cores of {quota}: https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade; "
        "or lower max_nodes or the machine's size",
    ),
    Remedy(
        r"QuotaExceeded|quota",
        "ask Azure for more: https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade",
    ),
    Remedy(r"Status=429|TooManyRequests|throttled", "wait a minute: Azure takes no more requests just now"),
    Remedy(
        r"perform action '(?P<permission>[^']+)' over scope '(?P<place>[^']+)'",
        "let an owner of {place} give you a role with {permission} (az role assignment create)",
    ),
    Remedy(
        r"SkuNotAvailable|AllocationFailed|OverconstrainedAllocationRequest",
        "wait, or choose another machine: Azure has none of these there just now",
    ),
    Remedy(
        r"not registered to use namespace '(?P<namespace>[^']+)'",
        "register the provider: az provider register --wait --namespace {namespace}",
    ),
    Remedy(
        r"MissingSubscriptionRegistration",
        "register the provider that Azure names: az provider register --wait --namespace …",
    ),
    Remedy(r"AADSTS\d+|please run 'az login'|Please run 'az login'", "sign in: az login"),
    Remedy(
        r"already existing resource|already taken|Conflict",
        "something of that name is there and not in the state: delete it, or have pulumi import it",
    ),
    Remedy(r"ResourceNotFound|PrincipalNotFound", "wait a minute: Azure may not see yet what was just made"),
)
