"""The record's entry for a question that the learner flagged, to come back to it: its name and its value.

The value is the moment at which the question was flagged, and empty once the flag is off: an entry is replaced, and
never deleted.
"""

MARK_PREFIX = "flagged:"


def mark_of(question: str) -> str:
    """The name of the entry for a question that was flagged."""
    return f"{MARK_PREFIX}{question}"


def question_of(flag: str) -> str:
    """The question to which an entry belongs."""
    return flag.removeprefix(MARK_PREFIX)
