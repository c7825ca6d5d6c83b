"""Errors that pass by themselves, and how often a stack is tried again for them.

The clouds' own words for it: Google API errors 429 and 503 and rateLimitExceeded; the AWS SDKs' retryable codes
(Throttling…, RequestLimitExceeded, ServiceUnavailable, InternalFailure); Azure's 429 TooManyRequests,
RetryableError, ServerTimeout; a Kubernetes API server's "too many requests" and "etcdserver: request timed out".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from deployer.errors import EngineFailed, Interrupted
from deployer.rollout.interruption import Interruption
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
"""In a row that got nothing done. What a try did is kept and the next has less to do: those that go on do not count."""
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0


def passes(error: EngineFailed) -> bool:
    """Whether the cloud said that it would do the very same thing later."""
    return bool(PASSING.search(error.fault))


def again_while_passing(attempt: Callable[[], Result], listen: Listener, interruption: Interruption) -> Result:
    """Try, and try again after a while when the cloud only asked for time.

    Raises the last EngineFailed when that was not the fault, or the tries are used up; Interrupted while it waits.
    """
    wait, idle = FIRST_WAIT_SECONDS, 0
    left: list[str] = []
    while True:
        try:
            return attempt()
        except EngineFailed as error:
            if error.left:
                left.append(error.left)
                wait, idle = FIRST_WAIT_SECONDS, 0
            idle += 1
            # What earlier tries did is done, too.
            done = "; ".join(dict.fromkeys(left))
            if idle == TRIES or not passes(error):
                error.left = done
                raise
            listen(Note(text=f"{error.fault}; that passes: trying again in {wait:.0f} s"))
        if interruption.wait(wait):
            raise Interrupted("interrupted while a cloud was given time", left=done)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
