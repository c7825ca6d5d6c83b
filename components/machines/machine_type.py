"""One machine type of a cloud."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from components.machines.record import OrUnknown, Record

Arch = Literal["amd64", "arm64"]


class Gpu(Record):
    """Graphics processors of one machine, under a name no cloud owns."""

    kind: str = Field(pattern=r"^[a-z][a-z0-9]*(-[0-9]+)?$")
    """`t4`, `l4`, `a10`, `a100-40`, `a100-80`, `h100-80` …: the model, and its memory in GB where there are several."""
    count: int = Field(ge=1, le=16)
    attached: bool = False
    """True where the machine type has none of its own and they are asked for beside it."""

    def __str__(self) -> str:
        return f"{self.count} x {self.kind}" if self.count > 1 else self.kind


class Price(Record):
    """USD per hour: one figure, or the lowest and highest where zones differ."""

    low: float = Field(ge=0)
    high: float = Field(ge=0)

    @model_validator(mode="before")
    @classmethod
    def _figure_or_range(cls, value: Any) -> Any:
        if isinstance(value, list) and len(value) == 2:
            return {"low": value[0], "high": value[1]}
        return {"low": value, "high": value} if isinstance(value, int | float) else value

    @property
    def usd_per_hour(self) -> float:
        """What to reckon with: the highest."""
        return self.high

    def __str__(self) -> str:
        return f"{self.high:.3f}" if self.low == self.high else f"{self.low:.3f}-{self.high:.3f}"


class MachineType(Record):
    """What a machine is, as its cloud's documents say. Cores are vCPUs."""

    name: str
    cpu: int = Field(ge=1)
    memory_gib: float = Field(gt=0)
    gpu: Gpu | None = None
    arch: Arch = "amd64"
    max_pods: int | None = Field(default=None, ge=1)
    """Pods that the network can give an address, where that differs from machine to machine."""
    on_demand: Annotated[Price | None, OrUnknown]
    spot: Annotated[Price | None, OrUnknown]
    needs: tuple[Literal["hyperdisk"], ...] = ()
    """What must be chosen along with it."""
    note: str = ""

    def price(self, *, spot: bool = False) -> Price | None:
        """USD per hour, or None when nobody found out."""
        return self.spot if spot else self.on_demand
