"""The overview: all that the record and the course say of a learner, and what to do next."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tutor.progress.review.mastery import WEAK_LEVEL
from tutor.quiz.session import DEFAULT_QUIZ_QUESTIONS
from tutor.statistics.completion import LessonProgress, count_done, course_progress
from tutor.statistics.figures import Figures, compute_figures
from tutor.statistics.next_lesson import choose_next_lesson, lesson_state
from tutor.statistics.words import FIT_OFFER, describe_schedule, join_names
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store
    from tutor.progress.review.needed import NeededReviews


@dataclass(frozen=True)
class Suggestion:
    """A suggestion of what to do next, and the command for it."""

    words: str
    kind: Literal["due", "lesson", "weak", "mixed"]
    count: int = 0
    """The number of questions of a suggested quiz."""
    lesson: str = ""
    section: int | None = None
    """The page of a suggested lesson, counted from 0; `None` for the page where the learner left it."""

    @property
    def command(self) -> str:
        """The command that starts it."""
        if self.kind == "lesson":
            section = "" if self.section is None else f" --section {self.section + 1}"
            return f"chainrule learn {self.lesson}{section}"
        scope = "" if self.kind == "mixed" else f" --{self.kind}"
        return f"chainrule quiz{scope} --count {self.count}"


@dataclass(frozen=True)
class Overview:
    """The record of a learner and the course, put side by side."""

    summary: Mapping[str, Any]
    """What `progress --json` prints of the record."""
    figures: Figures
    lessons: Mapping[str, LessonProgress]
    """Lesson id → its progress, for the lessons of which something is on record."""
    titles: Mapping[str, str]
    """Lesson id → its title, in the order of the course."""
    needed: "Mapping[str, NeededReviews]"
    """Concept → the reviews that it lacks to be strong."""
    suggestion: Suggestion
    exercises: Mapping[str, bool] = field(default_factory=dict)
    """The title of each exercise that was begun, in the order of the course, and whether it has passed."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """Id of a lesson on record that is not in the course → why, in words."""
    schedule: str = ""
    """A sentence if the schedule was fitted to the learner, or can be; otherwise ""."""

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


def make_overview(
    course: "Course", store: "Store", known: Collection[str] = (), quiz_count: int = DEFAULT_QUIZ_QUESTIONS
) -> Overview:
    """Make the overview of a record.

    Args:
        course: the course.
        store: the record.
        known: the lessons that a placement test found known.
        quiz_count: the questions of a quiz, which a suggested one has as well.

    Raises:
        ChainruleError: the record cannot be read.
    """
    store.can_be_asked = course.has_question  # set before reading: questions that have left the course are never due
    summary = store.summary()
    lessons = course_progress(course, store)
    titles = {heading.front_matter.id: heading.front_matter.title for heading in course.headings}
    answers = store.answers()
    figures = compute_figures(store, summary, answers=answers)
    suggestion = suggest(figures, lessons, titles, store.last_reading_position(), known, quiz_count)
    gone = gone_lessons((str(row["id"]) for row in summary["lessons"]), titles)
    return Overview(
        summary=summary,
        figures=figures,
        lessons=lessons,
        titles=titles,
        needed=store.reviews_needed(answers),
        suggestion=suggestion,
        exercises=exercises_begun(course, store),
        gone=gone,
        schedule=schedule_words(store),
    )


def schedule_words(store: "Store") -> str:
    """Say that the schedule was fitted to the learner, or that it can be; "" where there is nothing to say.

    Raises:
        ChainruleError: the record cannot be read.
    """
    from tutor.progress.record.schedule_fit import fitted_schedule, is_fit_worthwhile

    sentences = []
    fitted = fitted_schedule(store)
    if fitted:
        sentences.append(describe_schedule(fitted))
    if is_fit_worthwhile(store):
        sentences.append(FIT_OFFER)
    return " ".join(sentences)


def exercises_begun(course: "Course", store: "Store") -> dict[str, bool]:
    """Title of an exercise of which code is on record → whether it has passed; in the order of the course.

    Raises:
        ChainruleError: the record cannot be read.
    """
    begun = store.coded_exercises()
    if not begun:  # then no lesson need be read
        return {}
    passed = store.coded_exercises(passed=True)
    return {block.exercise.title: block.id in passed for block in course.exercises() if block.id in begun}


def gone_lessons(ids: Iterable[str], titles: Mapping[str, str]) -> Mapping[str, str]:
    """Lesson id → why it is not in the course, for each of `ids` that is not among the course's `titles`."""
    from tutor.packs.installed import removed_lessons

    gone = [id for id in ids if id not in titles]
    if not gone:
        return {}
    pack_of_lesson = removed_lessons()
    reasons = {}
    for id in gone:
        is_of_pack = id in pack_of_lesson
        reasons[id] = f"of the pack “{pack_of_lesson[id]}”, which is not installed" if is_of_pack else "not installed"
    return reasons


def suggest(
    figures: Figures,
    lessons: Mapping[str, LessonProgress],
    titles: Mapping[str, str],
    last_position: tuple[str, int] | None,
    known: Collection[str] = (),
    quiz_count: int = DEFAULT_QUIZ_QUESTIONS,
) -> Suggestion:
    """Suggest what helps most: what is due, the lesson begun, what is weak, the next lesson, or a mixed quiz.

    The lesson is the one that the course map would go on with.

    Args:
        figures: the statistics of the record.
        lessons: lesson id → its progress, for the lessons of which something is on record.
        titles: lesson id → its title, in the order of the course.
        last_position: the lesson and section that were read last.
        known: the lessons that a placement test found known.
        quiz_count: the questions of a suggested quiz, as many as a quiz has wherever else it is started.
    """
    if figures.due:
        return _suggest_review(figures.due, quiz_count)
    # No reading position is passed: the progress contains it, and a lesson without progress cannot be continued.
    states = {id: lesson_state(lessons.get(id), None, known=id in known) for id in titles}
    last_lesson = last_position[0] if last_position is not None else None
    chosen = choose_next_lesson([*states.items()], last_lesson)
    if chosen is not None and states[chosen] == "begun":
        progress = lessons[chosen]
        words = f"Go on with “{titles[chosen]}”: {progress.words}."
        first_missing = progress.missing[0]  # a lesson that is begun is not done, so something is missing
        return Suggestion(words, "lesson", lesson=chosen, section=first_missing.open_pages[0])
    weak = [str(concept["id"]) for concept in figures.concepts if concept["level"] < WEAK_LEVEL]
    if weak:
        names = join_names([concept_name(concept) for concept in weak])
        return Suggestion(f"Practise what is weak: {names}.", "weak", quiz_count)
    if chosen is not None and states[chosen] == "new":
        return Suggestion(f"Begin “{titles[chosen]}”.", "lesson", lesson=chosen)
    return Suggestion("Everything is done and nothing is due: a mixed quiz keeps it fresh.", "mixed", quiz_count)


def _suggest_review(due: int, quiz_count: int) -> Suggestion:
    """Suggest a review of the `due` questions, or of those that are overdue longest where a quiz has fewer."""
    if due > quiz_count:
        return Suggestion(
            f"Review {quiz_count} of the {due} questions due, the longest overdue first.", "due", quiz_count
        )
    noun = "question that is due" if due == 1 else "questions that are due"
    return Suggestion(f"Review {due} {noun}.", "due", due)
