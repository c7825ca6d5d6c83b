"""What must be there before a fleet's rollout begins: once for all, not once for each."""

from __future__ import annotations

from deployer.errors import BadInput, DeployerError
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.passphrase import find_passphrase
from deployer.rollout.fleet.survey import Survey
from deployer.rollout.interruption import Interruption
from deployer.rollout.opening import open_engine, require_credentials
from deployer.rollout.progress import Listener, Note
from deployer.rollout.subject import Subject


def unready(seen: Survey) -> dict[str, DeployerError]:
    """Communities in clouds that nobody is signed in to, each with how to sign in, by name."""
    found: dict[str, DeployerError] = {}
    missing: dict[str, BadInput | None] = {}
    for name, subject in seen.communities.items():
        provider = subject.cluster.provider
        if provider not in missing:
            missing[provider] = None if subject.target.simulated else _missing(provider)
        error = missing[provider]
        if error is not None:
            found[name] = error
    return found


def prepare(subject: Subject, interruption: Interruption, listen: Listener) -> None:
    """Install tools, and make the state's passphrase where there is none: two at once would ask for them, too.

    Raises ToolMissing, DeployerError, EngineFailed where the state cannot be written.
    """
    open_engine(subject.target, tools=subject.cloud.tools, interruption=interruption, listen=listen)
    settings = subject.target.settings
    backend = Backend(settings)
    backend.files.prepare()
    backend.files.make_sure_of_room()
    made = find_passphrase(settings).made
    if made:
        listen(Note(text=f"made a passphrase for the secrets in the state: {made}; keep a copy"))


def _missing(provider: str) -> BadInput | None:
    try:
        require_credentials(provider)
    except BadInput as error:
        return error
    return None
