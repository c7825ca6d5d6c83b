"""What was changed behind the deployer's back: for a terminal, for programs, and as a comment in markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from deployer.report.console import output, print_folded, print_json
from deployer.report.errors import error_data
from deployer.report.markdown_text import cell, span

if TYPE_CHECKING:
    from deployer.state.drift import Difference, ResourceDrift, StackDrift

LONGEST_VALUE = 70
LONGEST_FAULT = 600
NOBODY_KNOWS = "the cloud does not tell by whom"
UNDO = {
    "put back": "a deploy puts it back",
    "replaced": "a deploy puts it back by REPLACING the resource",
    "made again": "a deploy makes it again",
    "left": "a deploy leaves it",
    "stops": "a deploy STOPS at it: Kubernetes keeps the field for whoever set it; set it back by hand first",
    "not known": "nobody knows what a deploy would do",
}


def show_drift(found: Sequence[StackDrift], *, place: str = "", as_json: bool, markdown: bool = False) -> None:
    """What differs, stack by stack; `place` is what commands end with."""
    if as_json:
        print_json([_data(stack) for stack in found])
    elif markdown:
        output().print("\n".join(_markdown(found, place)), markup=False)
    else:
        _text(found, place)


def _text(found: Sequence[StackDrift], place: str) -> None:
    for stack in found:
        if stack.error:
            output().print(f"{stack.stack}: could not be looked at: {stack.error.fault}", markup=False, style="red")
            continue
        if not stack.drifted:
            continue
        output().print(f"{stack.stack}:", markup=False, style="bold")
        for resource in stack.resources:
            gone = resource.gone
            print_folded(
                output(), f"  {resource.kind} {resource.name}{_gone(resource) if gone else ''}", style="yellow"
            )
            for difference in resource.differences:
                print_folded(output(), f"    {_change(difference)}")
                print_folded(output(), f"      {_whose(difference)}; {UNDO[difference.undo]}", style="dim")
        for line in stack.seen:
            print_folded(output(), f"  {line}; a deploy mends it", style="yellow")
        if stack.unforeseen:
            print_folded(output(), f"  what a deploy would do is not known: {stack.unforeseen}", style="dim")
    output().print(_summary(found), markup=False)
    for line in _remedies(found, place):
        output().print(f"  {line}", markup=False)


def _markdown(found: Sequence[StackDrift], place: str) -> Iterator[str]:
    yield f"### Drift: {_summary(found)}"
    drifted = [stack for stack in found if stack.drifted]
    if drifted:
        yield from ("", "| Stack | What | As deployed | As found | By whom | A deploy |", "| - | - | - | - | - | - |")
    for stack in drifted:
        yield from (f"| {' | '.join(cells)} |" for cells in _cells(stack))
    for stack in found:
        if stack.error:
            fault = span(stack.error.fault, LONGEST_FAULT)
            yield from ("", f"- {span(stack.stack)} could not be looked at: {fault}")
        if stack.unforeseen:
            why = span(stack.unforeseen, LONGEST_FAULT)
            yield from ("", f"- {span(stack.stack)}: what a deploy would do is not known: {why}")
    remedies = list(_remedies(found, place))
    if remedies:
        yield from ("", "```", *remedies, "```")


def _cells(stack: StackDrift) -> Iterator[Sequence[str]]:
    for resource in stack.resources:
        what = f"{resource.kind} {resource.name}"
        if resource.gone:
            yield cell(stack.stack), cell(what), "there", "**gone**", NOBODY_KNOWS, UNDO[resource.undo]
        for difference in resource.differences:
            sides = (difference.old, difference.new)
            old, new = (_value(value) if value is None else cell(_value(value)) for value in sides)
            named = cell(f"{what}: {difference.path}")
            yield cell(stack.stack), named, old, new, _whose(difference, cell), UNDO[difference.undo]
    for line in stack.seen:
        yield cell(stack.stack), "the running hub", "", cell(line), NOBODY_KNOWS, "a deploy mends it"


def _gone(resource: ResourceDrift) -> str:
    return f" is gone: {NOBODY_KNOWS}; {UNDO[resource.undo]}"


def _change(difference: Difference) -> str:
    return f"{difference.path}: {_value(difference.old)} -> {_value(difference.new)}"


def _whose(difference: Difference, shown: Callable[[str], str] = str) -> str:
    return f"by {shown(str(difference.editor))}" if difference.editor else NOBODY_KNOWS


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.replace("\n", " ")
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _summary(found: Sequence[StackDrift]) -> str:
    drifted = sum(stack.drifted for stack in found)
    unseen = sum(stack.error is not None for stack in found)
    words = f"{drifted} of {len(found)} stacks differ from what was deployed" if drifted else "no drift found"
    if not found:
        words = "nothing is deployed"
    return f"{words}; {unseen} could not be looked at" if unseen else words


def _remedies(found: Sequence[StackDrift], place: str) -> Iterator[str]:
    """A deploy leaves alone what its record says is as asked; after a refresh it knows better."""
    for stack in found:
        if stack.drifted and stack.part in ("cluster", "staging", "prod"):
            target = f"{'--cluster ' if stack.part == 'cluster' else ''}{stack.name}{place}"
            yield f"deployer refresh {target} && deployer deploy {target}"


def _data(stack: StackDrift) -> dict[str, Any]:
    return {
        "stack": stack.stack,
        "name": stack.name,
        "part": stack.part,
        "drifted": stack.drifted,
        "resources": [asdict(resource) for resource in stack.resources],
        "seen": list(stack.seen),
        "unforeseen": stack.unforeseen,
        "error": error_data(stack.error) if stack.error else None,
    }
