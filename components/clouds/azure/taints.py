"""What AKS itself keeps other pods off its nodes with. Pure."""

from __future__ import annotations

from components.kubernetes_contract.pools import Taint

SPOT_TAINT = Taint(key="kubernetes.azure.com/scalesetpriority", value="spot")
"""On nodes that Azure may take back (MicrosoftDocs/azure-aks-docs, spot-node-pool.md)."""
