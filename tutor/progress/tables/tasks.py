"""Names the texts by which the record stores completed tasks, one for each task.

A task is identified by its text, not by its position: editing a lesson never ticks another task, and a task whose text
or goal has changed is open again. Only done tasks are stored, so after a merge a task is done if either record had it.
"""

TASK_PREFIX = "task:"


def stored_task_name(lesson: str, simulation: str, text: str, goal: str) -> str:
    """Return the name of the stored text for a completed task of `lesson`; `text` is its instruction, as written."""
    from hashlib import sha256  # imported here, since starting the course does not need it

    task_text = "\0".join((simulation, text, goal)).encode("utf-8")
    return f"{lesson_prefix(lesson)}{sha256(task_text).hexdigest()[:16]}"


def lesson_prefix(lesson: str) -> str:
    """How the stored names of all tasks of a lesson begin."""
    return f"{TASK_PREFIX}{lesson}:"


def lesson_of(name: str) -> str:
    """The lesson to which the task with this stored name belongs."""
    return name.removeprefix(TASK_PREFIX).rpartition(":")[0]
