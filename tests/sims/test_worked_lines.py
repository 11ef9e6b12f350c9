"""Every worked line says what it computes, from which numbers, and what comes out; and that is what comes out."""

import re
from typing import Any

import pytest

from tests.sims.runs import MAX_DRAWS, STEPS, run_views, simulations
from tests.sims.shown_numbers import evaluated, shows, shows_share
from tutor.plain.simulation import state_lines
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.state import find_overflow
from tutor.sims.engine.view import WorkedLine
from tutor.sims.functions.activations import ACTIVATIONS
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.numbers import format_latex

ZERO = re.compile(r"\\text\{0, set for good\}")
CROSSING = r" \text{, which crosses 0}"
ELIDED = r" + \dots"
COSTLY = ("playground", "digits")
"""Simulations whose states take long to look at; fewer runs of these."""
WITHOUT = ("manifold", "separable")
"""Simulations whose steps are no formula."""


EACH = pytest.mark.parametrize(
    "name", [name for name in SIMULATIONS if name not in WITHOUT], scope="module"
)  # so that one run serves all tests


def result(simulation: Simulation[Any], line: WorkedLine) -> tuple[float, float]:
    """What the numbers of `line` give, and how far that may be off."""
    rule = ACTIVATIONS[getattr(simulation, "activation", "linear")]
    return evaluated(line.numbers, rule.value, rule.derivative)


@EACH
def test_the_numbers_of_a_worked_line_give_its_result(name: str) -> None:
    checked = 0
    for simulation, history, view in run_views(name, *((5, 15) if name in COSTLY else (MAX_DRAWS, STEPS))):
        for line in view.worked_lines:
            if ELIDED in line.numbers:
                continue
            if ZERO.fullmatch(line.numbers):
                assert line.value == 0
                continue
            found, off = result(simulation, line if CROSSING not in line.numbers else crossing(line))
            if CROSSING in line.numbers:
                assert line.value == 0
                continue
            where = f"{name} {simulation.values()} step {history.state.step}: {line.formula} = {line.numbers}"
            assert abs(found - line.value) <= 1.1 * off + 1e-9 * abs(line.value) + 1e-300, f"{where}: {found}, {line}"
            checked += 1
    assert checked > 20


def crossing(line: WorkedLine) -> WorkedLine:
    """The same line without its remark."""
    return WorkedLine(line.key, line.formula, line.numbers.removesuffix(CROSSING), line.value, line.stage)


def test_the_ratio_of_the_two_convolutions_has_the_terms_of_its_formula() -> None:
    """1/N + 1/K² is followed by these two fractions, and not by the quotient of the totals."""
    player = Player(find_simulation("conv-cost").build(kernels=256, kernel=5))
    player.jump(9)
    line = player.view().worked_lines[-1]
    assert line.formula.endswith(r"\frac{1}{N} + \frac{1}{K^2}")
    assert line.numbers == r"\frac{1}{256} + \frac{1}{5^2}"
    assert line.value == 53_952 / 1_228_800


@pytest.mark.parametrize(("channels", "terms"), [(3, 3), (16, 16), (1, 5)])
def test_a_sum_of_products_is_written_out_as_one_term_a_channel_or_one_a_row(channels: int, terms: int) -> None:
    player = Player(find_simulation("convolution").build(channels=channels, kernel=5))
    player.jump(12)
    (line,) = player.view().worked_lines
    assert len(line.numbers.split(" + ")) == terms and "dots" not in line.numbers
    assert evaluated(line.numbers)[0] == pytest.approx(line.value, rel=1e-4)


@pytest.mark.parametrize("name", WITHOUT)
def test_some_simulations_have_no_formulas(name: str) -> None:
    assert not any(view.worked_lines for _, _, view in run_views(name, draws=0))


@EACH
def test_a_worked_line_has_its_left_side_and_its_numbers(name: str) -> None:
    for _, _, view in run_views(name, draws=4, steps=8 if name in COSTLY else STEPS):
        for line in view.worked_lines:
            left, equals, right = re.sub(r"\\leftarrow", "=", line.formula).partition("=")
            assert left.strip() and equals and right.strip(), line
            assert line.numbers.strip(), line
            assert not re.match(r"\(−[^()+]*\)( |$)", line.numbers), line  # brackets only after an operator


