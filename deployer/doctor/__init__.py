"""Looks this machine and this checkout over, and says what to mend."""

from deployer.doctor.examine import examine
from deployer.doctor.finding import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]
