"""Names the texts by which the record counts the hints that were read of an exercise, outside its screen."""

HINT_PREFIX = "hint:"


def hints_prefix(lesson: str) -> str:
    """What the names of all exercises of a lesson begin with."""
    return f"{HINT_PREFIX}{lesson}:"


def stored_hints_name(lesson: str, exercise: str) -> str:
    """The name under which the highest number of a hint that was read of `exercise` is kept, until it is passed."""
    return f"{hints_prefix(lesson)}{exercise}"
