"""What can become of a case."""

from enum import StrEnum


class Status(StrEnum):
    """The verdict of a case."""

    PASSED = "passed"
    FAILED = "failed"
    DECLINED = "declined"
    ERROR = "error"
    CRASHED = "crashed"
    TIMEOUT = "timeout"

    @property
    def is_failure(self) -> bool:
        """Whether a plugin with such a case does not conform."""
        return self not in (Status.PASSED, Status.DECLINED)
