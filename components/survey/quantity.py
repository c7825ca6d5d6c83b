"""Amounts as Kubernetes writes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from components.machines.capacity import Capacity

GPU = "nvidia.com/gpu"
# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
_BINARY: Mapping[str, int | Decimal] = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL: Mapping[str, int | Decimal] = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "E": 10**18,
}


def amount(written: Any) -> Decimal:
    """`3920m`, `13Gi`, `2`, `1e3` … as a number; in bytes where it is memory."""
    text = str(written)
    for suffix, factor in (*_BINARY.items(), *_DECIMAL.items()):
        if text.endswith(suffix):
            return Decimal(text.removesuffix(suffix)) * factor
    return Decimal(text)


def capacity(written: Mapping[str, Any]) -> Capacity:
    """Of a node's allocatable, or of a container's requests."""
    return Capacity(
        millicores=int(amount(written.get("cpu", 0)) * 1000),
        memory_bytes=int(amount(written.get("memory", 0))),
        gpu=int(amount(written.get(GPU, 0))),
        pods=int(amount(written.get("pods", 0))),
    )
