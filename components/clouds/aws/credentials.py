"""Who the provider would sign in to AWS as, found where it looks itself.

The places are those of "Standardized credential providers" in the AWS SDKs and Tools Reference Guide.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path

from components.contract import MissingCredentials, SignedIn

FROM_OUTSIDE = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
SIGNS_IN = ("aws_access_key_id", "sso_session", "sso_start_url", "role_arn", "credential_process", "login_session")
"""A profile with one of these has somebody to sign in as."""
MACHINE = Path("/sys/class/dmi/id/sys_vendor")


ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):")
ASKED_SECONDS = 10.0


def missing_credentials(environment: Mapping[str, str], machine: Path = MACHINE) -> MissingCredentials | None:
    """None where there are any, be they good or not; machines of AWS's may have a role."""
    if environment.get("AWS_ACCESS_KEY_ID") and environment.get("AWS_SECRET_ACCESS_KEY"):
        return None
    if any(environment.get(name) for name in FROM_OUTSIDE):
        return None
    profile = environment.get("AWS_PROFILE") or "default"
    if _signs_in(profile, environment) or (not environment.get("AWS_PROFILE") and _of_amazon(machine)):
        return None
    option = "" if profile == "default" else f" --profile {profile}"
    return MissingCredentials(
        fault=f"AWS_ACCESS_KEY_ID is not set, and no profile {profile!r} in ~/.aws tells how to sign in",
        remedy=f"sign in: aws configure sso{option} once, then aws sso login{option}",
    )


def signed_in(environment: Mapping[str, str]) -> SignedIn:
    """A role and a single sign-on name their account; of keys only AWS knows, so its own program is asked."""
    if not environment.get("AWS_ACCESS_KEY_ID"):
        told = _told(environment)
        if told is not None:
            return told
    program = shutil.which("aws", path=environment.get("PATH"))
    if program is None:
        return SignedIn()
    asked = [program, "sts", "get-caller-identity", "--output", "json"]
    try:
        done = subprocess.run(
            asked,
            env=dict(environment),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=ASKED_SECONDS,
            check=True,
        )
        answer = json.loads(done.stdout)
        return SignedIn(who=str(answer["Arn"]), accounts=(str(answer["Account"]),))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return SignedIn()  # offline, or signed in no more: whatever acts will be told in AWS's own words


def _told(environment: Mapping[str, str]) -> SignedIn | None:
    """What the environment and the profile say; None where they say nothing of an account."""
    profile = environment.get("AWS_PROFILE") or "default"
    role = environment.get("AWS_ROLE_ARN") if environment.get("AWS_WEB_IDENTITY_TOKEN_FILE") else None
    role = role or _setting(profile, "role_arn", environment)
    if role and (found := ROLE.match(role)):
        return SignedIn(who=role, accounts=(found[1],))
    account = _setting(profile, "sso_account_id", environment)
    return SignedIn(who=f"profile {profile}", accounts=(account,)) if account else None


def _setting(profile: str, option: str, environment: Mapping[str, str]) -> str | None:
    config, section = _config(profile, environment)
    parser = ConfigParser(interpolation=None, default_section="")
    try:
        parser.read(config, encoding="utf-8")
        return parser.get(section, option, fallback=None)
    except (ConfigError, UnicodeDecodeError):
        return None


def _config(profile: str, environment: Mapping[str, str]) -> tuple[Path, str]:
    """The file with a profile's settings, and the profile's section there."""
    folder = Path(environment.get("HOME", "~")).expanduser() / ".aws"
    section = "default" if profile == "default" else f"profile {profile}"
    return Path(environment.get("AWS_CONFIG_FILE") or folder / "config"), section


def _signs_in(profile: str, environment: Mapping[str, str]) -> bool:
    folder = Path(environment.get("HOME", "~")).expanduser() / ".aws"
    config, section = _config(profile, environment)
    shared = Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or folder / "credentials")
    return _has(config, section) or _has(shared, profile)


def _has(path: Path, section: str) -> bool:
    parser = ConfigParser(interpolation=None, default_section="")
    try:
        parser.read(path, encoding="utf-8")
    except (ConfigError, UnicodeDecodeError):
        return True  # its own programs say better what is wrong with it
    return parser.has_section(section) and any(parser.has_option(section, option) for option in SIGNS_IN)


def _of_amazon(machine: Path) -> bool:
    try:
        return machine.read_text(encoding="ascii", errors="replace").startswith("Amazon EC2")
    except OSError:
        return False
