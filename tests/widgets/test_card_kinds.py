"""Stories about cards of the kinds whose answers are letters, terms and formulas."""

import pytest

from tests.questions.examples import CHOICES, EXPRESSION, MATCH, ORDER, TEXT
from tests.widgets.test_card import Desk, shown, until

SIZE = (80, 40)
TYPED = [("choices", CHOICES), ("order", ORDER), ("match", MATCH), ("text", TEXT), ("expression", EXPRESSION)]


@pytest.mark.parametrize(("kind", "data"), TYPED, ids=[kind for kind, _ in TYPED])
async def test_a_card_shows_its_entries_and_takes_a_typed_answer(kind: str, data: dict[str, object]) -> None:
    app = Desk(kind, data)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for entry in (*app.instance.places, *app.instance.options):
            assert entry.text.rstrip(".") in shown(app)
        app.card.fill_in(app.instance.solution.strip("$"))
        await pilot.press("enter")
        await until(pilot, "✓ Right.")


async def test_how_a_formula_is_read_is_seen_while_it_is_typed() -> None:
    app = Desk("expression", EXPRESSION)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press(*"a/(y+1)")
        await until(pilot, "y + 1")
        await pilot.press("+")
        await pilot.pause()
        assert "y + 1" not in shown(app)


async def test_nothing_ticked_is_no_answer_and_costs_nothing() -> None:
    app = Desk("order", ORDER)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press("enter")
        await until(pilot, "? Not graded:")
        assert app.handed_in == []
        await pilot.press("b", "enter")
        await until(pilot, "b  ")
        assert app.handed_in == [("b", 0)]
