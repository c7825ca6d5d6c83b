"""Who is told when a project costs more than it should."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.kubernetes_contract import BudgetArgs, BudgetOutputs

THRESHOLDS = (("CURRENT_SPEND", 0.5), ("CURRENT_SPEND", 1.0), ("FORECASTED_SPEND", 1.2))
"""Half of it spent, all of it spent, and a month that will end a fifth above."""


class Budget(pulumi.ComponentResource):
    """Mails; switches nothing off. Needs a role on the billing account: roles/billing.costsManager."""

    contract_outputs: BudgetOutputs

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:Budget", name, None, opts)
        if args.site.payer is None:
            raise ValueError(f"{name}: a budget without a billing account")
        child = pulumi.ResourceOptions(parent=self)
        channels = [
            gcp.monitoring.NotificationChannel(
                f"{name}-mail-{number}",
                type="email",
                display_name=f"Costs of {name}",
                labels={"email_address": address},
                opts=child,
            )
            for number, address in enumerate(args.notify, start=1)
        ]
        project = gcp.organizations.get_project_output(
            project_id=args.site.account, opts=pulumi.InvokeOutputOptions(parent=self)
        )
        budget = gcp.billing.Budget(
            name,
            billing_account=args.site.payer,
            display_name=f"Hubs on {name}",
            budget_filter={"projects": [pulumi.Output.concat("projects/", project.number)]},
            amount=_amount(args.usd_per_month),
            threshold_rules=[{"spend_basis": basis, "threshold_percent": share} for basis, share in THRESHOLDS],
            all_updates_rule={"monitoring_notification_channels": [channel.name for channel in channels]},
            opts=child,
        )
        self.contract_outputs = BudgetOutputs(budget_id=budget.id)
        self.register_outputs({"budget_id": budget.id})


def _amount(usd_per_month: int | None) -> gcp.billing.BudgetAmountArgsDict:
    if usd_per_month is None:
        return {"last_period_amount": True}
    return {"specified_amount": {"currency_code": "USD", "units": str(usd_per_month)}}
