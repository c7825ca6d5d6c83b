"""What the doctor found, for people and programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deployer.doctor import Finding, Verdict
from deployer.report.console import output, print_json

STYLES = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAULT: "bold red"}


def show_findings(findings: Iterable[Finding], *, as_json: bool) -> int:
    """Print each finding as it comes, then a summary; returns how many are faults."""
    seen: list[Finding] = []
    for finding in findings:
        seen.append(finding)
        if not as_json:
            _print(finding)
    counts = {verdict: sum(finding.verdict is verdict for finding in seen) for verdict in Verdict}
    if as_json:
        print_json([_data(finding) for finding in seen])
    else:
        faults, warnings = counts[Verdict.FAULT], counts[Verdict.WARNING]
        said = f"{faults} to mend, {warnings} to know of" if faults or warnings else "all is well"
        output().print(f"\n{len(seen)} looked at: {said}", style="bold", markup=False)
    return counts[Verdict.FAULT]


def _print(finding: Finding) -> None:
    from rich.text import Text

    line = Text.assemble((f"{finding.verdict:7}", STYLES[finding.verdict]), f"  {finding.subject}: {finding.said}")
    output().print(line)
    if finding.remedy:
        output().print(f"{'':9}{finding.remedy}", markup=False)


def _data(finding: Finding) -> dict[str, Any]:
    return {
        "subject": finding.subject,
        "verdict": str(finding.verdict),
        "said": finding.said,
        "remedy": finding.remedy,
    }
