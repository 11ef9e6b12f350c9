"""How the record stores that the learner flagged a question, to come back to it.

The stored text is the moment at which the question was flagged, and empty once the flag is off: a text is replaced,
and never deleted.
"""

FLAGGED_PREFIX = "flagged:"


def flagged_name(question: str) -> str:
    """The name under which it is stored that a question was flagged."""
    return f"{FLAGGED_PREFIX}{question}"


def question_of(name: str) -> str:
    """The question to which a name made by `flagged_name` belongs."""
    return name.removeprefix(FLAGGED_PREFIX)
