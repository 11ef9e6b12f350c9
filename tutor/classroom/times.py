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
"""The end of a file name that `hand-in` has chosen: the time on the learner's clock."""
WESTMOST, EASTMOST = timedelta(hours=-12), timedelta(hours=14)
"""The extreme time zones, as differences from UTC; every other zone lies between them."""


def earliest_hand_in_time(hand_in: HandIn, now: datetime) -> datetime | None:
    """The earliest time at which a file can have been handed in: the time it gives, or that of the last thing in it.

    The later of the two counts; `None` if there is neither, and for a record, which nobody handed in. Things that lie
    after `now` are ignored, since they show a wrong clock.
    """
    if hand_in.is_record:
        return None
    moments = [moment.at for moment in hand_in.moments if moment.at <= now + CLOCK_SLACK]
    if hand_in.owner.at:
        moments.append(hand_in.owner.at)
    return max(moments, default=None)


def find_contradictions(hand_ins: Sequence[HandIn], now: datetime) -> list[str]:
    """Say which times in one learner's files cannot all be true; a wrong clock may be the reason."""
    has_several = len(hand_ins) > 1
    contradictions = []
    for hand_in in hand_ins:
        for words in _find_contradictions_within(hand_in, now):
            contradictions.append(f"{hand_in.file}: {words}" if has_several else words)
    return [*contradictions, *_find_contradictions_between(hand_ins)]


def _find_contradictions_within(hand_in: HandIn, now: datetime) -> Iterator[str]:
    """Yield a sentence for each contradiction between the times in one file, and for each time still to come."""
    claimed = hand_in.owner.at
    if claimed is not None:
        claim = f"the file says that it was handed in on {local_moment(claimed)}"
        later = [moment for moment in hand_in.moments if moment.at > claimed]
        if later:
            yield f"{claim}, but it holds {_latest_words(later)}"
        if claimed > now + CLOCK_SLACK:
            yield f"{claim}, which is still to come"
        time_in_name = _find_contradicting_time(hand_in.file, claimed)
        if time_in_name:
            yield f"{claim}, but its name says {time_in_name}"
    in_future = [moment for moment in hand_in.moments if moment.at > now + CLOCK_SLACK]
    if in_future:
        yield f"the file holds {_latest_words(in_future)}, which is still to come"
    if hand_in.out_of_order:
        attempt, others = hand_in.out_of_order[0].attempt, len(hand_in.out_of_order) - 1
        yield (
            f"the answer to {clip(attempt.question, 40)} of {local_moment(attempt.at)} stands below later ones, "
            "and the program writes them in the order of time"
            + (f" (and {counted(others, 'more answer')} too)" if others else "")
        )
    yield from _find_effects_before_causes(hand_in)
    yield from _find_later_reviews(hand_in)


def _latest_words(moments: Sequence[Moment]) -> str:
    """Describe the latest of `moments`, and say how many others there are."""
    latest = max(moments, key=lambda moment: moment.at)
    others = f" (and {counted(len(moments) - 1, 'earlier moment')} like it)" if len(moments) > 1 else ""
    return f"{latest.event} of {local_moment(latest.at)}{others}"


def _find_contradicting_time(file: str, claimed: datetime) -> str:
    """The time in the file's name, in words, if it contradicts `claimed` in every time zone; otherwise ""."""
    match = _NAMED_TIME.search(file)
    if match is None:
        return ""
    try:
        named_time = datetime(*map(int, match.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]  # five numbers
    except ValueError:
        return ""
    # The name has the learner's local time. Read as UTC, it differs from the claimed time by her zone's offset.
    zone_difference = named_time - claimed.replace(second=0, microsecond=0)
    return "" if WESTMOST <= zone_difference <= EASTMOST else f"{named_time:%Y-%m-%d %H:%M}"


def _find_effects_before_causes(hand_in: HandIn) -> Iterator[str]:
    """Find answers that were taken back or graded again before they were given."""
    for history in hand_in.histories:
        given, question = history.attempt.at, clip(history.attempt.question, 40)
        undone = history.undone
        if undone is not None and undone < given:
            yield f"the answer to {question} was taken back on {local_moment(undone)}, before {local_moment(given)}"
        for regrade in history.regrades:
            if regrade.at < given:
                yield (
                    f"the answer to {question} was graded again on {local_moment(regrade.at)}, "
                    f"before it was given on {local_moment(given)}"
                )


def _find_later_reviews(hand_in: HandIn) -> Iterator[str]:
    """Find questions for which the schedule has a later answer than the last one in the file."""
    # The oldest answers come first, so that the last answer to each question remains in the dict.
    last_answers = {history.attempt.question: history.attempt.at for history in hand_in.histories}
    later_reviews = [
        (at, question)
        for question, at in hand_in.reviews.items()
        if question in last_answers and at > last_answers[question]
    ]
    if later_reviews:
        at, question = max(later_reviews)
        count = len(later_reviews)
        others = f" (and so of {counted(count - 1, 'other question')})" if count > 1 else ""
        yield (
            f"the schedule of {clip(question, 40)} knows of an answer on {local_moment(at)}, "
            f"and the last that the file has is of {local_moment(last_answers[question])}{others}"
        )


def _find_contradictions_between(hand_ins: Iterable[HandIn]) -> Iterator[str]:
    """Find answers with different times in two files of one learner; only the first answer for each pair of files."""
    first_seen: dict[str, tuple[datetime, str]] = {}  # key of an answer → its moment in the first file that has it
    reported = set()
    for hand_in in hand_ins:
        for history in hand_in.histories:
            attempt = history.attempt
            at, file = first_seen.setdefault(attempt.key, (attempt.at, hand_in.file))
            if at != attempt.at and (file, hand_in.file) not in reported:
                reported.add((file, hand_in.file))
                yield (
                    f"the answer to {clip(attempt.question, 40)} is of {local_moment(at)} in {file} "
                    f"and of {local_moment(attempt.at)} in {hand_in.file}"
                )
