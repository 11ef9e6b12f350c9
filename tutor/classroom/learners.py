"""Groups hand-ins by learner, and finds answers that two learners share."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from tutor.classroom.hand_in import HandIn
from tutor.classroom.report import Copy
from tutor.classroom.tampering import find_tampering
from tutor.classroom.times import earliest_hand_in_time, find_contradictions
from tutor.classroom.versions import Recompute, find_different_versions
from tutor.progress.record.owner import Owner
from tutor.progress.tables.attempt import CODE
from tutor.progress.tables.history import AttemptHistory
from tutor.progress.tables.resets import Reset
from tutor.quiz.sittings import Sitting
from tutor.text.numbers import counted

MAX_SHARING_LEARNERS = 20
"""If more learners than this share one answer, only the first of them are paired."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""The time by which a file that gives no time is sorted."""


class HandedIn(NamedTuple):
    """One file, as it was handed in."""

    at: datetime
    """The earliest moment at which the file can have been handed in."""
    claimed: datetime | None
    """The moment that the file gives."""
    assignment: str
    """The assignment that the file says it is for; "" if it names none."""

    def is_for(self, assignment: str) -> bool:
        """Whether the file says that it is for this assignment."""
        return self.assignment.casefold() == assignment.casefold()


@dataclass(frozen=True)
class Learner:
    """What one learner handed in, of all files together."""

    owner: Owner
    """The name and student_id in the newest file."""
    files: tuple[str, ...]
    """The newest first."""
    histories: tuple[AttemptHistory, ...]
    """The oldest first, each once."""
    handed_in_files: tuple[HandedIn, ...] = ()
    """The files that were handed in, the earliest first."""
    contradictions: tuple[str, ...] = ()
    """What the files say that cannot all be true, in words."""
    is_record: bool = False
    """Whether the newest file is the record itself, which nobody handed in."""

    sittings: tuple[Sitting, ...] = ()
    """The exams that were begun, the earliest first."""
    resets: tuple[Reset, ...] = ()
    """What was begun again with `chainrule reset`, the earliest first."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Key of an answer → the newest file that has it."""
    unlisted_id: str = ""
    """The student_id in the files, if the class list has a different one; otherwise ""."""
    changed_files: tuple[str, ...] = ()
    """The files that were changed after they were written: their digest does not match, or was removed."""

    def handed_in_for(self, assignment: str, completed: datetime | None) -> HandedIn | None:
        """The file that decides when an assignment was handed in; `None` if no file was.

        `completed` is the time of the last answer that adds to the score. The first file from that time or later
        decides; if there is none, the last file does. Where no file names the assignment, every file counts as one for
        it. Times that contradict each other prove nothing, so then the last file decides as well.
        """
        files = [file for file in self.handed_in_files if file.is_for(assignment)] or self.handed_in_files
        if not self.contradictions:
            for file in files:
                if completed is None or file.at >= completed:
                    return file
        return files[-1] if files else None

    def newest_passed(self, exercise: str) -> str | None:
        """The last solution of an exercise that was right, as the files say; `None` if none was."""
        for history in reversed(self.histories):
            attempt = history.attempt
            if attempt.kind == CODE and attempt.question == exercise and history.score == 1:
                return attempt.answer
        return None

    def own_code(self, exercise: str) -> str | None:
        """Always `None`: the regrader asks here for code of its own user, and a hand-in is somebody else's.

        So if the sandbox lacks one of its guards, the code of a hand-in is refused rather than run.
        """
        return None


def group_learners(
    hand_ins: Iterable[HandIn], now: datetime, recompute: Recompute = lambda attempt: None
) -> tuple[list[Learner], list[str]]:
    """(learners sorted by name, remarks); hand-ins with the same name and student_id belong to one learner.

    Hand-ins without a student_id join those of the same name, if only one student_id was given with it. The remarks
    name files without a name, learners with several files, and student_ids that several names share. `now` is this
    machine's time: moments in a file that lie after it are wrong.
    """
    groups: dict[tuple[str, str], list[HandIn]] = {}
    remarks = []
    for hand_in in hand_ins:
        name = hand_in.owner.name
        if not name:
            name = Path(hand_in.file).stem
            remarks.append(f"{hand_in.file} says no name; its learner is called '{name}' here")
        identity = (name.casefold(), hand_in.owner.student_id.casefold())
        groups.setdefault(identity, []).append(hand_in)
    names_without_id = [name for name, student_id in groups if not student_id]
    for name in names_without_id:
        identities_with_id = [identity for identity in groups if identity[0] == name and identity[1]]
        if len(identities_with_id) == 1:  # the same learner, before she set the id
            groups[identities_with_id[0]] += groups.pop((name, ""))
    learners = [_make_learner(group, now, recompute) for group in groups.values()]
    remarks += [
        f"{learner.owner.name} handed in {counted(len(learner.files), 'file')}, which are taken together: "
        + ", ".join(learner.files)
        for learner in learners
        if len(learner.files) > 1
    ]
    names_of_id: dict[str, list[str]] = defaultdict(list)
    for learner in learners:
        if learner.owner.student_id:
            names_of_id[learner.owner.student_id.casefold()].append(learner.owner.name)
    for student_id, names in names_of_id.items():
        if len(names) > 1:
            remarks.append(f"{', '.join(names)} have the same student_id '{student_id}'")
    return sorted(learners, key=lambda learner: (learner.owner.name.casefold(), learner.owner.student_id)), remarks


