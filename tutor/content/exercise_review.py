"""The short question by which a passed exercise is reviewed: which known mistake is in this solution?

A passed exercise need not be written again. When its review is due, this question is asked instead.
"""

import random
from typing import Any, ClassVar

from tutor.content.model import CodeBlock
from tutor.exercises.exercise import CodeMistake, Exercise
from tutor.questions.base import AnswerFormat, Instance, Question
from tutor.questions.kinds.table import read_question

KIND = "choice"
"""The kind of question that it is asked as."""
MAX_OFFERED = 4
"""The most mistakes to choose from, the right one included."""


class ExerciseReviewQuestion(Question, frozen=True, kw_only=True):
    """Shows a wrong solution of an exercise, and asks which of its known mistakes was made in it."""

    kind: ClassVar[str] = KIND
    answer_format: ClassVar[AnswerFormat] = "single choice"
    usual_seconds: ClassVar[float] = 60.0

    exercise: Exercise

    def draw_instance(self, seed: int) -> Instance:
        """Draw from `seed` which mistake is shown, and which others are offered as wrong options."""
        mistakes = self.exercise.mistakes
        shown = mistakes[seed % len(mistakes)]
        # Several mistakes may have the same words, for different changes of the code: they are one option.
        others_by_words = {mistake.say: mistake for mistake in mistakes if mistake.say != shown.say}
        other_mistakes = list(others_by_words.values())
        rng = random.Random(f"{self.id}:{seed}")
        distractors = rng.sample(other_mistakes, min(len(other_mistakes), MAX_OFFERED - 1))
        wrong_options = [
            {"text": mistake.say, "why": f"Not here. {_where_it_shows(mistake)}".strip()} for mistake in distractors
        ]
        data: dict[str, Any] = {
            "id": self.id,
            "concepts": self.concepts,
            "ask": self._prompt(shown),
            "options": [{"text": shown.say, "why": shown.say, "right": True}, *wrong_options],
            "hints": self.hints,
            "why": self.why,
        }
        return read_question(KIND, data).draw_instance(seed)

    def _prompt(self, shown: CodeMistake) -> str:
        """The text of the question, with the reference solution into which the mistake was put."""
        source = shown.source(self.exercise.reference).rstrip("\n")
        return f"This `{self.exercise.name}` is wrong. What would you say to it?\n\n```python\n{source}\n```"


def _where_it_shows(mistake: CodeMistake) -> str:
    """Say in a sentence how a mistake changes the code; "" unless it changes a single piece within a line."""
    changes = [(old.strip(), new.strip()) for old, new in mistake.change.items()]
    if len(changes) != 1:
        return ""
    old, new = changes[0]
    if {"\n", "`"} & set(old + new):  # cannot be quoted between backticks
        return ""
    return f"Then `{old}` would read `{new}`." if new else f"Then `{old}` would be missing."


def exercise_review_question(block: CodeBlock) -> ExerciseReviewQuestion:
    """The short question by which an exercise is reviewed; it has the exercise's id."""
    exercise = block.exercise
    return ExerciseReviewQuestion(
        id=block.id,
        concepts=(exercise.concept,),
        why=exercise.why,
        hints=exercise.hints[:1],
        exercise=exercise,
    )
