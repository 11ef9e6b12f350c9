"""Finds traces of answers that were removed from a hand-in or rewritten in it; an honest file has none.

The digest shows every change by hand. The other traces are in what depends on an answer and was left as it was, so that
they also show in a record, and in a file whose digest was computed again.
"""

from bisect import bisect_right
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
    """What in a file shows that answers were removed or rewritten, in words."""
    attempts = [each.attempt for each in hand_in.histories]
    if hand_in.was_changed:
        yield "the file was changed after it was written: its digest is not that of its lines"
    if hand_in.lost_digest:
        yield "the file has no digest, and Chainrule writes one into every file: somebody took it out"
    yield from _find_exam_traces(hand_in.sittings, attempts)
    yield from _find_second_try_traces(attempts)
    yield from _find_schedule_traces(hand_in.reviews, attempts)


def _find_exam_traces(sittings: Sequence[Sitting], attempts: Iterable[Attempt]) -> Iterator[str]:
    """Exams on record without their answers, or with fewer questions left out than they say."""
    starts = [each.began for each in sittings]
    answered, left_out = [0] * (len(starts) + 1), [0] * (len(starts) + 1)
    for attempt in attempts:
        if attempt.mode == EXAM:
            counts = left_out if attempt.verdict == LEFT_OUT else answered
            counts[bisect_right(starts, attempt.at)] += 1
    for number, sitting in enumerate(sittings, 1):
        beginning = f"an exam was begun on {local_moment(sitting.began)}"
        if not answered[number] and not left_out[number]:
            yield f"{beginning}, and none of its answers is there"
        elif left_out[number] < (sitting.left_out or 0):
            yield (
                f"{beginning} and left with {counted(sitting.left_out or 0, 'question')} unanswered, "
                f"of which {left_out[number]:,} are there"
            )


def _find_second_try_traces(attempts: Iterable[Attempt]) -> Iterator[str]:
    """Second tries that do not follow an answer that was wrong."""
    odd = []
    asked = sorted((each for each in attempts if each.kind != CODE), key=lambda each: (each.question, each.at))
    for _, group in groupby(asked, key=lambda each: each.question):
        before: Attempt | None = None
        for each in group:
            if each.mode == RETRY and (before is None or before.seed != each.seed or before.verdict == "right"):
                odd.append(each)
            before = each
    if odd:
        first = min(odd, key=lambda each: each.at)
        rest = f" (and {counted(len(odd) - 1, 'more second try')} too)" if len(odd) > 1 else ""
        yield (
            f"the second try at {clip(first.question, 40)} of {local_moment(first.at)} follows no answer that was "
            f"not right{rest}"
        )


def _find_schedule_traces(reviews: Mapping[str, datetime], attempts: Iterable[Attempt]) -> Iterator[str]:
    """Questions in the schedule to which no answer is there."""
    missing = sorted({*reviews} - {each.question for each in attempts})
    if missing:
        rest = f" (and {counted(len(missing) - 1, 'other question')})" if len(missing) > 1 else ""
        yield f"the schedule knows of an answer to {clip(missing[0], 40)}{rest}, and there is none"
