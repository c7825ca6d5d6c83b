"""What is wrong with a file of secrets, as far as that shows without any key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from components.clouds import cloud
from deployer.config.checks.traits import NOT_HERE
from deployer.config.document import Path, path_text
from deployer.config.model_words import problems_of
from deployer.config.suggest import did_you_mean
from deployer.errors import Place, Problem
from deployer.secrets.encrypted import BOTH, ENCRYPTED, METADATA, EncryptedFile, leaves
from deployer.secrets.operators import Known
from schemas.community import Deployment
from schemas.secrets import Secrets
from schemas.stage import STAGES

Tell = Callable[..., Problem]
OTHER_KINDS = ("pgp", "hc_vault", "hckms")
READ_BY_THE_HUB = ("hub", "singleuser", "custom")
CLEAR = "THIS VALUE IS NOT ENCRYPTED: whoever can read the repository can read it"
LEAKED = "run sops encrypt --in-place on the file; if it was ever committed or sent, take another value as well"


def file_problems(file: EncryptedFile, known: Known) -> Iterator[Problem]:
    """Of the file by itself: clear values, unknown keys, who can open it."""
    tell = _teller(file)
    if file.metadata is None:
        yield tell((), f"THIS FILE IS NOT ENCRYPTED ({_many(file)} can be read by everybody)", LEAKED)
        return
    clear = [path for path, value in leaves(file.content) if not _encrypted(value)]
    for path in clear:
        yield tell(path, CLEAR, LEAKED)
    yield from _shape(file)
    yield from _openable(file, known, tell)


def community_problems(file: EncryptedFile, deployments: Mapping[str, Deployment]) -> Iterator[Problem]:
    """Of the file beside its community: what nothing asks for, and what nothing reads."""
    tell = _teller(file)
    for part in (BOTH, *STAGES):
        section = file.content.get(part)
        concerned = [deployments[stage] for stage in STAGES if stage in deployments and part in (BOTH, stage)]
        if isinstance(section, Mapping) and concerned:
            yield from _of_section(part, section, concerned, tell)


def missing_problems(
    file: EncryptedFile | None, deployments: Mapping[str, Deployment], place: Callable[[str, Path], tuple[Place, str]]
) -> Iterator[Problem]:
    """What a community's file needs and nobody gives: neither the file of secrets nor the environment can."""
    for stage, deployment in deployments.items():
        auth = deployment.hub.auth
        client = auth.client
        if client is None or client.client_secret_env is not None:
            continue
        if file is None or not file.given(stage, "client_secret"):
            where, path = place(stage, ("hub", "auth", auth.type))
            yield Problem(
                place=where,
                path=path,
                fault=f"nobody gives the secret of the sign-in service for {stage}",
                remedy=f"deployer secrets set {deployment.community} client_secret, or name an environment variable: "
                "client_secret_env",
            )


def unowned(label: str, community: str, communities: Collection[str]) -> Problem:
    """A file of secrets that belongs to no community."""
    remedy = did_you_mean(community, communities, kind="communities")
    return Problem(place=Place(label), path="", fault=f"there is no community named {community!r}", remedy=remedy)


def _shape(file: EncryptedFile) -> Iterator[Problem]:
    try:
        # Whatever stands there in clear must not come back in a message.
        Secrets.model_validate(_hidden(file.content))
    except ValidationError as error:
        yield from problems_of(error, Secrets, file.document)


def _openable(file: EncryptedFile, known: Known, tell: Tell) -> Iterator[Problem]:
    metadata = file.metadata or {}
    if metadata.get("key_groups"):
        yield tell(
            (METADATA, "key_groups"), "several groups must open it together: nobody can alone", "make it anew with one"
        )
        return
    for kind in OTHER_KINDS:
        if metadata.get(kind):
            yield tell((METADATA, kind), f"recipients of the kind {kind} are not kept in order here", "remove them")
    name = PurePath(file.label).stem  # a draft of it lies under another name
    for called, one in known.recipients.items():
        if one not in file.recipients:
            remedy = f"deployer secrets recipients sync {name}"
            yield tell((METADATA,), f"the operators' recipient {called} cannot open it", remedy)
    if known.recipients and not any(known.name_of(one) == "" for one in file.recipients):
        yield tell(
            (METADATA,),
            "only the operators can open it: the community could not leave without their help",
            f"deployer secrets recipients add {name} age1…",
            severity="warning",
        )


def _of_section(
    part: str, section: Mapping[str, Any], deployments: Collection[Deployment], tell: Tell
) -> Iterator[Problem]:
    auths = [deployment.hub.auth for deployment in deployments]
    if "client_secret" in section and not any(auth.client for auth in auths):
        fault = f"no sign-in service is asked: sign-in is {auths[0].type}"
        yield tell((part, "client_secret"), fault, "remove it", severity="warning")
    if "password" in section and not any(auth.type == "dummy" for auth in auths):
        fault = f"it has no effect: sign-in is {auths[0].type}"
        yield tell((part, "password"), fault, "remove it", severity="warning")
    values = section.get("helm_values")
    if not isinstance(values, Mapping):
        values = {}
    if values and not any(cloud(deployment.cluster.provider).charts(deployment) for deployment in deployments):
        yield tell((part, "helm_values"), "it has no effect on this machine", "write traits instead", "warning")
    for key in values:
        if key not in READ_BY_THE_HUB:
            remedy = f"the hub reads {', '.join(READ_BY_THE_HUB)} from there, and nothing else"
            yield tell((part, "helm_values", key), "the chart does not read this from a Secret", remedy)
    in_chart = _mapping(_mapping(values.get("hub")).get("config"))
    for above, traits in ((("traits",), section.get("traits")), (("helm_values", "hub", "config"), in_chart)):
        for owner, trait in NOT_HERE:
            if trait in _mapping(_mapping(traits).get(owner)):
                remedy = "remove it; deployer secrets rotate draws the hub's own keys anew"
                yield tell((part, *above, owner, trait), "this project makes it for each hub", remedy)


def _teller(file: EncryptedFile) -> Tell:
    def tell(path: Path, fault: str, remedy: str, severity: Any = "error") -> Problem:
        place = file.document.place(path)
        return Problem(place=place, path=path_text(path), fault=fault, remedy=remedy, severity=severity)

    return tell


def _encrypted(value: Any) -> bool:
    # sops leaves null and the empty text as they are: there is nothing in them.
    return value is None or value == "" or (isinstance(value, str) and ENCRYPTED.fullmatch(value) is not None)


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return value if value in (None, "") else "hidden"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _many(file: EncryptedFile) -> str:
    count = sum(1 for _ in leaves(file.content))
    return f"{count} value{'' if count == 1 else 's'}"
