"""The learner's progress in words: what a lesson still needs, and what completing it means."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from tutor.progress.review.mastery import GOING_WELL_LEVEL, MASTERED_LEVEL, WEAK_LEVEL
from tutor.progress.review.schedule import DEFAULT_DAY_START, day_of
from tutor.statistics.completion import LessonProgress
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted, format_fixed
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.model import Lesson
    from tutor.progress.review.fitted import Fitted
    from tutor.progress.review.needed import NeededReviews

Tone = Literal["good", "weak", "plain"]
"""What a level or a row is shown as: something strong (`good`), something weak, or neither (`plain`)."""
MAX_SPREAD_ANSWERS = 3
"""The most answers that are described as "on different days"; for more, the number of days is given."""
MAX_DAYS_WITHOUT_YEAR = 300
"""A day further ahead than this is written with its year."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MAX_SHOWN_NAME = 60
"""The most characters of a name that are shown: an imported record may hold names of any length."""
FIT_OFFER = "There are enough answers to fit the schedule to your memory: chainrule schedule fit"
MAX_NAMES = 6
"""The most concepts that one sentence names."""


def level_tone(level: float) -> Tone:
    """How to show a concept with this level: as strong (`good`), `weak`, or neither (`plain`)."""
    if level >= MASTERED_LEVEL:
        return "good"
    return "weak" if level < WEAK_LEVEL else "plain"


def missing_pages(lesson: "Lesson", progress: LessonProgress, page_noun: str = "Page") -> list[tuple[int, str]]:
    """(page counted from 0, line that says what is missing on it) for each unfinished page, in reading order.

    `page_noun` is what the line calls a page: the course line by line calls it a section.
    """
    missing_by_page: dict[int, list[str]] = {}
    for part in progress.missing:
        for page in sorted(set(part.open_pages)):
            missing = missing_by_page.setdefault(page, [])
            if part.name == "pages":  # the first of the parts
                missing.append("read it to its end")
            else:
                count = part.open_pages.count(page)  # `open_pages` has a page once for each open thing on it
                missing.append(counted(count, part.noun))
    for missing in missing_by_page.values():
        if missing[0] == "read it to its end" and len(missing) > 1:
            missing[0] = "unread"  # short, since the line lists other things too
    return [
        (page, f"{page_noun} {page + 1}, {lesson.sections[page].title}: {join_words(missing_by_page[page])}")
        for page in sorted(missing_by_page)
    ]


MAX_PAGES_IN_BANNER = 4
"""The most pages that are named beside the title of a lesson."""


def describe_open(progress: LessonProgress) -> str:
    """Say how much of the lesson is not done: `1 page, 2 tasks and 3 questions`."""
    return join_words([counted(len(part.open_pages), part.noun) for part in progress.missing])


def describe_open_pages(progress: LessonProgress) -> str:
    """Say on which pages something is not done: ` (p. 3, 5)`; "" for more pages than a banner has room for."""
    pages = sorted({page + 1 for part in progress.missing for page in part.open_pages})
    return f" (p. {', '.join(map(str, pages))})" if len(pages) <= MAX_PAGES_IN_BANNER else ""


def describe_further(progress: LessonProgress, pages: Collection[int]) -> str:
    """Summarise what is missing on the `pages` that do not fit into a list: `3 more places: 4 questions`.

    `pages` are counted from 0; "" if there are none.
    """
    if not pages:
        return ""
    missing = []
    for part in progress.missing:
        count = sum(page in pages for page in part.open_pages)
        if count:
            missing.append(f"{count} to read" if part.name == "pages" else counted(count, part.noun))
    return f"{counted(len(pages), 'more place')}: {join_words(missing)}"


