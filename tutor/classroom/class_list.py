"""The list of a class: names, so that learners without a readable file have a row too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.classroom.hand_in import MAX_HAND_INS
from tutor.classroom.learners import Learner
from tutor.errors import UsageError, clip
from tutor.files import read_text, show_path
from tutor.progress.record.owner import Owner, check_label
from tutor.text.numbers import counted

MAX_LIST_BYTES = 1 << 20
MAX_FAULTS = 20
"""The most faulty lines that are named."""
NO_NAME_SIGNS = ";@"
"""What stands between the cells of a table, and in an address: not in a name."""
EXAMPLE = "Ada Lovelace <ada@school.example>"
"""A learner as one is written down."""


@dataclass(frozen=True)
class ListedLearner:
    """A learner of the list."""

    name: str
    student_id: str = ""

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return self.name.casefold()


def parse_listed(text: str, what: str) -> ListedLearner:
    """Read the name and the student_id (which may be missing) of `Ada Lovelace <ada@school.example>`.

    Raises:
        UsageError: either cannot be used, or more than a name seems to stand there, as a row of a table does; the
            message calls it `what`.
    """
    name, bracket, id = text.strip().removesuffix(">").partition("<")
    if any(sign in name for sign in NO_NAME_SIGNS):
        raise UsageError(f"{what} '{clip(name.strip(), 40)}' is more than a name; write NAME <ID>, as {EXAMPLE}")
    if bracket and not name.strip():
        raise UsageError(f"{what} has no name before <{clip(id)}>; write it as {EXAMPLE}")
    return ListedLearner(check_label(name, what), check_label(id, f"the student_id of {what}") if bracket else "")


def read_class_list(path: Path) -> list[ListedLearner]:
    """Read a file with one learner a line; empty lines, and those that begin with #, are passed over.

    Raises:
        UsageError: it cannot be read, a line is no name, or two learners have one student_id; the message names each
            such line.
    """
    found, faults = _read_lines(path)
    faults += _find_shared_ids_by_line(found)
    _refuse(path, found, faults)
    return list({(each.key, each.student_id.casefold()): each for _, each in found}.values())


def read_names(path: Path) -> list[ListedLearner]:
    """Read such a file for a roster, in which each name is there once: a line that is there again says nothing new.

    Raises:
        UsageError: the same, or a name is there with two student_ids; the message names each faulty line.
    """
    found, faults = _read_lines(path)
    if found and found[0][1].name.startswith("{"):
        raise UsageError(f"{show_path(path)}: this is a roster, and a file of names is wanted, with one learner a line")
    first: dict[str, tuple[int, ListedLearner]] = {}
    for number, each in found:
        line, before = first.setdefault(each.key, (number, each))
        if before.student_id.casefold() != each.student_id.casefold():
            faults.append(
                (number, f"{each.name} is in line {line} with another student_id; give each learner another name")
            )
    faults += _find_shared_ids_by_line(first.values())
    _refuse(path, found, faults)
    return [each for _, each in first.values()]


def find_shared_ids(listed: Iterable[ListedLearner]) -> list[tuple[int, str]]:
    """Where a learner has the student_id of an earlier one of another name: the place, and both names in words."""
    first: dict[str, ListedLearner] = {}
    found = []
    for place, each in enumerate(listed):
        if each.student_id:
            other = first.setdefault(each.student_id.casefold(), each)
            if other.key != each.key:
                words = (
                    f"{each.name} has the student_id of {other.name}, {each.student_id}; give each learner their own"
                )
                found.append((place, words))
    return found


def _find_shared_ids_by_line(listed: Iterable[tuple[int, ListedLearner]]) -> list[tuple[int, str]]:
    """The same with the numbers of lines for places."""
    lines = [*listed]
    return [(lines[place][0], words) for place, words in find_shared_ids(each for _, each in lines)]


def _read_lines(path: Path) -> tuple[list[tuple[int, ListedLearner]], list[tuple[int, str]]]:
    """The learners and the faults of a list, each with the number of its line."""
    found, faults = [], []
    for number, line in enumerate(read_text(path, MAX_LIST_BYTES).splitlines(), 1):
        if line.strip() and not line.strip().startswith("#"):
            try:
                found.append((number, parse_listed(line, "a learner")))
            except UsageError as error:
                faults.append((number, str(error)))
    return found, faults


def _refuse(path: Path, listed: Sequence[object], faults: Iterable[tuple[int, str]]) -> None:
    """Refuse a list with faulty lines, and one with too many learners or none."""
    name, listed_faults = show_path(path), sorted(faults)[:MAX_FAULTS]
    if listed_faults:
        (line, what), *more = listed_faults
        rest = [f"line {number}: {what}" for number, what in more]
        raise UsageError("; ".join((f"{name}:{line}: {what}", *rest)))
    if len(listed) > MAX_HAND_INS:
        raise UsageError(f"{name}: this names more than {MAX_HAND_INS:,} learners")
    if not listed:
        raise UsageError(f"{name}: nobody is named in it; a line names one, such as {EXAMPLE}")


def complete_class(learners: Iterable[Learner], listed: Sequence[ListedLearner]) -> tuple[list[Learner], list[str]]:
    """Join hand-ins with the class list: a row for everybody, sorted by name, and remarks on contradictions.

    A learner is matched by the student_id, or else by the name, and then gets the student_id of the list.
    """
    learners = [*learners]
    ids = {entry.student_id.casefold(): entry for entry in listed if entry.student_id}
    by_id = [ids.get(learner.owner.student_id.casefold()) for learner in learners]
    matched = {entry for entry in by_id if entry is not None}
    unmatched_by_name = {entry.key: entry for entry in listed if entry not in matched}
    listed_names = {entry.key for entry in listed}
    rows: list[Learner] = []
    not_listed: list[str] = []
    remarks: list[str] = []
    for learner, same_id in zip(learners, by_id, strict=True):
        owner = learner.owner
        same_name = None if same_id is not None else unmatched_by_name.get(owner.name.casefold())
        if same_name is not None:
            matched.add(same_name)
            remarks += _contradiction_remarks(owner, same_name)
            rows.append(_with_listed_id(learner, same_name))
            continue
        if same_id is None:
            is_namesake = owner.name.casefold() in listed_names
            not_listed.append(f"{owner.name} <{owner.student_id}>" if is_namesake else owner.name)
        rows.append(learner)
    rows += [Learner(Owner(entry.name, entry.student_id), (), ()) for entry in listed if entry not in matched]
    remarks += [f"{counted(len(not_listed), 'learner')} not on the list: {', '.join(not_listed)}"] if not_listed else []
    return sorted(rows, key=lambda row: (row.owner.name.casefold(), row.owner.student_id)), remarks


def _contradiction_remarks(owner: Owner, entry: ListedLearner) -> list[str]:
    """A remark where a learner, known by the name, gave another student_id than the list has."""
    if not (owner.student_id and entry.student_id):
        return []
    return [
        f"{owner.name} gave the student_id {owner.student_id}, and the list has {entry.student_id}: the list counts"
    ]


def _with_listed_id(learner: Learner, entry: ListedLearner) -> Learner:
    """The learner with the student_id of the list, if it has one."""
    if not entry.student_id:
        return learner
    owner = replace(learner.owner, student_id=entry.student_id)
    return replace(learner, owner=owner, given_id=learner.owner.student_id)
