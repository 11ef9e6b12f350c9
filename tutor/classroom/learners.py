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
"""Of one answer that many have, no more pairs are made than of this many."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Where files are sorted by time: stands for the time of one that gives none."""


class HandedIn(NamedTuple):
    """One file, as it was handed in."""

    at: datetime
    """The earliest moment at which that can have been."""
    claimed: datetime | None
    """The moment that the file gives."""
    assignment: str
    """What it was handed in for; "" when it does not say."""

    def is_for(self, assignment: str) -> bool:
        """Whether it says that it is for this assignment."""
        return self.assignment.casefold() == assignment.casefold()


@dataclass(frozen=True)
class Learner:
    """What one learner handed in, of all files together."""

    owner: Owner
    """As the newest file says."""
    files: tuple[str, ...]
    """The newest first."""
    histories: tuple[AttemptHistory, ...]
    """The oldest first, each once."""
    handed_in: tuple[HandedIn, ...] = ()
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
    given_id: str = ""
    """The student_id that the files give, where the list of the class has another."""
    changed_files: tuple[str, ...] = ()
    """Those that were changed after they were written: the digest is not theirs, or was taken out."""

    def handed_in_for(self, assignment: str, completed: datetime | None) -> HandedIn | None:
        """The file that decides when an assignment was handed in; `None` if no file was.

        It is the first that was written once all was done, at or after `completed` (when the last answer came that
        adds to the score), or else the last. Where no file names the assignment, any may be for it. The times in files
        that contradict each other prove nothing, so of those it is the last.
        """
        files = [file for file in self.handed_in if file.is_for(assignment)] or self.handed_in
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
        """Always `None`: the regrader asks here for code that its user wrote herself, and a hand-in is somebody else's.

        So where a guard of the sandbox is missing, the code of a hand-in is refused rather than run.
        """
        return None


def group_learners(
    hand_ins: Iterable[HandIn], now: datetime, recompute: Recompute = lambda attempt: None
) -> tuple[list[Learner], list[str]]:
    """The learners by name, and remarks about files without a name, several of one name, or two names with one id.

    `now` is this machine's time, which no file can be later than.
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
        if len(identities_with_id) == 1:  # the same learner, before the id was set
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
    """One learner from the files that are hers; of what two of them have, the newest counts."""

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
        handed_in=tuple(sorted(_find_handed_in(newest_first, now), key=lambda handed_in: handed_in.at)),
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
    """What shows that answers were removed or rewritten; of several files, after the name of the file."""
    has_several = len(hand_ins) > 1
    for hand_in in hand_ins:
        for words in find_tampering(hand_in):
            yield f"{hand_in.file}: {words}" if has_several else words


def _find_handed_in(hand_ins: Iterable[HandIn], now: datetime) -> Iterator[HandedIn]:
    """When each file was handed in, and for what; without those that do not say, and records."""
    for hand_in in hand_ins:
        at = earliest_hand_in_time(hand_in, now)
        if at is not None:
            yield HandedIn(at, hand_in.owner.at, hand_in.owner.assignment)


def find_copies(learners: Sequence[Learner]) -> list[Copy]:
    """The pairs of learners who share answers, those who share most first.

    An answer is shared when its key is: each is 128 random bits. So that changed keys do not hide a copy, it is shared
    too when question, numbers, answer and moment are, to the microsecond; moments in whole seconds show nothing.
    """
    # What makes an answer the same → the learners who have it, each as (index, key of the answer in her file).
    owners: dict[object, list[tuple[int, str]]] = defaultdict(list)
    for index, learner in enumerate(learners):
        for history in learner.histories:
            attempt = history.attempt
            owners[attempt.key].append((index, attempt.key))
            if attempt.at.microsecond:
                content = (attempt.question, attempt.seed, attempt.answer, attempt.at)
                owners[content].append((index, attempt.key))
    # Two learners → the keys of the answers that they share, in the file of the first → in that of the second.
    shared_keys: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for sharing in owners.values():
        for (first, first_key), (second, second_key) in combinations(sharing[:MAX_SHARING_LEARNERS], 2):
            if first != second:
                shared_keys[first, second].setdefault(first_key, second_key)
    copies = []
    for (first, second), keys in shared_keys.items():
        one, other = learners[first], learners[second]
        copy = Copy(
            learners=[one.owner.name, other.owner.name],
            files=[_find_main_file(one, keys), _find_main_file(other, keys.values())],
            answers=len(keys),
            of=[len(one.histories), len(other.histories)],
        )
        copies.append(copy)
    return sorted(copies, key=lambda copy: (-copy.answers, copy.learners))


def find_copied_files(copies: Iterable[Copy]) -> set[str]:
    """The files that say nothing new: where two learners share at least half of the answers of either, the second's.

    Which of the two copied is not known; one of the files is enough, so that no answers are counted twice.
    """
    return {copy.files[1] for copy in copies if 2 * copy.answers >= min(copy.of)}


def _find_main_file(learner: Learner, keys: Iterable[str]) -> str:
    """The file of a learner that has most of the answers with these keys; of several the newest."""
    counts = Counter(learner.sources[key] for key in keys)
    return max(learner.files, key=lambda file: counts[file])  # the first with the most: the newest files come first
