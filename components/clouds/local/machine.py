"""The machine in a cluster's place."""

from __future__ import annotations

import pulumi

from components.clouds.local.resources import Machine
from components.contract import ClusterArgs, ClusterOutputs


class LocalMachine(pulumi.ComponentResource):
    """A folder for everything, and how much of the machine servers may be promised."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:local:Machine", name, None, opts)
        asked = args.cluster.local
        machine = Machine(
            name,
            folder=str(args.project / asked.folder / name),
            cpu=asked.cpu,
            memory_gib=asked.memory_gib,
            owner=str(args.project),
            opts=pulumi.ResourceOptions(parent=self),
        )
        facts = {
            "folder": machine.folder,
            "cpu": machine.cpu,
            "memory_gib": machine.memory_gib,
            "limits": machine.limits,
            "limits_reason": machine.limits_reason,
            "user": machine.user,
        }
        self.contract_outputs = ClusterOutputs(facts=facts)
        self.register_outputs(facts)
