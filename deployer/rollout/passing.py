"""Errors that pass by themselves, and how often a stack is tried again for them.

The clouds' own words for it: Google API errors 429 and 503 and rateLimitExceeded; the AWS SDKs' retryable codes
(Throttling…, RequestLimitExceeded, ServiceUnavailable, InternalFailure); Azure's 429 TooManyRequests,
RetryableError, ServerTimeout; a Kubernetes API server's "too many requests" and "etcdserver: request timed out".
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

from deployer.errors import EngineFailed
from deployer.rollout.progress import Listener, Note

Result = TypeVar("Result")

PASSING = re.compile(
    r"\bThrottl(ing|ed)|\bbeing throttled|Rate ?(limit )?exceeded|rateLimitExceeded|RequestLimitExceeded"
    r"|Error (429|503)\b|Status=(429|503)\b|StatusCode: (429|503)\b|TooManyRequests|too many requests"
    r"|ServiceUnavailable|backendError|InternalFailure|RetryableError|ServerTimeout"
    r"|etcdserver: request timed out|TLS handshake timeout",
    re.IGNORECASE,
)
TRIES = 8
"""What was done before the error is kept, so each try has less to do than the one before."""
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0


def passes(error: EngineFailed) -> bool:
    """Whether the cloud said that it would do the very same thing later."""
    return bool(PASSING.search(error.fault))


def again_while_passing(attempt: Callable[[], Result], listen: Listener) -> Result:
    """Try, and try again after a while when the cloud only asked for time.

    Raises the last EngineFailed when that was not the fault, or the tries are used up.
    """
    wait = FIRST_WAIT_SECONDS
    left: list[str] = []
    for tried in range(1, TRIES + 1):
        try:
            return attempt()
        except EngineFailed as error:
            if error.left:
                left.append(error.left)
            if tried == TRIES or not passes(error):
                # What earlier tries did is done, too.
                error.left = "; ".join(dict.fromkeys(left))
                raise
            listen(Note(text=f"{error.fault}; that passes: trying again in {wait:.0f} s"))
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
    raise AssertionError("a try either ends well or raises")
