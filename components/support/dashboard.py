"""One page on which an operator sees whether the hubs are well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def _servers(phase: str) -> str:
    """How many servers are in a phase, by hub."""
    servers = 'max by (namespace, pod) (kube_pod_labels{label_component="singleuser-server"})'
    phases = f'kube_pod_status_phase{{phase="{phase}"}}'
    return f"sum by (namespace) ({phases} * on (namespace, pod) group_left () {servers})"


def _share(part: str, whole: str, which: str) -> str:
    return f"{part}{{{which}}} / {whole}{{{which}}}"


# Title, unit in Grafana's spelling, what to ask Prometheus, how a line is called.
PANELS: Sequence[tuple[str, str, str, str]] = (
    ("Running servers", "short", _servers("Running"), "{{namespace}}"),
    ("Servers that wait for a node", "short", _servers("Pending"), "{{namespace}}"),
    (
        "Memory of servers",
        "bytes",
        'sum by (namespace) (container_memory_working_set_bytes{name!="", pod=~"jupyter-.*"})',
        "{{namespace}}",
    ),
    (
        "Processors used by servers",
        "short",
        'sum by (namespace) (rate(container_cpu_usage_seconds_total{name!="", pod=~"jupyter-.*"}[5m]))',
        "{{namespace}}",
    ),
    ("Nodes", "short", "sum by (label_hub_pool) (kube_node_labels)", "{{label_hub_pool}}"),
    (
        "Free space for home directories",
        "percentunit",
        _share("node_filesystem_avail_bytes", "node_filesystem_size_bytes", 'mountpoint="/shared-volume"'),
        "homes",
    ),
    (
        "Containers that were stopped for want of memory",
        "short",
        'sum by (namespace) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"})',
        "{{namespace}}",
    ),
    (
        "Disk of measurements, used",
        "percentunit",
        _share("kubelet_volume_stats_used_bytes", "kubelet_volume_stats_capacity_bytes", 'namespace="monitoring"'),
        "{{persistentvolumeclaim}}",
    ),
)
_WIDTH, _HEIGHT, _COLUMNS = 12, 8, 2


def dashboard() -> dict[str, Any]:
    """In Grafana's own form; found by its sidecar in a ConfigMap."""
    return {
        "uid": "hubs",
        "title": "Hubs",
        "timezone": "browser",
        "editable": False,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "schemaVersion": 39,
        "panels": [_panel(number, *panel) for number, panel in enumerate(PANELS)],
    }


def _panel(number: int, title: str, unit: str, question: str, line: str) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "prometheus"}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": source,
        "gridPos": {
            "x": number % _COLUMNS * _WIDTH,
            "y": number // _COLUMNS * _HEIGHT,
            "w": _WIDTH,
            "h": _HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": source, "expr": question, "legendFormat": line}],
    }
