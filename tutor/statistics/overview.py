"""All that is known of a learner at one moment, and what to do in the next ten minutes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tutor.progress.review.mastery import WEAK_LEVEL
from tutor.statistics.completion import LessonProgress, count_done, course_progress
from tutor.statistics.figures import Figures, compute_figures
from tutor.statistics.next_lesson import choose_next_lesson, lesson_state
from tutor.statistics.words import FIT_OFFER, concept_name, describe_schedule, join_names
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store
    from tutor.progress.review.needed import NeededReviews

TEN_MINUTES = 600
"""Seconds for which something to do is suggested."""
MIN_SUGGESTED, MAX_SUGGESTED = 5, 20
"""The fewest and the most questions of a suggested quiz."""


@dataclass(frozen=True)
class Suggestion:
    """A suggestion of what to do next, and the command for it."""

    words: str
    kind: Literal["due", "lesson", "weak", "mixed"]
    count: int = 0
    """How many questions, where it is a quiz."""
    lesson: str = ""
    section: int | None = None
    """The page, counted from 0; where it was left when it is not given."""

    @property
    def command(self) -> str:
        """The command that starts it without the course's own screens."""
        if self.kind == "lesson":
            return f"chainrule learn {self.lesson}" + ("" if self.section is None else f" --section {self.section + 1}")
        return f"chainrule quiz{'' if self.kind == 'mixed' else f' --{self.kind}'} --count {self.count}"


@dataclass(frozen=True)
class Overview:
    """The record of a learner and the course, put side by side."""

    summary: Mapping[str, Any]
    """What `progress --json` prints of the record."""
    figures: Figures
    lessons: Mapping[str, LessonProgress]
    """Lesson id → how far it is, for those of which something is on record."""
    titles: Mapping[str, str]
    """Lesson id → its title, in the order of the course."""
    needed: "Mapping[str, NeededReviews]"
    suggestion: Suggestion
    exercises: Mapping[str, bool] = field(default_factory=dict)
    """The title of each exercise that was begun, in the order of the course, and whether it has passed."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """Lesson on record that is not in the course → why, in words."""
    schedule: str = ""
    """What is to be said of a schedule that was fitted, or can be; "" for nothing."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on record: no answer, and no page of a lesson, in the course or gone from it."""
        return not self.summary["attempts"] and not self.summary["lessons"] and not self.lessons

    @property
    def done(self) -> int:
        """The number of lessons done."""
        return count_done(self.lessons)

    @property
    def done_words(self) -> str:
        """Say how many of the lessons are done."""
        return f"{self.done} of {counted(len(self.titles), 'lesson')} done"


def make_overview(course: "Course", store: "Store", known: Collection[str] = ()) -> Overview:
    """Read all of it; `known` are the lessons that a placement test found known.

    Raises:
        ChainruleError: the record cannot be read.
    """
    store.can_be_asked = course.has_question
    summary = store.summary()
    lessons = course_progress(course, store)
    titles = {heading.front_matter.id: heading.front_matter.title for heading in course.headings}
    answers = store.answers()
    figures = compute_figures(store, summary, answers=answers)
    suggestion = suggest(figures, lessons, titles, store.last_reading_position(), known)
    gone = gone_lessons((str(row["id"]) for row in summary["lessons"]), titles)
    needed, exercises = store.reviews_needed(answers), exercises_begun(course, store)
    schedule = schedule_words(store)
    return Overview(summary, figures, lessons, titles, needed, suggestion, exercises, gone, schedule)


def schedule_words(store: "Store") -> str:
    """Say that the schedule was fitted to the learner, or that it can be; "" where there is nothing to say.

    Raises:
        ChainruleError: the record cannot be read.
    """
    from tutor.progress.record.schedule_fit import fitted_schedule, is_fit_worthwhile

    fitted = fitted_schedule(store)
    sentences = [describe_schedule(fitted)] if fitted else []
    return " ".join([*sentences, *([FIT_OFFER] if is_fit_worthwhile(store) else [])])


def exercises_begun(course: "Course", store: "Store") -> dict[str, bool]:
    """The title of each exercise of which code is on record, in the order of the course, and whether it has passed.

    Raises:
        ChainruleError: the record cannot be read.
    """
    begun = store.coded_exercises()
    if not begun:  # the lessons need not be read
        return {}
    passed = store.coded_exercises(passed=True)
    return {block.exercise.title: block.id in passed for block in course.exercises() if block.id in begun}


def gone_lessons(ids: Iterable[str], titles: Mapping[str, str]) -> Mapping[str, str]:
    """Lesson id → why it is not in the course; of those among `ids` that are not in `titles`."""
    from tutor.packs.installed import removed_lessons

    gone = [id for id in ids if id not in titles]
    packs = removed_lessons() if gone else {}
    return {id: f"of the pack “{packs[id]}”, which is not installed" if id in packs else "not installed" for id in gone}


def suggest(
    figures: Figures,
    lessons: Mapping[str, LessonProgress],
    titles: Mapping[str, str],
    last: tuple[str, int] | None,
    known: Collection[str] = (),
) -> Suggestion:
    """Suggest what helps most: what is due, the lesson begun, what is weak, the next lesson, or a mixed quiz.

    The lesson is the one that the course map would go on with.
    """
    count = _questions_in_ten_minutes(figures)
    if figures.due:
        asked = min(figures.due, count)
        share = f"{asked} of the {figures.due}" if asked < figures.due else f"{asked}"
        due = "question that is due" if figures.due == 1 else "questions that are due"
        return Suggestion(f"Review {share} {due}.", "due", asked)
    states = {id: lesson_state(lessons.get(id), None, known=id in known) for id in titles}
    chosen = choose_next_lesson([*states.items()], last[0] if last is not None else None)
    if chosen is not None and states[chosen] == "begun":
        progress = lessons[chosen]
        words = f"Go on with “{titles[chosen]}”: {progress.words}."
        return Suggestion(words, "lesson", lesson=chosen, section=progress.missing[0].open_pages[0])
    weak = [str(row["id"]) for row in figures.concepts if row["level"] < WEAK_LEVEL]
    if weak:
        names = join_names([concept_name(concept) for concept in weak])
        return Suggestion(f"Practise what is weak: {names}.", "weak", count)
    if chosen is not None and states[chosen] == "new":
        return Suggestion(f"Begin “{titles[chosen]}”.", "lesson", lesson=chosen)
    return Suggestion("Everything is done and nothing is due: a mixed quiz keeps it fresh.", "mixed", count)


def _questions_in_ten_minutes(figures: Figures) -> int:
    from tutor.questions.base import USUAL_QUESTION_SECONDS

    each = figures.seconds / figures.answers if figures.answers else USUAL_QUESTION_SECONDS
    return max(MIN_SUGGESTED, min(MAX_SUGGESTED, round(TEN_MINUTES / max(each, 1.0))))
