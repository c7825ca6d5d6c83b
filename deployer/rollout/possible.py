"""What cannot be asked of a cloud at all, or not of the cluster that stands: said before anything is touched."""

from __future__ import annotations

from deployer.errors import BadInput, EngineFailed
from deployer.rollout.account import account_facts
from deployer.rollout.installed import require_installed
from deployer.rollout.ledger import Ledger
from deployer.rollout.subject import Subject


def refuse_impossible(subject: Subject, ledger: Ledger) -> None:
    """Raises BadInput where there is nothing to simulate, nobody to let in, or an impossible edit.

    Raises DeployerError where the cloud's packages are not installed.
    """
    if subject.target.simulated:
        _refuse_without_stand_in(subject)
    require_installed(subject.cloud)
    _refuse_without_deployer(subject, ledger)
    record = ledger.read(subject.cluster_stack)
    refusals = subject.cloud.change_refusals(record.facts if record else {}, subject.cluster)
    problems = subject.problems(refusals)
    if problems:
        raise BadInput(problems, fault=f"{subject.cluster_name} cannot be changed like that")


def refuse_unfit(subject: Subject) -> None:
    """Look at a cluster that somebody else made, and raise BadInput for what it cannot give of what the file asks for.

    Raises EngineFailed where it cannot be reached. Nothing is looked at where the deploy itself makes the cluster.
    """
    if subject.target.simulated:
        return
    from components.survey.errors import ClusterUnseenError

    try:
        kubeconfig = subject.cloud.kubeconfig(subject.cluster, subject.project.root, {})
        if kubeconfig is None:
            return
        from components.survey.survey import survey

        problems = subject.problems(subject.cloud.unfit(subject.cluster, survey(kubeconfig)))
    except ClusterUnseenError as error:
        raise EngineFailed(
            f"{subject.cluster_name}: {error.fault}", left="nothing was changed", remedy=error.remedy
        ) from None
    if problems:
        raise BadInput(problems, fault=f"{subject.cluster_name} cannot give all that its file asks for")


def _refuse_without_stand_in(subject: Subject) -> None:
    if not subject.cloud.has_stand_in:
        raise BadInput(
            [],
            fault=f"{subject.name} cannot be simulated: provider {subject.cluster.provider} has no stand-in",
            remedy="leave out --simulate",
        )


def _refuse_without_deployer(subject: Subject, ledger: Ledger) -> None:
    """Clouds let nobody into a cluster who is not there."""
    if subject.cluster.github is not None and not account_facts(ledger, subject.cluster).get("ci"):
        raise BadInput(
            [],
            fault=f"{subject.cluster_name} lets workflows deploy (github), and its account has no identity for them",
            remedy=f"deployer bootstrap {subject.cluster_name}{subject.target.place} makes it",
        )
