"""A worked line is read with other decimals in the place of its own, which changes nothing that is written."""

import pytest

from tutor.maths import render
from tutor.maths.render import MathError, inline
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

TRICKY = (
    "10^{0.5} + x_{1.5,2.5} + y_{0.25}",
    r"\sqrt[2.5]{0.5}",
    r"a \hspace{0.5em} b",
    r"\text{about 0.25} + 1.2.3",
    r"0.5 0.6 x 0.7",
    r"\frac{0.5}{0.25 + 1.5} \binom{0.5}{1.5}",
    "0.5 + 100.5",
    " + ".join(f"{number}.5" for number in range(120)),
)


@pytest.mark.parametrize("latex", TRICKY)
def test_decimals_are_written_as_without_stand_ins(latex: str) -> None:
    assert inline(latex) == render._inline(latex)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_each_worked_line_is_written_as_without_stand_ins(name: str) -> None:
    player = Player(find_simulation(name).build())
    for _ in range(3):
        if player.can_step:
            player.step()
        sides = [side for line in player.view().worked_lines for side in line.sides]
        assert [inline(side) for side in sides] == [render._inline(side) for side in sides]


def test_a_message_quotes_the_formula_itself() -> None:
    with pytest.raises(MathError) as told:
        inline(r"0.5 \left 0.25 x \right)")
    assert "100.5" not in str(told.value)


def test_other_decimals_are_not_read_again() -> None:
    inline(r"\frac{1}{2} \cdot 0.125")
    before = render._inline.cache_info().misses
    assert inline(r"\frac{1}{2} \cdot 1234.5678") == "1/2 · 1234.5678"
    assert render._inline.cache_info().misses == before
