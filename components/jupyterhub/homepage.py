"""What people see before they sign in, as the pages' own variables."""

from __future__ import annotations

from typing import Any

from schemas.community import Deployment
from schemas.hub import Organization


def page_variables(deployment: Deployment) -> dict[str, Any]:
    """By the names that templates in `providers/local/runtime/templates` use; nothing in them is None."""
    return {
        "community": {"name": deployment.community, "stage": deployment.stage, "title": deployment.title},
        "homepage": homepage(deployment),
        "contacts": [contact.model_dump(include={"name", "email"}) for contact in deployment.contacts],
        "accounts_here": deployment.hub.auth.type == "native",
    }


def homepage(deployment: Deployment) -> dict[str, Any]:
    """Texts, and who stands behind the hub; an organisation that nobody named is empty."""
    page = deployment.hub.homepage
    return {
        "text": page.text,
        "announcement": page.announcement,
        "organization": _organization(page.organization),
        "operated_by": _organization(page.operated_by),
        "funded_by": _organization(page.funded_by),
    }


def _organization(organization: Organization | None) -> dict[str, Any]:
    return organization.model_dump(mode="json", exclude_none=True) if organization else {}
