"""Groups hand-ins by learner, and finds answers that two learners share."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
        """The first file written at or after `completed`, when the last counting answer came; else the last file.

        Where no file names the assignment, any may be for it. Of files that contradict each other it is the last.
        """
        own = [each for each in self.handed_in if each.is_for(assignment)] or self.handed_in
        whole = (each for each in own if not self.contradictions and (completed is None or each.at >= completed))
        return next(whole, own[-1] if own else None)

    def newest_passed(self, exercise: str) -> str | None:
        """The last solution of an exercise that was right, as the files say."""
        passed = (
            each.attempt.answer
            for each in reversed(self.histories)
            if each.attempt.kind == CODE and each.attempt.question == exercise and each.score == 1
        )
        return next(passed, None)

    def own_code(self, exercise: str) -> str | None:
        """Nothing: whatever is handed in is another's code."""
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
    for name, id in [each for each in groups if not each[1]]:
        named = [each for each in groups if each[0] == name and each[1]]
        if len(named) == 1:  # the same learner, before the id was set
            groups[named[0]] += groups.pop((name, id))
    learners = [_make_learner(files, now, recompute) for files in groups.values()]
    remarks += [
        f"{each.owner.name} handed in {counted(len(each.files), 'file')}, which are taken together: "
        + ", ".join(each.files)
        for each in learners
        if len(each.files) > 1
    ]
    ids = Counter(each.owner.student_id.casefold() for each in learners if each.owner.student_id)
    for id in (id for id, count in ids.items() if count > 1):
        names = ", ".join(each.owner.name for each in learners if each.owner.student_id.casefold() == id)
        remarks.append(f"{names} have the same student_id '{id}'")
    return sorted(learners, key=lambda each: (each.owner.name.casefold(), each.owner.student_id)), remarks


def _make_learner(files: Sequence[HandIn], now: datetime, recompute: Recompute) -> Learner:
    """One learner from the files that are hers; of what two of them have, the newest counts."""
    newest_first = sorted(
        files, key=lambda each: (earliest_hand_in_time(each, now) or EARLIEST, each.file), reverse=True
    )
    histories: dict[str, AttemptHistory] = {}
    sources: dict[str, str] = {}
    sittings: dict[str, Sitting] = {}
    resets: dict[str, Reset] = {}
    for hand_in in newest_first:
        for each in hand_in.histories:
            histories.setdefault(each.attempt.key, each)
            sources.setdefault(each.attempt.key, hand_in.file)
        for sitting in hand_in.sittings:
            sittings.setdefault(sitting.name, sitting)
        resets |= {reset.name: reset for reset in hand_in.resets}
    owner = newest_first[0].owner
    named = (
        owner if owner.name else Owner(Path(newest_first[0].file).stem, owner.student_id, owner.assignment, owner.at)
    )
    in_time = sorted(histories.values(), key=lambda each: each.attempt.at)
    return Learner(
        named,
        tuple(each.file for each in newest_first),
        tuple(in_time),
        tuple(sorted(_find_handed_in(newest_first, now), key=lambda each: each.at)),
        (
            *_tampering_words(newest_first),
            *find_contradictions(newest_first, now),
            *find_different_versions(newest_first, recompute),
        ),
        newest_first[0].is_record,
        tuple(sorted(sittings.values(), key=lambda each: each.began)),
        sources=sources,
        resets=tuple(sorted(resets.values(), key=lambda each: each.at)),
        changed_files=tuple(each.file for each in newest_first if each.was_changed or each.lost_digest),
    )


def _tampering_words(hand_ins: Sequence[HandIn]) -> Iterator[str]:
    several = len(hand_ins) > 1
    for hand_in in hand_ins:
        yield from (f"{hand_in.file}: {text}" if several else text for text in find_tampering(hand_in))


def _find_handed_in(hand_ins: Iterable[HandIn], now: datetime) -> Iterator[HandedIn]:
    for hand_in in hand_ins:
        at = earliest_hand_in_time(hand_in, now)
        if at is not None:
            yield HandedIn(at, hand_in.owner.at, hand_in.owner.assignment)


def find_copies(learners: Sequence[Learner]) -> list[Copy]:
    """The pairs of learners who share answers, those who share most first.

    An answer is shared when its key is: each is 128 random bits. So that changed keys do not hide a copy, it is shared
    too when question, numbers, answer and moment are, to the microsecond; moments in whole seconds show nothing.
    """
    owners: dict[object, list[tuple[int, str]]] = defaultdict(list)
    for number, learner in enumerate(learners):
        for each in learner.histories:
            attempt = each.attempt
            owners[attempt.key].append((number, attempt.key))
            if attempt.at.microsecond:
                same = (attempt.question, attempt.seed, attempt.answer, attempt.at)
                owners[same].append((number, attempt.key))
    shared: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for found in owners.values():
        for (first, key), (second, other) in combinations(found[:MAX_SHARING_LEARNERS], 2):
            if first != second:
                shared[first, second].setdefault(key, other)
    copies = [
        Copy(
            [learners[number].owner.name for number in pair],
            [_find_main_file(learners[pair[0]], keys), _find_main_file(learners[pair[1]], keys.values())],
            len(keys),
            [len(learners[number].histories) for number in pair],
        )
        for pair, keys in shared.items()
    ]
    return sorted(copies, key=lambda each: (-each.answers, each.learners))


def find_copied_files(copies: Iterable[Copy]) -> set[str]:
    """Of two learners who share at least half of the answers of one, the file of the second: it says nothing new."""
    return {copy.files[1] for copy in copies if 2 * copy.answers >= min(copy.of)}


def _find_main_file(learner: Learner, keys: Iterable[str]) -> str:
    """The file of a learner that has most of the answers with these keys; of several the newest."""
    counts = Counter(learner.sources[key] for key in keys)
    return max(learner.files, key=lambda file: counts[file])
