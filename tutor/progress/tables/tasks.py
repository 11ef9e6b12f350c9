"""Names the texts by which the record stores completed tasks, one for each task.

A task is identified by its text, not its position: editing a lesson ticks no other task, and a task whose
words or goal have changed is open again. Only what is done is kept, so in a merge done wins.
"""

TASK_PREFIX = "task:"


def stored_task_name(lesson: str, simulation: str, text: str, goal: str) -> str:
    """Return the name of the stored text for a completed task of `lesson`; `text` is its instruction, as written."""
    from hashlib import sha256  # not before a lesson has tasks: the course starts without it

    task_text = "\0".join((simulation, text, goal)).encode("utf-8")
    return f"{lesson_prefix(lesson)}{sha256(task_text).hexdigest()[:16]}"


def lesson_prefix(lesson: str) -> str:
    """How the stored names of all tasks of a lesson begin."""
    return f"{TASK_PREFIX}{lesson}:"


def lesson_of(name: str) -> str:
    """The lesson to which the task with this stored name belongs."""
    return name.removeprefix(TASK_PREFIX).rpartition(":")[0]
