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
"""Signs that no name contains: they separate the cells of a table, or belong to an e-mail address."""
EXAMPLE = "Ada Lovelace <ada@school.example>"
"""A learner as one is written down."""


@dataclass(frozen=True)
class ListedLearner:
    """A learner of the list."""

    name: str
    student_id: str = ""

    @property
    def name_key(self) -> str:
        """The name in the form in which names are compared."""
        return self.name.casefold()


def parse_listed(text: str, source: str) -> ListedLearner:
    """Read the name and the student_id (which may be missing) of `Ada Lovelace <ada@school.example>`.

    Raises:
        UsageError: either cannot be used, or the text is more than a name, such as a row of a table; the message begins
            with `source`, which says where the text is from.
    """
    name, bracket, id = text.strip().removesuffix(">").partition("<")
    if any(sign in name for sign in NO_NAME_SIGNS):
        raise UsageError(f"{source} '{clip(name.strip(), 40)}' is more than a name; write NAME <ID>, as {EXAMPLE}")
    if bracket and not name.strip():
        raise UsageError(f"{source} has no name before <{clip(id)}>; write it as {EXAMPLE}")
    checked_name = check_label(name, source)
    return ListedLearner(checked_name, check_label(id, f"the student_id of {source}") if bracket else "")


def read_class_list(path: Path) -> list[ListedLearner]:
    """Read a file with one learner a line; empty lines, and those that begin with #, are passed over.

    Raises:
        UsageError: it cannot be read, a line is no name, or two learners have one student_id; the message names each
            such line.
    """
    numbered_learners, faults = _read_lines(path)
    faults += _find_shared_ids_by_line(numbered_learners)
    _refuse_faulty(path, numbered_learners, faults)
    learners: dict[tuple[str, str], ListedLearner] = {}  # name and student_id → the learner, so that each is there once
    for _, learner in numbered_learners:
        learners[learner.name_key, learner.student_id.casefold()] = learner
    return list(learners.values())


def read_names(path: Path) -> list[ListedLearner]:
    """Read a file of learners for a roster, one in each line; repeated lines are ignored.

    Raises:
        UsageError: it cannot be read, a line is no name, two learners have one student_id, or a name is there with two
            student_ids, since a roster knows learners by their names alone; the message names each faulty line.
    """
    numbered_learners, faults = _read_lines(path)
    names = [learner.name for _, learner in numbered_learners]
    if names and names[0].startswith("{"):  # a roster is a JSON object
        raise UsageError(f"{show_path(path)}: this is a roster, and a file of names is wanted, with one learner a line")
    first_of_name: dict[str, tuple[int, ListedLearner]] = {}
    for number, learner in numbered_learners:
        first_number, first = first_of_name.setdefault(learner.name_key, (number, learner))
        if first.student_id.casefold() != learner.student_id.casefold():
            fault = f"{learner.name} is in line {first_number} with another student_id; give each learner another name"
            faults.append((number, fault))
    faults += _find_shared_ids_by_line(first_of_name.values())
    _refuse_faulty(path, numbered_learners, faults)
    return [learner for _, learner in first_of_name.values()]


def find_shared_ids(listed: Iterable[ListedLearner]) -> list[tuple[int, str]]:
    """(index, fault) for each learner who has the student_id of an earlier one of another name."""
    first_of_id: dict[str, ListedLearner] = {}
    faults = []
    for index, learner in enumerate(listed):
        if not learner.student_id:
            continue
        first = first_of_id.setdefault(learner.student_id.casefold(), learner)
        if first.name_key != learner.name_key:
            shared = f"{learner.name} has the student_id of {first.name}, {learner.student_id}"
            faults.append((index, f"{shared}; give each learner their own"))
    return faults


def _find_shared_ids_by_line(listed: Iterable[tuple[int, ListedLearner]]) -> list[tuple[int, str]]:
    """(line, fault) for each shared student_id, of learners with the numbers of their lines."""
    numbers, learners = [], []
    for number, learner in listed:
        numbers.append(number)
        learners.append(learner)
    return [(numbers[index], fault) for index, fault in find_shared_ids(learners)]


def _read_lines(path: Path) -> tuple[list[tuple[int, ListedLearner]], list[tuple[int, str]]]:
    """The learners and the faults of a list, each as (number of its line, learner or fault)."""
    learners, faults = [], []
    for number, line in enumerate(read_text(path, MAX_LIST_BYTES).splitlines(), 1):
        is_comment = line.strip().startswith("#")
        if line.strip() and not is_comment:
            try:
                learners.append((number, parse_listed(line, "a learner")))
            except UsageError as error:
                faults.append((number, str(error)))
    return learners, faults


def _refuse_faulty(path: Path, listed: Sequence[object], faults: Iterable[tuple[int, str]]) -> None:
    """Raise `UsageError` for a list with faulty lines, given as (line, fault), with too many learners, or with none."""
    name = show_path(path)
    named_faults = sorted(faults)[:MAX_FAULTS]
    if named_faults:
        (first_line, first_fault), *others = named_faults  # only the first fault is preceded by the file's name
        messages = [f"{name}:{first_line}: {first_fault}", *(f"line {line}: {fault}" for line, fault in others)]
        raise UsageError("; ".join(messages))
    if len(listed) > MAX_HAND_INS:
        raise UsageError(f"{name}: this names more than {MAX_HAND_INS:,} learners")
    if not listed:
        raise UsageError(f"{name}: nobody is named in it; a line names one, such as {EXAMPLE}")


def complete_class(learners: Iterable[Learner], listed: Sequence[ListedLearner]) -> tuple[list[Learner], list[str]]:
    """Join hand-ins with the class list: a row for everybody, sorted by name, and remarks on contradictions.

    A learner is matched with an entry of the list by student_id, or else by name, and then gets the entry's
    student_id.
    """
    learners = [*learners]
    entries_by_id = {entry.student_id.casefold(): entry for entry in listed if entry.student_id}
    entries_of_same_id = [entries_by_id.get(learner.owner.student_id.casefold()) for learner in learners]
    matched = {entry for entry in entries_of_same_id if entry is not None}
    # Names are looked up only among the entries that no student_id has matched: two learners may have one name.
    unmatched_by_name = {entry.name_key: entry for entry in listed if entry not in matched}
    listed_names = {entry.name_key for entry in listed}
    rows: list[Learner] = []
    not_listed: list[str] = []
    remarks: list[str] = []
    for learner, same_id in zip(learners, entries_of_same_id, strict=True):
        owner = learner.owner
        same_name = None if same_id is not None else unmatched_by_name.get(owner.name.casefold())
        if same_name is not None:
            matched.add(same_name)
            remarks += _contradiction_remarks(owner, same_name)
            rows.append(_with_listed_id(learner, same_name))
            continue
        if same_id is None:
            is_namesake = owner.name.casefold() in listed_names  # then the name alone would not say who is meant
            not_listed.append(f"{owner.name} <{owner.student_id}>" if is_namesake else owner.name)
        rows.append(learner)
    rows += [Learner(Owner(entry.name, entry.student_id), (), ()) for entry in listed if entry not in matched]
    remarks += [f"{counted(len(not_listed), 'learner')} not on the list: {', '.join(not_listed)}"] if not_listed else []
    return sorted(rows, key=lambda row: (row.owner.name.casefold(), row.owner.student_id)), remarks


def _contradiction_remarks(owner: Owner, entry: ListedLearner) -> list[str]:
    """A remark if a learner who was matched by name gave another student_id than the list has; otherwise none."""
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
    return replace(learner, owner=owner, unlisted_id=learner.owner.student_id)
