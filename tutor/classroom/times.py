"""Finds moments in a hand-in that cannot all be true: a file that was dated back gives itself away."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from tutor.classroom.hand_in import HandIn, Moment
from tutor.errors import clip
from tutor.text.moments import local_moment
from tutor.text.numbers import counted

CLOCK_SLACK = timedelta(minutes=5)
"""By how much the clocks of two machines may differ before one of them counts as wrong."""
_NAMED_TIME = re.compile(r"-(\d{4})-(\d\d)-(\d\d)-(\d\d)(\d\d)(?:-\d+)?\.jsonl$", re.ASCII)
"""How the name of a file ends that `hand-in` named: the moment on the learner's clock."""
WESTMOST, EASTMOST = timedelta(hours=-12), timedelta(hours=14)
"""Between these lies every zone, as its difference from UTC."""


def earliest_hand_in_time(hand_in: HandIn, now: datetime) -> datetime | None:
    """The earliest moment at which a file can have been handed in: what it says, or the last thing in it if later.

    `None` where neither says anything, and for a record, which nobody handed in. What lies after `now` shows a clock
    that was wrong, and proves nothing.
    """
    if hand_in.is_record:
        return None
    moments = [each.at for each in hand_in.moments if each.at <= now + CLOCK_SLACK]
    return max([*moments, *([hand_in.owner.at] if hand_in.owner.at else [])], default=None)


def find_contradictions(hand_ins: Sequence[HandIn], now: datetime) -> list[str]:
    """What one learner's files say of time that cannot be true, in words; a clock that was wrong may be the reason."""
    several = len(hand_ins) > 1
    within = []
    for hand_in in hand_ins:
        before = f"{hand_in.file}: " if several else ""
        within += [before + text for text in _find_contradictions_within(hand_in, now)]
    return [*within, *_find_contradictions_between(hand_ins)]


def _find_contradictions_within(hand_in: HandIn, now: datetime) -> Iterator[str]:
    """What one file says of time that cannot be true."""
    claimed = hand_in.owner.at
    if claimed is not None:
        claim = f"the file says that it was handed in on {local_moment(claimed)}"
        if later := [each for each in hand_in.moments if each.at > claimed]:
            yield f"{claim}, but it holds {_last_of(later)}"
        if claimed > now + CLOCK_SLACK:
            yield f"{claim}, which is still to come"
        if named := _contradicting_name(hand_in.file, claimed):
            yield f"{claim}, but its name says {named}"
    if future := [each for each in hand_in.moments if each.at > now + CLOCK_SLACK]:
        yield f"the file holds {_last_of(future)}, which is still to come"
    if odd := hand_in.out_of_order:
        attempt, rest = odd[0].attempt, len(odd) - 1
        yield (
            f"the answer to {clip(attempt.question, 40)} of {local_moment(attempt.at)} stands below later ones, "
            "and the program writes them in the order of time"
            + (f" (and {counted(rest, 'more answer')} too)" if rest else "")
        )
    yield from _find_effects_before_causes(hand_in)
    yield from _find_later_reviews(hand_in)


def _last_of(moments: Sequence[Moment]) -> str:
    last = max(moments, key=lambda each: each.at)
    rest = f" (and {counted(len(moments) - 1, 'earlier moment')} like it)" if len(moments) > 1 else ""
    return f"{last.what} of {local_moment(last.at)}{rest}"


def _contradicting_name(file: str, claimed: datetime) -> str:
    """The time in the file's name, if no time zone reconciles it with `claimed`; else ""."""
    named = _NAMED_TIME.search(file)
    if named is None:
        return ""
    try:
        at = datetime(*map(int, named.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]  # five numbers
    except ValueError:
        return ""
    ahead = at - claimed.replace(second=0, microsecond=0)
    return "" if WESTMOST <= ahead <= EASTMOST else f"{at:%Y-%m-%d %H:%M}"


def _find_effects_before_causes(hand_in: HandIn) -> Iterator[str]:
    """Answers that were taken back or graded again before they were given."""
    for each in hand_in.histories:
        at, question = each.attempt.at, clip(each.attempt.question, 40)
        if each.undone is not None and each.undone < at:
            yield f"the answer to {question} was taken back on {local_moment(each.undone)}, before {local_moment(at)}"
        for regrade in each.regrades:
            if regrade.at < at:
                yield f"the answer to {question} was graded again on {local_moment(regrade.at)}, " + (
                    f"before it was given on {local_moment(at)}"
                )


def _find_later_reviews(hand_in: HandIn) -> Iterator[str]:
    """Questions whose schedule knows of an answer after the last that the file has."""
    last = {each.attempt.question: each.attempt.at for each in hand_in.histories}  # the oldest come first
    odd = [(at, question) for question, at in hand_in.reviews.items() if question in last and at > last[question]]
    if odd:
        at, question = max(odd)
        rest = f" (and so of {counted(len(odd) - 1, 'other question')})" if len(odd) > 1 else ""
        yield (
            f"the schedule of {clip(question, 40)} knows of an answer on {local_moment(at)}, "
            f"and the last that the file has is of {local_moment(last[question])}{rest}"
        )


def _find_contradictions_between(hand_ins: Iterable[HandIn]) -> Iterator[str]:
    """Answers to which two files of one learner give different moments."""
    seen: dict[str, tuple[datetime, str]] = {}
    reported = set()
    for hand_in in hand_ins:
        for each in hand_in.histories:
            attempt = each.attempt
            at, file = seen.setdefault(attempt.key, (attempt.at, hand_in.file))
            if at != attempt.at and (file, hand_in.file) not in reported:
                reported.add((file, hand_in.file))
                yield (
                    f"the answer to {clip(attempt.question, 40)} is of {local_moment(at)} in {file} "
                    f"and of {local_moment(attempt.at)} in {hand_in.file}"
                )
