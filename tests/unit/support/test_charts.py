"""The lock file of charts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from components.charts import Chart, charts
from components.support import autoscaler, certificates, device_plugin, gateway, home_server

GOOD = {
    "chart": "demo",
    "version": "1.2.3",
    "repository": "oci://registry.example.org/charts",
    "digest": "unknown",
    "source": "example",
}


def test_holds_what_support_installs_and_says_where_it_was_read() -> None:
    support = {module.CHART for module in (autoscaler, certificates, device_plugin, gateway, home_server)}
    assert support | {"prometheus", "grafana"} <= set(charts())
    assert all(chart.source for chart in charts().values())


def test_a_chart_is_named_by_its_registry_or_in_its_repository() -> None:
    place = charts()["cert-manager"].found()
    assert (place.reference, place.repository) == ("oci://quay.io/jetstack/charts/cert-manager", None)
    place = charts()["grafana"].found()
    assert (place.reference, place.repository) == ("grafana", charts()["grafana"].repository)


def test_a_digest_is_known_or_said_to_be_unknown() -> None:
    assert Chart.model_validate(GOOD).digest is None
    known = "sha256:" + "0" * 64
    assert Chart.model_validate({**GOOD, "digest": known}).digest == known


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": None},
        {"digest": "0" * 64},
        {"version": "latest"},
        {"version": ">=1.2"},
        {"repository": "http://example.org/charts"},
        {"repository": "https://example.org/charts/"},
        {"colour": "blue"},
    ],
)
def test_what_could_mean_another_chart_tomorrow_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Chart.model_validate({**GOOD, **wrong})
