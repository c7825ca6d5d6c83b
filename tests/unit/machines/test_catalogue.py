"""What the data files promise about themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

import components.clouds
from components.clouds import providers
from components.machines.catalogue import read_catalogue
from components.machines.names import UnavailableError
from components.machines.offers import clouds, offer


def test_three_clouds_rent_out_machines_and_none_of_them_is_deployable_by_that_alone() -> None:
    assert {"aws", "azure", "gcp"} <= set(clouds())
    for folder in components.clouds.__path__:
        built = {path.parent.name for path in Path(folder).glob("*/cloud.py")}
        assert set(providers()) == built


@pytest.mark.parametrize("cloud", clouds())
def test_names_sort_families_and_prices_grow_with_size(cloud: str) -> None:
    """A typing error in a price shows where a larger machine of the same family is cheaper."""
    families: dict[object, list[tuple[float, float]]] = {}
    for name, machine in offer(cloud).catalogue.machine_types.items():
        if machine.on_demand:
            letters = "".join(letter for letter in name if not letter.isdigit())
            family = letters, machine.gpu, machine.memory_gib / machine.cpu
            families.setdefault(family, []).append((machine.cpu, machine.on_demand.usd_per_hour))
    for members, sizes in families.items():
        prices = [price for _, price in sorted(sizes)]
        assert prices == sorted(prices), members


def test_an_empty_price_is_refused_and_unknown_is_said(tmp_path: Path) -> None:
    text = (Path(components.clouds.__path__[0]) / "gcp/machine_types.yaml").read_text()
    price = "on_demand: 0.134"  # of e2-standard-4 alone
    assert text.count(price) == 1
    file = tmp_path / "machine_types.yaml"
    file.write_text(text.replace(price, "on_demand: unknown"))
    assert read_catalogue(file).machine_types["e2-standard-4"].on_demand is None
    file.write_text(text.replace(price, "on_demand: "))
    with pytest.raises(ValidationError, match="write a figure, or: unknown"):
        read_catalogue(file)
    file.write_text(text.replace(f"{price}, ", ""))
    with pytest.raises(ValidationError, match="Field required"):
        read_catalogue(file)


def test_an_unknown_cloud_names_those_there_are() -> None:
    with pytest.raises(UnavailableError, match=r"did you mean 'gcp'\? \(clouds: aws, azure, gcp\)"):
        offer("gpc")
