"""A cloud account made ready for deploys, put together from the cloud's parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from components.account_contract import (
    KEY,
    SIGN_IN,
    AccountArgs,
    AccountOutputs,
    FoundationArgs,
    FoundationOutputs,
    StatePlace,
)
from components.kubernetes_contract import CiIdentityArgs, CiIdentityOutputs, Parts, Site


class Account(pulumi.ComponentResource):
    """A state's bucket and key, the services that deploys use, and the identity of workflows that deploy."""

    contract_outputs: AccountOutputs

    def __init__(
        self,
        name: str,
        args: AccountArgs,
        parts: Parts,
        site: Site,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:account:Account", name, None, opts)
        self._name, self._args, self._parts, self._site = name, args, parts, site
        provider = parts.provider(name, site, {"managed-by": "hubs"}, pulumi.ResourceOptions(parent=self))
        self._child = pulumi.ResourceOptions(parent=self, providers=[provider])
        foundation = self._foundation()
        ci = self._ci_identity(foundation)
        facts = {
            "account": site.account,
            "region": site.region,
            "state": _told(foundation.place),
            "kept": {**foundation.kept, **(ci.kept if ci else {})},
            "ci": {"principal": ci.principal, "action": ci.action, "settings": dict(ci.settings)} if ci else None,
        }
        self.contract_outputs = AccountOutputs(facts=facts)
        self.register_outputs(facts)

    def _foundation(self) -> FoundationOutputs:
        asked = self._args
        args = FoundationArgs(
            site=self._site, keeps_state=asked.keeps_state, protect=asked.protect, adopt_key=KEY in asked.adopt
        )
        return self._parts.foundation(self._name, args, self._child).contract_outputs

    def _ci_identity(self, foundation: FoundationOutputs) -> CiIdentityOutputs | None:
        workflows = self._args.workflows
        if workflows is None:
            return None
        args = CiIdentityArgs(
            site=self._site,
            repository_id=workflows.repository_id,
            environments=workflows.environments,
            state=foundation.state,
            after=foundation.ready,
            adopt=SIGN_IN in self._args.adopt,
        )
        return self._parts.ci_identity(self._name, args, self._child).contract_outputs


def _told(place: StatePlace | None) -> Mapping[str, Any] | None:
    if place is None:
        return None
    return {"backend_url": place.backend_url, "secrets_provider": place.secrets_provider}
