"""One question of each kind, for the tests of a card that go through all of them."""

from typing import Any

from tests.questions.examples import CHOICE, CHOICES, EXPRESSION, MATCH, NUMBER, ORDER, TEXT
from tests.widgets.test_card import CHALLENGE, PREDICT

EXAMPLES: dict[str, dict[str, Any]] = {
    "number": NUMBER,
    "choice": CHOICE,
    "choices": CHOICES,
    "order": ORDER,
    "match": MATCH,
    "text": TEXT,
    "expression": EXPRESSION,
    "predict": PREDICT,
    "challenge": CHALLENGE,
}
