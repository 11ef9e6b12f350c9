"""Names the texts by which the record counts the hints that were read of an exercise, outside its screen."""

HINT_PREFIX = "hint:"


def hints_prefix(lesson: str) -> str:
    """How the stored names of all exercises of a lesson begin."""
    return f"{HINT_PREFIX}{lesson}:"


def stored_hints_name(lesson: str, exercise: str) -> str:
    """The name of the stored text with the highest number of a hint that was read of `exercise` since it was passed."""
    return f"{hints_prefix(lesson)}{exercise}"
