"""Names the flags by which the record keeps that a learner flagged a question, to come back to it: one for each.

The value is the moment at which it was flagged, and empty once the flag is off: a flag of the record is replaced, and
never deleted.
"""

MARK_PREFIX = "flagged:"


def mark_of(question: str) -> str:
    """Return the name of the flag for a question that was flagged."""
    return f"{MARK_PREFIX}{question}"


def question_of(flag: str) -> str:
    """The question to which a flag belongs."""
    return flag.removeprefix(MARK_PREFIX)
