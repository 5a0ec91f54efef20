"""The result of one check."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How grave it is."""

    OK = "ok"
    WARN = "warn"  # the portal works, with a limit that is named
    FAIL = "fail"  # something that the portal promises does not hold


@dataclass(frozen=True)
class Finding:
    """What a check found out, in one sentence, and what mends it (empty where nothing is to be mended)."""

    name: str
    status: Status
    detail: str
    remedy: str = ""

    @property
    def is_ok(self) -> bool:
        """Tell whether nothing has to be done."""
        return self.status is Status.OK


def good(name: str, detail: str) -> Finding:
    """Report that a check found nothing to mend."""
    return Finding(name, Status.OK, detail)


def limited(name: str, detail: str, remedy: str) -> Finding:
    """Report something that the portal can live with."""
    return Finding(name, Status.WARN, detail, remedy)


def broken(name: str, detail: str, remedy: str) -> Finding:
    """Report something that keeps the portal from doing its work."""
    return Finding(name, Status.FAIL, detail, remedy)
