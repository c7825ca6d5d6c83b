"""Who is told when an account costs more than it should."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from components.kubernetes_contract import BudgetArgs, BudgetOutputs

THRESHOLDS = (("ACTUAL", 50), ("ACTUAL", 100), ("FORECASTED", 120))
"""Half of it spent, all of it spent, and a month that will end a fifth above; per cent."""


class Budget(pulumi.ComponentResource):
    """Mails; switches nothing off. Counts the whole account: tags do not tell costs apart until they are activated."""

    contract_outputs: BudgetOutputs

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Budget", name, None, opts)
        budget = aws.budgets.Budget(
            name,
            budget_type="COST",
            time_unit="MONTHLY",
            **_amount(args.usd_per_month),
            notifications=[
                {
                    "comparison_operator": "GREATER_THAN",
                    "notification_type": kind,
                    "threshold": percent,
                    "threshold_type": "PERCENTAGE",
                    "subscriber_email_addresses": list(args.notify),
                }
                for kind, percent in THRESHOLDS
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.contract_outputs = BudgetOutputs(budget_id=budget.id)
        self.register_outputs({"budget_id": budget.id})


def _amount(usd_per_month: int | None) -> dict[str, Any]:
    if usd_per_month is None:
        last_month = {"budget_adjustment_period": 1}
        return {"auto_adjust_data": {"auto_adjust_type": "HISTORICAL", "historical_options": last_month}}
    # As AWS tells it again: any other spelling would be a difference forever.
    return {"limit_amount": f"{usd_per_month}.0", "limit_unit": "USD"}
