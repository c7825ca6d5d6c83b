"""Who may change what: the policy's verdict on a change, the approvals it needs, and GitHub's CODEOWNERS."""

from __future__ import annotations

from deployer.review.people import Missing, missing
from deployer.review.review import review
from deployer.review.verdict import CommunityReview, FileReview, Review, Verdict

__all__ = ["CommunityReview", "FileReview", "Missing", "Review", "Verdict", "missing", "review"]
