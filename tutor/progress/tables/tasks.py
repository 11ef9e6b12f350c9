"""Names the flags by which the record stores completed tasks, one flag for each task.

A task is identified by its text, not its position: editing a lesson ticks no other task, and a task whose
words or goal have changed is open again. Only what is done is kept, so in a merge done wins.
"""

TASK_FLAG_PREFIX = "task:"


def task_flag(lesson: str, simulation: str, text: str, goal: str) -> str:
    """Return the name of the flag for a completed task of `lesson`; `text` is its instruction, as written."""
    from hashlib import sha256  # not before a lesson has tasks: the course starts without it

    task_text = "\0".join((simulation, text, goal)).encode("utf-8")
    return f"{lesson_prefix(lesson)}{sha256(task_text).hexdigest()[:16]}"


def lesson_prefix(lesson: str) -> str:
    """What the flags of all tasks of a lesson begin with."""
    return f"{TASK_FLAG_PREFIX}{lesson}:"


def lesson_of(flag: str) -> str:
    """The lesson to which the task of a flag belongs."""
    return flag.removeprefix(TASK_FLAG_PREFIX).rpartition(":")[0]
