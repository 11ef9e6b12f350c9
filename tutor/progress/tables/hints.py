"""Names the flags by which the record counts the hints that were read of an exercise, outside its screen."""

HINT_FLAG_PREFIX = "hint:"


def hints_prefix(lesson: str) -> str:
    """What the flags of all exercises of a lesson begin with."""
    return f"{HINT_FLAG_PREFIX}{lesson}:"


def hints_flag(lesson: str, exercise: str) -> str:
    """The name under which the highest number of a hint that was read of `exercise` is kept, until it is passed."""
    return f"{hints_prefix(lesson)}{exercise}"
