"""Stories about the letters of a formula: which are explained, by which lesson, and where they stand."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.screens.story import SMALL, WIDE, press, record, text, until
from tutor.content.collected import NamedFormula, Source, Term
from tutor.content.course import open_course
from tutor.content.formula_letters import letters_of
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.reference.sheets import NO_LETTERS
from tutor.screens.requests import OpenScreen


def term(name: str, meaning: str, lesson: int) -> Term:
    return Term(name, meaning, Source(f"lesson-{lesson}", lesson, f"Lesson {lesson}", 0))


def formula(latex: str, lesson: int) -> NamedFormula:
    return NamedFormula("a-formula", latex, Source(f"lesson-{lesson}", lesson, f"Lesson {lesson}", 0))


def meanings(latex: str, lesson: int, *terms: Term) -> list[str]:
    return [found.meaning for found in letters_of(formula(latex, lesson), terms)]


def test_the_letters_of_a_formula_are_explained_in_the_order_in_which_they_occur() -> None:
    found = meanings("z = w_1 x_1 + b", 1, term("$b$", "bias", 1), term("$w$", "weight", 1), term("$z$", "sum", 1))
    assert found == ["sum", "weight", "bias"]


def test_a_letter_means_what_the_lesson_of_the_formula_says_and_not_a_later_one() -> None:
    three = term("$n$", "examples", 3), term("$n$", "inputs", 5), term("$n$", "layers", 7)
    assert meanings("n + 1", 5, *three) == ["inputs"]
    assert meanings("n + 1", 4, *three) == ["examples"]


def test_a_letter_that_had_several_meanings_before_is_left_out_rather_than_explained_wrongly() -> None:
    assert not meanings("n + 1", 6, term("$n$", "examples", 3), term("$n$", "inputs", 5))


@pytest.mark.parametrize(
    ("latex", "names"),
    [
        (r"\text{error} = e", ["e"]),  # not those of the word
        (r"\sum_e x", ["x"]),  # not an index
        (r"\beta e", ["e"]),  # not those of a command
        (r"\hat{x} + x", [r"\hat x", "x"]),
        ("C'' + C'", ["C''", "C'"]),
    ],
)
def test_only_letters_that_stand_for_something_there_are_explained(latex: str, names: list[str]) -> None:
    terms = [term(f"${name}$", name, 1) for name in ("e", "r", "b", "x", r"\hat x", "C", "C'", "C''")]
    assert meanings(latex, 1, *terms) == names


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_letters_of_the_formula_under_the_cursor_stand_below_the_list(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    program = ChainruleApp(open_course(), record(tmp_path), Opening())
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Lesson")
        program.post_message(OpenScreen("formulas"))
        await until(pilot, "Letters of “weighted sum”")
        await until(pilot, "z  The weighted sum of a node, bias included.")
        await press(pilot, ["down", "down"])
        await until(pilot, "Letters of “activation”")
        await until(pilot, "h  The output of a node.")
        program.screen.query_one(Input).value = "intensity"
        await until(pilot, NO_LETTERS)
        program.screen.query_one(Input).value = "no such formula"
        await until(pilot, "Nothing here contains")
        assert "Letters of" not in text(program)