def describe_finish(progress: LessonProgress) -> list[str]:
    """Describe a completed lesson in sentences."""
    totals = join_words([counted(part.total, part.noun) for part in progress.parts])
    lines = [f"{totals}: all done."]
    going_well = [concept_name(name) for name, level in progress.levels if level >= GOING_WELL_LEVEL]
    getting_there = [concept_name(name) for name, level in progress.levels if WEAK_LEVEL <= level < GOING_WELL_LEVEL]
    weak = [concept_name(name) for name, level in progress.levels if level < WEAK_LEVEL]
    if going_well:
        lines.append(f"Going well: {join_names(going_well)}.")
    if getting_there:
        lines.append(f"Getting there: {join_names(getting_there)}. A review in a few days makes it last.")
    if weak:
        lines.append(f"Still weak: {join_names(weak)}. A quiz on this lesson helps most.")
    return lines


def describe_needed(needed_reviews: "NeededReviews | None", now: datetime, day_starts: int = DEFAULT_DAY_START) -> str:
    """Say what a concept lacks: `2 more right answers on different days, the next one due tomorrow`; "" for nothing."""
    if needed_reviews is None or needed_reviews.first is None:
        return ""
    due = describe_due(needed_reviews, now, day_starts)
    is_date = due[0].isdigit()  # `14 Dec`, not `tomorrow`
    next_one = "" if needed_reviews.answers == 1 else "the next one "
    return f"{describe_lack(needed_reviews)}, {next_one}due {'on ' if is_date else ''}{due}"


def describe_lack(needed_reviews: "NeededReviews | None") -> str:
    """Say which right answers a concept lacks: `2 more right answers on different days`; "" for none."""
    if needed_reviews is None or needed_reviews.first is None:
        return ""
    answers = counted(needed_reviews.answers, "more right answer")
    if needed_reviews.answers == 1:
        return answers
    is_one_a_day = needed_reviews.days == needed_reviews.answers
    if is_one_a_day and needed_reviews.answers <= MAX_SPREAD_ANSWERS:
        return f"{answers} on different days"
    return f"{answers} on {counted(needed_reviews.days, 'day')}"


def describe_lack_briefly(needed_reviews: "NeededReviews | None") -> str:
    """A short form of `describe_lack`: `2 more right`."""
    return "" if needed_reviews is None or needed_reviews.first is None else f"{needed_reviews.answers} more right"


def describe_due(needed_reviews: "NeededReviews | None", now: datetime, day_starts: int = DEFAULT_DAY_START) -> str:
    """Say when the next of the reviews is due: `now`, `tomorrow`, `14 Dec`; "" for none."""
    if needed_reviews is None or needed_reviews.first is None:
        return ""
    return _describe_time(needed_reviews.first, now, day_starts)


def _describe_time(moment: datetime, now: datetime, day_starts: int) -> str:
    """A moment as seen from now: `now`, `later today`, `tomorrow`, `14 Dec`; days begin at the hour `day_starts`."""
    day = day_of(moment, day_starts=day_starts)
    days_ahead = (day - day_of(now, day_starts=day_starts)).days
    if days_ahead > 1:
        year = f" {day.year}" if days_ahead > MAX_DAYS_WITHOUT_YEAR else ""
        return f"{day.day} {MONTHS[day.month - 1]}{year}"
    if moment <= now:
        return "now"
    return "tomorrow" if days_ahead == 1 else "later today"


def join_names(concepts: list[str]) -> str:
    """The names as a list in a sentence: the first `MAX_NAMES`, and how many more there are."""
    names = concepts[:MAX_NAMES]
    if len(concepts) > MAX_NAMES:
        names.append(f"{len(concepts) - MAX_NAMES} more")
    return join_words(names)


def describe_schedule(fitted: "Fitted | None") -> str:
    """Say which parameters the review schedule has: FSRS's published ones, or those fitted to the learner's answers.

    For fitted parameters it also gives their log loss (smaller is better) on reviews that the fit had not seen, beside
    that of the previous parameters: it shows how well they predict what the learner remembers.
    """
    if fitted is None:
        return "The schedule has FSRS’s published parameters."
    return (
        f"The schedule was fitted to your answers on {fitted.at:%Y-%m-%d}: log loss "
        f"{format_fixed(fitted.log_loss, 3)} instead of {format_fixed(fitted.log_loss_before, 3)} on "
        f"{counted(fitted.held_out, 'review')} that it had not seen."
    )
