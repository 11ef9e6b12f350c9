"""The summary of a quiz: scores by concept, calibration of confidence, pages to read again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING, NamedTuple

from tutor.errors import ChainruleError
from tutor.questions.answers.submission import CONFIDENCE_WORDS, Confidence
from tutor.quiz.item import QuizItem
from tutor.text.ascii_mode import prefers_ascii
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted, format_fixed

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import Section

MIN_ANSWERS_PER_BIN = 3
"""Calibration is judged by a confidence only if it was given for at least this many answers."""
RELIABLE_SURE_SHARE = 0.8
"""The learner can rely on being sure if at least this share of the sure answers is right."""
KNOWING_GUESS_SHARE = 0.6
"""If more than this share of the guesses is right, the learner knows more than she thinks."""
MAX_PAGES_TO_REVIEW = 3
"""The most pages that a summary recommends."""
MIN_TEACHING_CHARACTERS = 400
"""A page with no more characters of prose than this is taken to ask questions only, and not to teach."""

COUNTS_AS_PRACTICE = "Your answers count as practice too: for levels, reviews and assignments."
"""What a learner is told at the end of an exam."""
QUOTED_CHARACTERS = 48
"""The most characters that a summary quotes of a question."""


@dataclass(frozen=True)
class PageToReview:
    """A page that is worth reading again, and why."""

    lesson: str
    section: int
    """Counted from 0."""
    title: str
    """The lesson's title and the page's."""
    location: str
    """The lesson's short title, the number of the page and its title."""
    concept: str


@dataclass(frozen=True)
class CalibrationBin:
    """How many answers of one confidence were given, and how many of them were right."""

    confidence: Confidence
    count: int
    right: int

    @property
    def words(self) -> str:
        """The confidence in words, such as "think so"."""
        return CONFIDENCE_WORDS[self.confidence]

    @property
    def share(self) -> float:
        """The share that was right, 0 … 1."""
        return self.right / self.count


class ConceptScore(NamedTuple):
    """How well the questions on one concept were answered."""

    concept: str
    questions: int
    """Number of questions that count."""
    mean: float
    """Their mean score, from 0 to 1."""


@dataclass(frozen=True)
class Summary:
    """How a quiz went."""

    score: float
    """The sum over the answers: each from 0 to 1, less the cost of its hints."""
    right_at_first_try: int
    """How many were right at the first try."""
    right_at_second_try: int
    """How many more were right at the second."""
    total: int
    """The number of questions that count: in an exam all, in practice those that were answered."""
    answered: int
    hints: int
    """How many were seen."""
    left_out: int
    """How many questions had no answer."""
    seconds: float
    """The time of all answers together."""
    concepts: tuple[ConceptScore, ...]
    """The scores by concept, the weakest first."""
    calibration: tuple[CalibrationBin, ...]
    """One bin for each confidence that was given, the highest first."""
    confident_mistakes: tuple[str, ...]
    """The ids of the questions answered wrong although the learner was sure."""
    mistakes_in_words: tuple[str, ...]
    """The same questions as a learner knows them: the lesson, and how the question begins."""
    pages: tuple[PageToReview, ...]


def summarise(course: "Course", items: Sequence[QuizItem], *, exam: bool = False) -> Summary:
    """Summarise a quiz. In an exam, questions that were left out count, with a score of 0; in practice they do not."""
    asked = [item for item in items if item.instance is not None]  # when an exam is handed in, all are drawn
    answered = [item for item in asked if item.grade is not None]
    counted_items = asked if exam else answered
    left_out = len(asked if exam else items) - len(answered)
    concepts_and_scores = [(item.instance.concepts, item.score) for item in counted_items if item.instance]
    concept_scores = score_by_concept(concepts_and_scores)
    missed_concepts = [score.concept for score in concept_scores if score.mean < 1]
    missed_questions = [item.question for item in counted_items if item.score < 1]
    sure = [item for item in answered if item.submission and item.submission.confidence == "sure"]
    sure_and_wrong = [item for item in sure if item.first_verdict == "wrong"]
    return Summary(
        score=sum(item.score for item in counted_items),
        right_at_first_try=sum(item.is_right_at_once for item in answered),
        right_at_second_try=sum(item.is_right_at_second for item in answered),
        total=len(counted_items),
        answered=len(answered),
        hints=sum(item.submission.hints for item in answered if item.submission),
        left_out=left_out,
        seconds=sum(item.submission.seconds for item in answered if item.submission),
        concepts=tuple(concept_scores),
        calibration=calibration_bins(
            (item.submission.confidence, item.is_right_at_once) for item in answered if item.submission
        ),
        confident_mistakes=tuple(item.question for item in sure_and_wrong),
        mistakes_in_words=tuple(question_in_words(course, item) for item in sure_and_wrong),
        pages=tuple(pages_to_review(course, missed_concepts, missed_questions)),
    )


def question_in_words(course: "Course", item: QuizItem) -> str:
    """A question as a learner knows it: `Doubling, and what it costs: “What is twice …”`."""
    from tutor.content.plain import plain_inline

    prompt = "" if item.instance is None else plain_inline(item.instance.prompt, prefers_ascii())
    quoted_prompt = f"“{shorten(prompt, QUOTED_CHARACTERS, placeholder=' …')}”"
    try:
        _, lesson = course.question(item.question)
    except ChainruleError:
        return quoted_prompt
    titles = [heading.front_matter.title for heading in course.headings if heading.front_matter.id == lesson]
    return ": ".join([*titles, quoted_prompt])


