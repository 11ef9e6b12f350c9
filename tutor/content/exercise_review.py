"""The short question by which a passed exercise is reviewed: which known mistake is in this solution?

A passed exercise is not written again, unless the learner wants to: what is due is this question.
"""

import random
from typing import Any, ClassVar

from tutor.content.model import CodeBlock
from tutor.exercises.exercise import CodeMistake, Exercise
from tutor.questions.base import AnswerFormat, Instance, Question
from tutor.questions.kinds.table import read_question

KIND = "choice"
"""The kind as which it is asked."""
MAX_OFFERED = 4
"""The most mistakes to choose from."""


class ExerciseReviewQuestion(Question, frozen=True, kw_only=True):
    """One wrong solution of an exercise; which of its known mistakes is it?"""

    kind: ClassVar[str] = KIND
    answer_format: ClassVar[AnswerFormat] = "single choice"
    usual_seconds: ClassVar[float] = 60.0

    exercise: Exercise

    def draw_instance(self, seed: int) -> Instance:
        """The question with the mistake, and what else is offered, that `seed` draws."""
        asked = self.exercise.mistakes[seed % len(self.exercise.mistakes)]
        others = [*{each.say: each for each in self.exercise.mistakes if each.say != asked.say}.values()]
        drawn = random.Random(f"{self.id}:{seed}").sample(others, min(len(others), MAX_OFFERED - 1))
        offered = [{"text": each.say, "why": f"Not here. {_where_it_shows(each)}".strip()} for each in drawn]
        data: dict[str, Any] = {
            "id": self.id,
            "concepts": self.concepts,
            "ask": self._prompt(asked),
            "options": [{"text": asked.say, "why": asked.say, "right": True}, *offered],
            "hints": self.hints,
            "why": self.why,
        }
        return read_question(KIND, data).draw_instance(seed)

    def _prompt(self, asked: CodeMistake) -> str:
        source = asked.source(self.exercise.reference).rstrip("\n")
        return f"This `{self.exercise.name}` is wrong. What would you say to it?\n\n```python\n{source}\n```"


def _where_it_shows(mistake: CodeMistake) -> str:
    """Say how a mistake shows, if it is a single changed piece of the solution."""
    pieces = [(old.strip(), new.strip()) for old, new in mistake.change.items()]
    if len(pieces) != 1 or {"\n", "`"} & set("".join(pieces[0])):
        return ""
    old, new = pieces[0]
    return f"Then `{old}` would read `{new}`." if new else f"Then `{old}` would be missing."


def exercise_review_question(block: CodeBlock) -> ExerciseReviewQuestion:
    """The short question of an exercise, under its id."""
    exercise = block.exercise
    return ExerciseReviewQuestion(
        id=block.id,
        concepts=(exercise.concept,),
        why=exercise.why,
        hints=exercise.hints[:1],
        exercise=exercise,
    )
