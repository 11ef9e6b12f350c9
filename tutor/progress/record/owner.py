"""The owner of an exported record, and what it is handed in for, as its first line says."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tutor.characters import visible
from tutor.errors import UsageError

MAX_OWNER_LENGTH = 100
"""The most characters of a name, of a student_id, and of an assignment's title."""


@dataclass(frozen=True)
class Owner:
    """The owner of a record; texts that are not known are empty."""

    name: str = ""
    student_id: str = ""
    """The e-mail address, login or number by which a gradebook knows the learner."""
    assignment: str = ""
    """The assignment that the record is handed in for."""
    at: datetime | None = None
    """When it was handed in."""

    def first_line_keys(self) -> dict[str, str]:
        """The keys for the first line of an export, without empty ones."""
        at = "" if self.at is None else self.at.astimezone(UTC).isoformat()
        values = {"owner": self.name, "student_id": self.student_id, "assignment": self.assignment, "handed_in": at}
        return {key: value for key, value in values.items() if value}


def check_label(text: str, what: str) -> str:
    """The typed label, with single blanks between its words; `what` is its name in messages.

    Raises:
        UsageError: it is empty, too long, or has invisible characters.
    """
    text = " ".join(text.split())
    if not text or visible(text) != text:
        raise UsageError(f"{what} is one line of text, such as 'Ada Lovelace'")
    if len(text) > MAX_OWNER_LENGTH:
        raise UsageError(f"{what} may have {MAX_OWNER_LENGTH} characters, not {len(text):,}")
    return text
