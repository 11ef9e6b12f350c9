"""A short quiz, and the keys of a learner who knows its answers or does not."""

from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.quiz.quiz import QuizScreen
from tutor.widgets.answers.question_card import QuestionCard

QUIZ = Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3))


def quiz(program: ChainruleApp) -> QuizScreen:
    assert isinstance(program.screen, QuizScreen)
    return program.screen


def right_keys(card: QuestionCard) -> list[str]:
    """What a learner presses who knows the answer."""
    label = card.instance.solution.partition(")")[0]
    return [*label, "enter"]


def wrong_keys(card: QuestionCard) -> list[str]:
    """What a learner presses who does not, and who wants no second try."""
    right = card.instance.solution.partition(")")[0]
    if card.instance.options:
        return ["b" if right == "a" else "a", "enter", "f9"]
    return ["1", "enter", "f9"]
