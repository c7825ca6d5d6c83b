"""What a Kubernetes cluster runs beside its hubs, for all of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.model import Model, WebAddress, text


class Monitoring(Model):
    """Prometheus and Grafana in the cluster: how many people, how much memory, how full the homes."""

    enabled: bool = Field(default=True, description="Whether they run at all.", examples=[False])
    keep_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="How long measurements are kept, while the disk has room for them.",
        examples=[365],
    )
    size_gib: int = Field(
        default=20,
        ge=5,
        le=16384,
        description="Disk for measurements, in GiB. The oldest go before it is full.",
        examples=[100],
    )


class Support(Model):
    """What a Kubernetes cluster runs beside its hubs. The way in, with certificates, is always there."""

    certificate_email: (
        Annotated[str, text(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address", max_length=254)] | None
    ) = Field(
        default=None,
        description="Whom the certificate authority may write to; it asks for no address.",
        examples=["hubs@example.org"],
    )
    certificate_authority: WebAddress = Field(
        default="https://acme-v02.api.letsencrypt.org/directory",
        description="ACME directory of who signs certificates; by default Let's Encrypt.",
        examples=["https://acme-staging-v02.api.letsencrypt.org/directory"],
    )
    monitoring: Monitoring = Field(
        default=Monitoring(),
        description="Prometheus and Grafana.",
        examples=[{"keep_days": 365, "size_gib": 100}],
    )