def _make_learner(hand_ins: Sequence[HandIn], now: datetime, recompute: Recompute) -> Learner:
    """Make a learner from her files; where two files have the same item, that of the newest counts."""

    def age_key(hand_in: HandIn) -> tuple[datetime, str]:
        return earliest_hand_in_time(hand_in, now) or EARLIEST, hand_in.file

    newest_first = sorted(hand_ins, key=age_key, reverse=True)
    histories: dict[str, AttemptHistory] = {}
    sources: dict[str, str] = {}
    sittings: dict[str, Sitting] = {}
    resets: dict[str, Reset] = {}
    for hand_in in newest_first:
        for history in hand_in.histories:
            histories.setdefault(history.attempt.key, history)
            sources.setdefault(history.attempt.key, hand_in.file)
        for sitting in hand_in.sittings:
            sittings.setdefault(sitting.name, sitting)
        resets |= {reset.name: reset for reset in hand_in.resets}  # the same in every file: nothing changes a reset
    newest = newest_first[0]
    owner = newest.owner
    if not owner.name:
        owner = replace(owner, name=Path(newest.file).stem)
    return Learner(
        owner,
        files=tuple(hand_in.file for hand_in in newest_first),
        histories=tuple(sorted(histories.values(), key=lambda history: history.attempt.at)),
        handed_in_files=tuple(sorted(_find_handed_in_files(newest_first, now), key=lambda file: file.at)),
        contradictions=(
            *_tampering_words(newest_first),
            *find_contradictions(newest_first, now),
            *find_different_versions(newest_first, recompute),
        ),
        is_record=newest.is_record,
        sittings=tuple(sorted(sittings.values(), key=lambda sitting: sitting.began)),
        sources=sources,
        resets=tuple(sorted(resets.values(), key=lambda reset: reset.at)),
        changed_files=tuple(hand_in.file for hand_in in newest_first if hand_in.was_changed or hand_in.lost_digest),
    )


def _tampering_words(hand_ins: Sequence[HandIn]) -> Iterator[str]:
    """Say what shows that answers were removed or rewritten; with several files, each sentence names its file."""
    has_several = len(hand_ins) > 1
    for hand_in in hand_ins:
        for words in find_tampering(hand_in):
            yield f"{hand_in.file}: {words}" if has_several else words


def _find_handed_in_files(hand_ins: Iterable[HandIn], now: datetime) -> Iterator[HandedIn]:
    """When each file was handed in, and for what; records and files without any time are left out."""
    for hand_in in hand_ins:
        at = earliest_hand_in_time(hand_in, now)
        if at is not None:
            yield HandedIn(at, hand_in.owner.at, hand_in.owner.assignment)


def find_copies(learners: Sequence[Learner]) -> list[Copy]:
    """The pairs of learners who share answers, those who share most first.

    An answer is shared if two learners have it under the same key, since a key is 128 random bits. So that changed keys
    do not hide a copy, an answer is also shared if question, seed, answer and time are the same, to the microsecond.
    A time in whole seconds is no evidence of that.
    """
    copies = []
    for (first_index, second_index), shared_keys in _find_shared_keys(learners).items():
        first, second = learners[first_index], learners[second_index]
        copy = Copy(
            learners=[first.owner.name, second.owner.name],
            files=[_find_main_file(first, shared_keys.keys()), _find_main_file(second, shared_keys.values())],
            answers=len(shared_keys),
            of=[len(first.histories), len(second.histories)],
        )
        copies.append(copy)
    return sorted(copies, key=lambda copy: (-copy.answers, copy.learners))


def _find_shared_keys(learners: Sequence[Learner]) -> dict[tuple[int, int], dict[str, str]]:
    """Indices of two learners → (key of a shared answer in the file of the first → its key in that of the second)."""
    holders: dict[object, list[tuple[int, str]]] = defaultdict(list)
    """Key or content of an answer → those who have it, each as (index of the learner, key of her answer)."""
    for index, learner in enumerate(learners):
        for history in learner.histories:
            attempt = history.attempt
            holders[attempt.key].append((index, attempt.key))
            if attempt.at.microsecond:
                content = (attempt.question, attempt.seed, attempt.answer, attempt.at)
                holders[content].append((index, attempt.key))
    shared_keys: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for holders_of_one in holders.values():
        for (first, first_key), (second, second_key) in combinations(holders_of_one[:MAX_SHARING_LEARNERS], 2):
            if first != second:
                shared_keys[first, second].setdefault(first_key, second_key)
    return shared_keys


def find_copied_files(copies: Iterable[Copy]) -> set[str]:
    """The second file of each pair that shares at least half of the answers of the smaller file.

    Leaving these out keeps answers from being counted twice. It is not known which of the two learners copied.
    """
    copied = set()
    for copy in copies:
        _, second_file = copy.files
        if 2 * copy.answers >= min(copy.of):
            copied.add(second_file)
    return copied


def _find_main_file(learner: Learner, keys: Iterable[str]) -> str:
    """The file of a learner that has most of the answers with these keys; the newest of several with equally many."""
    counts = Counter(learner.sources[key] for key in keys)
    return max(learner.files, key=lambda file: counts[file])  # the first with the most: the newest files come first
