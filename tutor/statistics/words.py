"""The learner's progress in words: what a lesson still needs, and what completing it means."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from tutor.errors import clip
from tutor.progress.review.mastery import GOING_WELL_LEVEL, MASTERED_LEVEL, WEAK_LEVEL
from tutor.progress.review.schedule import DEFAULT_DAY_START, day_of
from tutor.statistics.completion import LessonProgress
from tutor.text.numbers import counted, format_fixed
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.model import Lesson
    from tutor.progress.review.fitted import Fitted
    from tutor.progress.review.needed import NeededReviews

Tone = Literal["good", "weak", "plain"]
"""What a row is to look like: something strong, something weak, or neither."""
MAX_SPREAD_ANSWERS = 3
"""The most answers described as "on different days"; beyond that the days are counted."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MAX_SHOWN_NAME = 60
"""The most characters of a name: a record that was brought in may hold any."""
FIT_OFFER = "There are enough answers to fit the schedule to your memory: chainrule schedule fit"
MAX_NAMES = 6
"""The most concepts that one sentence names."""


def level_tone(level: float) -> Tone:
    """Whether a concept that is known so well is strong, weak, or neither."""
    return "good" if level >= MASTERED_LEVEL else "weak" if level < WEAK_LEVEL else "plain"


def concept_name(concept: str) -> str:
    """A concept as people write it: `weighted sum`."""
    return clip(concept, MAX_SHOWN_NAME).replace("-", " ")


def missing_pages(lesson: "Lesson", progress: LessonProgress, called: str = "Page") -> list[tuple[int, str]]:
    """The pages on which something is missing, counted from 0, each with what it is; in reading order.

    Line by line a page is `called` a section.
    """
    found: dict[int, list[str]] = {}
    unread = {page for part in progress.missing if part.name == "pages" for page in part.open_pages}
    for part in progress.missing:
        for page in sorted(set(part.open_pages)):
            if part.name == "pages":
                found.setdefault(page, []).append("read it to its end")
            else:
                count = part.open_pages.count(page)
                found.setdefault(page, []).append(counted(count, part.name.removesuffix("s")))
    for page in unread:
        if len(found[page]) > 1:  # short, since it is a line of a list
            found[page][0] = "unread"
    return [
        (page, f"{called} {page + 1}, {lesson.sections[page].title}: {join_words(found[page])}")
        for page in sorted(found)
    ]


def describe_open(progress: LessonProgress) -> str:
    """Count what is open: `1 page, 2 tasks and 3 questions`."""
    return join_words([counted(len(part.open_pages), part.name.removesuffix("s")) for part in progress.missing])


def describe_further(progress: LessonProgress, pages: Collection[int]) -> str:
    """Summarise what is missing on further pages: `3 more places: 4 questions`; "" if nothing.

    `pages` are the pages, counted from 0.
    """
    counts = [(part.name, sum(page in pages for page in part.open_pages)) for part in progress.missing]
    what = [
        f"{count} to read" if name == "pages" else counted(count, name.removesuffix("s"))
        for name, count in counts
        if count
    ]
    return f"{counted(len(pages), 'more place')}: {join_words(what)}" if pages else ""


def describe_finish(progress: LessonProgress) -> list[str]:
    """Describe a completed lesson in sentences."""
    worked = join_words([counted(part.total, part.name.removesuffix("s")) for part in progress.parts])
    lines = [f"{worked}: all done."]
    strong = [concept_name(name) for name, level in progress.levels if level >= GOING_WELL_LEVEL]
    middling = [concept_name(name) for name, level in progress.levels if WEAK_LEVEL <= level < GOING_WELL_LEVEL]
    weak = [concept_name(name) for name, level in progress.levels if level < WEAK_LEVEL]
    if strong:
        lines.append(f"Going well: {join_names(strong)}.")
    if middling:
        lines.append(f"Getting there: {join_names(middling)}. A review in a few days makes it last.")
    if weak:
        lines.append(f"Still weak: {join_names(weak)}. A quiz on this lesson helps most.")
    return lines


def describe_needed(needed: "NeededReviews | None", now: datetime, day_starts: int = DEFAULT_DAY_START) -> str:
    """Say what a concept lacks: `2 more right answers on different days, the next one tomorrow`."""
    if needed is None or needed.first is None:
        return ""
    lacks = counted(needed.answers, "more right answer")
    days = needed.days
    if needed.answers > 1:
        spread = days == needed.answers <= MAX_SPREAD_ANSWERS
        lacks += " on different days" if spread else f" on {counted(days, 'day')}"
    when = _when(needed.first, now, day_starts)
    if needed.answers > 1:
        return f"{lacks}, the next one {'on ' if when[0].isdigit() else ''}{when}"
    return f"{lacks}, on {when}" if when[0].isdigit() else f"{lacks}, {when}"


def describe_needed_briefly(needed: "NeededReviews | None", now: datetime, day_starts: int = DEFAULT_DAY_START) -> str:
    """The same where room is short: `2 more right, next tomorrow`."""
    if needed is None or needed.first is None:
        return ""
    return f"{needed.answers} more right, next {_when(needed.first, now, day_starts)}"


def _when(at: datetime, now: datetime, day_starts: int) -> str:
    """A moment as seen from now: `later today`, `tomorrow`, `14 Dec`; days are the learner's, as for what is due."""
    day = day_of(at, starts=day_starts)
    days = (day - day_of(now, starts=day_starts)).days
    if days > 1:
        return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if days > 300 else "")
    return "now" if at <= now else "tomorrow" if days == 1 else "later today"


def join_names(concepts: list[str]) -> str:
    """Names as a list in a sentence, the first few of many."""
    extra = len(concepts) - MAX_NAMES
    return join_words([*concepts[:MAX_NAMES], *([f"{extra} more"] if extra > 0 else [])])


def describe_schedule(fitted: "Fitted | None") -> str:
    """Say which parameters the schedule has, and how much better they foretell what the learner remembers."""
    if fitted is None:
        return "The schedule has FSRS's published parameters."
    return (
        f"The schedule was fitted to your answers on {fitted.at:%Y-%m-%d}: log loss "
        f"{format_fixed(fitted.log_loss, 3)} instead of {format_fixed(fitted.log_loss_before, 3)} on "
        f"{counted(fitted.held_out, 'review')} that it had not seen."
    )
