"""Whether whoever is signed in may act on a cluster: the account must be the one that the cluster stands in."""

from __future__ import annotations

import os

from components.clouds import cloud
from components.contract import SignedIn
from deployer.errors import BadInput
from deployer.rollout.account import account_of
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import now
from deployer.rollout.subject import Subject, load_subject
from deployer.rollout.target import Target
from deployer.state.identity import Account, Identities


def require_own_state(subject: Subject) -> None:
    """See that neither the state nor the login is another's; raises BadInput, before anything is written."""
    backend = Backend(subject.target.settings)
    Identities(backend.settings, backend.files).require_own(f"deployer state adopt{subject.target.place}")
    require_own_account(subject, backend)


def require_account_of(target: Target, backend: Backend) -> None:
    """As `require_own_account`, where files may be gone: then nobody can tell."""
    try:
        subject = load_subject(target, secrets_needed=False)
    except BadInput:
        return
    require_own_account(subject, backend)


def require_own_account(subject: Subject, backend: Backend) -> None:
    """See that the signed-in account is the one of the cluster; raises BadInput, before anything is done.

    Where nobody can tell who is signed in, it goes on: the cloud's own program tells later.
    """
    identities = Identities(backend.settings, backend.files)
    noted = identities.account(subject.cluster_stack)
    stands = backend.exists(subject.cluster_stack)
    filed = account_of(subject.cluster)
    if noted and filed and stands and noted.account != filed:
        raise _another(subject, f"its file names account {filed}", noted.account)
    signed_in = who_is_signed_in(subject)
    expected = (noted.account if noted and stands else None) or filed
    if expected and signed_in.accounts and expected not in signed_in.accounts:
        whose = f" as {signed_in.who}" if signed_in.who else ""
        here = ", ".join(signed_in.accounts)
        raise _another(subject, f"whoever is signed in{whose} is in {subject.cloud.title}'s account {here}", expected)


def note_account(subject: Subject, backend: Backend) -> None:
    """Remember what a cluster stands in, as it is about to be made or changed."""
    signed_in = who_is_signed_in(subject)
    account = account_of(subject.cluster) or (signed_in.accounts[0] if len(signed_in.accounts) == 1 else None)
    identities = Identities(backend.settings, backend.files)
    before = identities.account(subject.cluster_stack)
    if account and (before is None or before.account != account):
        noted = Account(provider=subject.cluster.provider, account=account, since=now())
        identities.note(subject.cluster_stack, noted)


def who_is_signed_in(subject: Subject) -> SignedIn:
    """To the cloud of a subject's cluster; of a simulated one, as its world says."""
    world = subject.target.settings.world
    provider = subject.cluster.provider
    if world is not None:
        from providers.simulated.account import signed_in

        return SignedIn(accounts=signed_in(world, provider))
    if account_of(subject.cluster) is None:
        return cloud(provider).signed_in(subject.cluster, subject.project.root, os.environ)
    return _asked_once(provider, subject)


_answers: dict[str, SignedIn] = {}


def _asked_once(provider: str, subject: Subject) -> SignedIn:
    """Of a cloud with accounts, the answer is the same for all its clusters."""
    if provider not in _answers:
        _answers[provider] = cloud(provider).signed_in(subject.cluster, subject.project.root, os.environ)
    return _answers[provider]


def _another(subject: Subject, found: str, expected: str) -> BadInput:
    place = subject.target.place
    return BadInput(
        [],
        fault=f"{subject.cluster_stack} stands in account {expected}, and {found}",
        remedy=f"sign in to {expected}; if the state is a copy that shall act on the other one from now on: "
        f"deployer state adopt{place}",
    )