@pytest.mark.parametrize("ascii", [False, True])
@EACH
def test_plain_lines_have_left_side_formula_numbers_and_result(name: str, ascii: bool) -> None:
    for simulation in simulations(name, 1):
        player = Player(simulation)
        for _ in range(6):
            if find_overflow(player.state):
                break
            told, worked = state_lines(player, ascii), player.view().worked_lines
            starts = [k for k, line in enumerate(told) if line.startswith("    = ")]
            assert len(starts) == len(worked)
            for at, line in zip(starts, worked, strict=True):
                assert re.search(" (?:=|←|<-) ", told[at - 1]), told[at - 1]
                told_of_it, _, share = told[at].rpartition(" = ") if line.is_share else (told[at], "", "")
                assert not line.is_share or shows_share(share, line.value)
                *numbers, shown = re.split(" (?:=|≈|~~) (?!.* (?:=|≈|~~) )", told_of_it.removeprefix("    = "))
                assert all(part.strip() not in {"", shown, f"({shown})"} for part in numbers), "the result twice"
                assert re.search(r"\de[-−]?\d", told[at]) is None, "a power of ten is written as one"
                plain = re.sub(r"^10(?=\^|[⁻⁰¹²³⁴-⁹])", "1·10", shown.replace(" * ", "·").replace(" · ", "·"))
                assert shows(number_of(plain), float(line.value)), (told[at], line.value)
            player.step()


def number_of(shown: str) -> str:
    """`3.2·10⁻⁹` or `3.2·10^{-9}` as `3.2e−9`."""
    raised = (
        shown.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")).replace("^", "").replace("{", "").replace("}", "")
    )
    mantissa, power, exponent = raised.partition("·10")
    return (f"{mantissa}e{exponent}" if power else mantissa).replace("-", "−")


def test_the_evaluator_is_not_the_programs_own_and_knows_arithmetic() -> None:
    assert evaluated(r"0.1 \cdot \frac{(−0.9)}{\sqrt{0.81} + 10^{−8}}")[0] == pytest.approx(-0.1, rel=1e-6)
    assert evaluated(r"\lfloor \frac{12 + 2 \cdot 0 - 5}{2} \rfloor + 1")[0] == 4
    assert evaluated(r"\frac{1}{2} (3 - (−1))^2")[0] == 8
    assert evaluated(r"\lvert −2 \rvert + 1,200")[0] == 1202


@EACH
def test_an_equals_sign_before_a_result_is_what_a_calculator_gives_from_the_shown_numbers(name: str) -> None:
    for simulation, history, view in run_views(name, *((1, 8) if name in COSTLY else (4, 15))):
        for line in view.worked_lines:
            sides, relations = line.sides, line.relations
            assert len(relations) == len(sides) - 1 and set(relations) <= {"=", r"\approx"}
            if len(sides) < 3 + line.is_share or any(word in line.numbers for word in (ELIDED, CROSSING, r"\text")):
                assert r"\approx" not in relations
                continue
            found = result(simulation, line)[0]
            gives = sides[2] in {format_latex(found * (1 + off)) for off in (-1e-12, 0, 1e-12)}  # halfway: either
            assert (relations[1] == "=") == gives, (name, history.state.step, line)


def test_a_result_that_the_shown_numbers_miss_in_the_last_figure_is_told_by_another_sign() -> None:
    missed = WorkedLine("C", "C = s/n", r"\frac{1}{250} \cdot 127.792", 0.511169)
    assert missed.latex == r"C = s/n = \frac{1}{250} \cdot 127.792 \approx 0.511169"
    met = WorkedLine("C", "C = s/n", r"\frac{1}{250} \cdot 127.792", 0.511168)
    assert met.latex == r"C = s/n = \frac{1}{250} \cdot 127.792 = 0.511168"
    applied = WorkedLine("h", "h = f(z)", "f(0.1)", 0.0100001, redone=0.01)
    assert applied.relations == ("=", r"\approx")
    share = WorkedLine("a", "a = r/n", r"\frac{13}{24}", 13 / 24, is_share=True)
    assert share.relations == ("=", "=", "=")
    sought = WorkedLine("C", "C = s/n", r"\frac{1}{250} \cdot 127.792", 0.511169, is_sought=True)
    assert sought.relations == ("=", "=")
