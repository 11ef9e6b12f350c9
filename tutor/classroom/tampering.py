"""Finds traces of answers that were removed from a hand-in or rewritten in it; an honest file has none.

The digest of a file shows every change by hand. The other traces are data that depend on an answer and were left as
they were when the answer was changed. They also show in a record, and in a file whose digest was computed again.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from tutor.classroom.hand_in import HandIn
from tutor.classroom.marks import EXAM
from tutor.errors import clip
from tutor.progress.tables.attempt import CODE, LEFT_OUT, RETRY, Attempt
from tutor.quiz.sittings import Sitting
from tutor.text.moments import local_moment
from tutor.text.numbers import counted


def find_tampering(hand_in: HandIn) -> Iterator[str]:
    """Say what in a file shows that answers were removed or rewritten."""
    attempts = [history.attempt for history in hand_in.histories]
    if hand_in.was_changed:
        yield "the file was changed after it was written: its digest is not that of its lines"
    if hand_in.lost_digest:
        yield "the file has no digest, and Chainrule writes one into every file: somebody took it out"
    yield from _find_exam_traces(hand_in.sittings, attempts)
    yield from _find_second_try_traces(attempts)
    yield from _find_schedule_traces(hand_in.reviews, attempts)


def _find_exam_traces(sittings: Sequence[Sitting], attempts: Iterable[Attempt]) -> Iterator[str]:
    """Find exams of which no answer is in the file, or fewer left-out questions than the exam noted at its end."""
    starts = [sitting.began for sitting in sittings]
    answered: Counter[int] = Counter()  # number of an exam, counted from 1 → how many of its answers are there
    left_out: Counter[int] = Counter()
    for attempt in attempts:
        if attempt.mode == EXAM:
            counts = left_out if attempt.verdict == LEFT_OUT else answered
            exam_number = bisect_right(starts, attempt.at)  # how many exams had begun by then; 0: no exam on record
            counts[exam_number] += 1
    for number, sitting in enumerate(sittings, 1):
        beginning = f"an exam was begun on {local_moment(sitting.began)}"
        left_out_on_record = sitting.left_out or 0  # `None` for an exam that was not ended
        if not answered[number] and not left_out[number]:
            yield f"{beginning}, and none of its answers is there"
        elif left_out[number] < left_out_on_record:
            yield (
                f"{beginning} and left with {counted(left_out_on_record, 'question')} unanswered, "
                f"of which {left_out[number]:,} are there"
            )


def _find_second_try_traces(attempts: Iterable[Attempt]) -> Iterator[str]:
    """Find second tries that do not directly follow an answer to the same numbers that was not right."""
    unfounded = []
    without_code = (attempt for attempt in attempts if attempt.kind != CODE)  # drafts of code are kept as second tries
    by_question = sorted(without_code, key=lambda attempt: (attempt.question, attempt.at))
    for _, attempts_at_question in groupby(by_question, key=lambda attempt: attempt.question):
        previous: Attempt | None = None
        for attempt in attempts_at_question:
            follows_wrong = previous is not None and previous.seed == attempt.seed and previous.verdict != "right"
            if attempt.mode == RETRY and not follows_wrong:
                unfounded.append(attempt)
            previous = attempt
    if unfounded:
        earliest = min(unfounded, key=lambda attempt: attempt.at)
        others = f" (and {counted(len(unfounded) - 1, 'more second try')} too)" if len(unfounded) > 1 else ""
        yield (
            f"the second try at {clip(earliest.question, 40)} of {local_moment(earliest.at)} follows no answer that "
            f"was not right{others}"
        )


def _find_schedule_traces(reviews: Mapping[str, datetime], attempts: Iterable[Attempt]) -> Iterator[str]:
    """Find questions in the schedule to which the file has no answer; the program schedules only answered ones."""
    missing = sorted({*reviews} - {attempt.question for attempt in attempts})
    if missing:
        others = f" (and {counted(len(missing) - 1, 'other question')})" if len(missing) > 1 else ""
        yield f"the schedule knows of an answer to {clip(missing[0], 40)}{others}, and there is none"
