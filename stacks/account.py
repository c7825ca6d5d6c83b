"""The stack of a cloud account: what deploys need before the first one."""

from __future__ import annotations

from collections.abc import Callable

from components.account_contract import AccountArgs
from components.clouds import cloud


def account_program(name: str, args: AccountArgs) -> Callable[[], None]:
    """The Pulumi program that makes an account ready and exports its facts.

    With `protect` false, on the way to taking it away, only keys are spared.
    """

    def program() -> None:
        import pulumi

        pulumi.export("facts", cloud(args.cluster.provider).account(name, args).facts)

    return program
