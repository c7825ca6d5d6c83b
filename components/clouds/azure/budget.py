"""Who is told when a cluster costs more than it should."""

from __future__ import annotations

from datetime import UTC, datetime

import pulumi
from pulumi_azure_native import consumption

from components.clouds.azure.names import BUDGET, fitted, group, node_group
from components.kubernetes_contract import BudgetArgs, BudgetOutputs

THRESHOLDS = (("Actual", 50), ("Actual", 100), ("Forecasted", 120))
"""Half of it spent, all of it spent, and a month that will end a fifth above: percent."""


class Budget(pulumi.ComponentResource):
    """Mails; switches nothing off. Counts the cluster's group and that of its nodes, where most of the money goes.

    It is the subscription's: whoever makes it needs Cost Management Contributor there.
    """

    contract_outputs: BudgetOutputs

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:Budget", name, None, opts)
        if args.usd_per_month is None:
            raise ValueError(f"{name}: a budget without an amount")
        budget = consumption.Budget(
            name,
            budget_name=fitted(name, BUDGET),
            scope=f"/subscriptions/{args.site.account}",
            amount=args.usd_per_month,
            category="Cost",
            time_grain="Monthly",
            time_period={"start_date": first_of_month(datetime.now(UTC))},
            filter={
                "dimensions": {
                    "name": "ResourceGroupName",
                    "operator": "In",
                    "values": [group(args.site), node_group(args.site)],
                }
            },
            notifications={
                f"{kind.lower()}-{percent}": {
                    "enabled": True,
                    "operator": "GreaterThanOrEqualTo",
                    "threshold": percent,
                    "threshold_type": kind,
                    "contact_emails": list(args.notify),
                }
                for kind, percent in THRESHOLDS
            },
            # Azure takes no beginning but that of the month in which it is made, and none of another month later on.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["timePeriod"]),
        )
        self.contract_outputs = BudgetOutputs(budget_id=budget.id)
        self.register_outputs({"budget_id": budget.id})


def first_of_month(moment: datetime) -> str:
    """As Azure writes it."""
    return moment.strftime("%Y-%m-01T00:00:00Z")
