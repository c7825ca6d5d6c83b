"""Kinds of GPUs, as nodes' labels tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from components.pool_labels import GPU_KIND

# NVIDIA's GPU feature discovery, which comes with its device plugin and its operator; Google's own label.
PRODUCTS = ("nvidia.com/gpu.product", "cloud.google.com/gke-accelerator")
UNKNOWN = "unknown"
_MAKERS = {"nvidia", "tesla", "quadro", "geforce"}
_FORM = re.compile(r"^(sxm\d*|pcie|hbm\d*e?|nvl|shared)$")


def gpu_kind(labels: Mapping[str, str]) -> str:
    """`t4`, `a100-40`, `rtx-a6000` …, as node pools name kinds; `unknown` where no label tells."""
    if GPU_KIND in labels:
        return labels[GPU_KIND]
    product = next((labels[label] for label in PRODUCTS if labels.get(label)), "")
    words = [word for word in product.lower().split("-") if word not in _MAKERS and not _FORM.match(word)]
    return "-".join(re.sub(r"^(\d+)gb$", r"\1", word) for word in words) or UNKNOWN


def is_kind(found: str, asked: str) -> bool:
    """Whether GPUs that are there are of the kind that was asked for: an `a100` may be an `a100-40`."""
    return found == asked or found.startswith(f"{asked}-") or asked.startswith(f"{found}-")
