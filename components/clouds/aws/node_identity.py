"""As whom nodes act: enough to join their cluster and to pull images, and nothing else."""

from __future__ import annotations

import pulumi

from components.clouds.aws.policies import role, service_trust

POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
"""What the EKS user guide gives nodes; addresses for pods are given by a role of the network's own."""


class NodeIdentity(pulumi.ComponentResource):
    """A role that pods cannot become: the address where it is had answers a node's own processes alone."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:NodeIdentity", name, None, opts)
        made, self.grants = role(
            f"{name}-nodes", service_trust("ec2.amazonaws.com"), POLICIES, pulumi.ResourceOptions(parent=self)
        )
        self.arn = made.arn
        self.register_outputs({"arn": self.arn})
