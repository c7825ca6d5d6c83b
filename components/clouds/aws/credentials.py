"""Who the provider would sign in to AWS as, found where it looks itself.

The places are those of "Standardized credential providers" in the AWS SDKs and Tools Reference Guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path

from components.contract import MissingCredentials

FROM_OUTSIDE = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
SIGNS_IN = ("aws_access_key_id", "sso_session", "sso_start_url", "role_arn", "credential_process", "login_session")
"""A profile with one of these has somebody to sign in as."""
MACHINE = Path("/sys/class/dmi/id/sys_vendor")


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


def _signs_in(profile: str, environment: Mapping[str, str]) -> bool:
    folder = Path(environment.get("HOME", "~")).expanduser() / ".aws"
    config = Path(environment.get("AWS_CONFIG_FILE") or folder / "config")
    shared = Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or folder / "credentials")
    section = "default" if profile == "default" else f"profile {profile}"
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