def score_by_concept(answers: Sequence[tuple[Iterable[str], float]]) -> list[ConceptScore]:
    """The mean score of each concept, the weakest first; each answer is given as (its concepts, its score)."""
    scores_by_concept: dict[str, list[float]] = {}
    for concepts, score in answers:
        for concept in concepts:
            scores_by_concept.setdefault(concept, []).append(score)
    concept_scores = [
        ConceptScore(concept, len(scores), sum(scores) / len(scores)) for concept, scores in scores_by_concept.items()
    ]
    return sorted(concept_scores, key=lambda score: (score.mean, score.concept))


def calibration_bins(answers: Iterable[tuple[Confidence, bool]]) -> tuple[CalibrationBin, ...]:
    """Count right answers by confidence; each answer is given as (confidence, whether it was right)."""
    outcomes: dict[Confidence, list[bool]] = {}
    for confidence, is_right in answers:
        outcomes.setdefault(confidence, []).append(is_right)
    return tuple(
        CalibrationBin(confidence, count=len(outcomes[confidence]), right=sum(outcomes[confidence]))
        for confidence in CONFIDENCE_WORDS  # the highest first; "" (not asked for) has no bin
        if confidence in outcomes
    )


def describe_calibration(bins: Sequence[CalibrationBin]) -> str:
    """Say in one sentence whether the learner's confidence can be relied on; "" with too few answers.

    Of several findings only the first is reported: sure too often; too modest in guessing; praise.
    """
    judged = {each.confidence: each for each in bins if each.count >= MIN_ANSWERS_PER_BIN}
    sure, guess = judged.get("sure"), judged.get("guess")
    if sure is not None and sure.share < RELIABLE_SURE_SHARE:
        return f"Sure of {counted(sure.count, 'answer')}, right in {sure.right}: do not rely on being sure yet."
    if guess is not None and guess.share > KNOWING_GUESS_SHARE:
        return f"Guessed {counted(guess.count, 'answer')}, right in {guess.right}: you know more than you think."
    if sure is not None:
        return f"Sure of {counted(sure.count, 'answer')}, right in {sure.right}: you can rely on being sure."
    return ""


def pages_to_review(course: "Course", concepts: Sequence[str], missed: Sequence[str] = ()) -> list[PageToReview]:
    """Recommend pages on `concepts` to read again: one in each lesson, then further ones, `MAX_PAGES_TO_REVIEW` in all.

    If several lessons teach a concept, the first one is taken; but if the id of a question on the concept is in
    `missed`, the lesson of that question, if it is one of them.
    """
    lesson_of_missed = dict(_concepts_with_lesson(course, missed))
    pages_by_lesson: dict[str, PageToReview] = {}
    further_pages: dict[tuple[str, int], PageToReview] = {}
    for concept in concepts:
        teaching = [heading.front_matter for heading in course.headings if concept in heading.front_matter.concepts]
        if not teaching:
            continue
        preferred_lesson = lesson_of_missed.get(concept)  # it need not teach the concept, which another one may
        front = next((front for front in teaching if front.id == preferred_lesson), teaching[0])
        section, page_title = _find_page(course, front.id, concept)
        title = f"{front.title}: {page_title}" if page_title else front.title
        location = front.short_title
        if page_title:
            location += f", page {section + 1}: {page_title}"
        page = PageToReview(front.id, section, title, location, concept)
        first_of_lesson = pages_by_lesson.setdefault(front.id, page)
        if first_of_lesson.section != section:
            further_pages.setdefault((front.id, section), page)
    return [*pages_by_lesson.values(), *further_pages.values()][:MAX_PAGES_TO_REVIEW]


def describe_score(mean: float, count: int) -> str:
    """Write the points of `count` answers with the mean score `mean`: `2 of 3`, or `1.5 of 3` with one decimal."""
    points = mean * count
    is_whole = abs(points - round(points)) < 0.05  # it would be shown as .0
    return f"{format_fixed(points, 0 if is_whole else 1)} of {count}"


def _concepts_with_lesson(course: "Course", questions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (concept, lesson of the question) for each concept of `questions`, which are given as ids."""
    for id in questions:
        try:
            question, lesson = course.question(id)
        except ChainruleError:
            continue  # it is no longer in the course
        yield from ((concept, lesson) for concept in question.concepts)


def _find_page(course: "Course", lesson: str, concept: str) -> tuple[int, str]:
    """Find the page of `lesson` that teaches `concept`: (its index, its title); (0, "") if no page has a sign of that.

    The strongest sign is a question about the concept on a page with enough text; the next is a title that names the
    concept; then it counts how often the text mentions it. Of pages with equal signs the first is taken.
    """
    from tutor.content.model import Prose, QuestionBlock

    try:
        sections = course.lesson(lesson).sections
    except ChainruleError:
        return 0, ""
    word = concept_name(concept).lower()

    def signs_of_teaching(section: "Section") -> tuple[bool, bool, int]:
        """(page asks about the concept and has enough text, title names the concept, how often the text does)."""
        asks = any(
            concept in block.question.concepts[:1]  # the first is what the question is about
            for block in section.blocks
            if isinstance(block, QuestionBlock)
        )
        text = " ".join(block.template.source for block in section.blocks if isinstance(block, Prose)).lower()
        return asks and len(text) > MIN_TEACHING_CHARACTERS, word in section.title.lower(), text.count(word)

    signs_of_sections = [signs_of_teaching(section) for section in sections]
    strongest = max(signs_of_sections)  # tuples are compared entry by entry
    if not any(strongest):
        return 0, ""
    index = signs_of_sections.index(strongest)
    return index, sections[index].title
