"""Who belongs to a class: a list of names, so that learners of whom nothing can be read have a row too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.classroom.hand_in import MAX_HAND_INS
from tutor.classroom.learners import Learner
from tutor.errors import UsageError
from tutor.files import read_text, show_path
from tutor.progress.record.owner import Owner, check_label
from tutor.text.numbers import counted

MAX_LIST_BYTES = 1 << 20


@dataclass(frozen=True)
class Listed:
    """A learner of the list."""

    name: str
    student_id: str = ""

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return self.name.casefold()


def parse_listed(text: str, what: str) -> Listed:
    """Read the name and the student_id (which may be missing) of `Ada Lovelace <ada@school.example>`.

    Raises:
        UsageError: either cannot be used; the message calls it `what`.
    """
    name, bracket, id = text.strip().removesuffix(">").partition("<")
    return Listed(check_label(name, what), check_label(id, f"the student_id of {what}") if bracket else "")


def read_class_list(path: Path) -> list[Listed]:
    """Read a file with one learner a line; empty lines, and those that begin with #, are passed over.

    Raises:
        UsageError: it cannot be read, or a line is no name; the message names the line.
    """
    name = show_path(path)
    text = read_text(path, MAX_LIST_BYTES)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    found = [_parse_line(f"{name}:{number}", line) for number, line in lines if line and not line.startswith("#")]
    if len(found) > MAX_HAND_INS:
        raise UsageError(f"{name}: this names more than {MAX_HAND_INS:,} learners")
    if not found:
        raise UsageError(f"{name}: nobody is named in it; a line names one, such as Ada Lovelace <ada@school.example>")
    return list({(each.key, each.student_id.casefold()): each for each in found}.values())


def _parse_line(where: str, line: str) -> Listed:
    try:
        return parse_listed(line, "a learner")
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def complete_class(learners: Iterable[Learner], listed: Sequence[Listed]) -> tuple[list[Learner], list[str]]:
    """The learners and those of the list of whom there is nothing, by name, and remarks on what does not go together.

    A learner is known by the student_id, or else by the name. Who is known by name gets the student_id of the list.
    """
    ids = {each.student_id.casefold(): each for each in listed if each.student_id}
    by_id = [(learner, ids.get(learner.owner.student_id.casefold())) for learner in learners]
    seen = {known for _, known in by_id if known is not None}
    names = {each.key: each for each in listed if each not in seen}
    namesakes = {each.key for each in listed}
    completed, others, remarks = [], [], []
    for each, same_id in by_id:
        learner, owner = each, each.owner
        known = same_id or names.get(owner.name.casefold())
        if known is None:
            others.append(f"{owner.name} <{owner.student_id}>" if owner.name.casefold() in namesakes else owner.name)
        else:
            seen.add(known)
            given = "" if same_id is not None or not known.student_id else owner.student_id
            if given:
                remarks.append(
                    f"{owner.name} gave the student_id {given}, and the list has {known.student_id}: the list counts"
                )
            named = replace(owner, student_id=owner.student_id if same_id else known.student_id or owner.student_id)
            learner = replace(each, owner=named, given_id=given)
        completed.append(learner)
    completed += [Learner(Owner(one.name, one.student_id), (), ()) for one in listed if one not in seen]
    remarks += [f"{counted(len(others), 'learner')} not on the list: {', '.join(others)}"] if others else []
    return sorted(completed, key=lambda each: (each.owner.name.casefold(), each.owner.student_id)), remarks
