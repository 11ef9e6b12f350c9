"""Numbers with their nouns and sentences with their stops: one helper each, and no way round them."""

import ast
import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Command
from tutor.content.plain import plain_inline
from tutor.errors import nearest
from tutor.maths.render import inline
from tutor.reading.numbers import read_number
from tutor.reading.outcome import NumberRead
from tutor.screens.catalogue import theme_names
from tutor.sims.engine.view import describe_change
from tutor.sims.table import SIMULATIONS
from tutor.text.numbers import (
    counted,
    format_factor,
    format_latex,
    format_number,
    format_power,
    format_residue,
    plural,
    typeset_numbers,
)
from tutor.text.sentences import join_sentences, join_words
from tutor.widgets.markdown.mathtext import GLUE, text_content

TUTOR = Path(__file__).parent.parent / "tutor"
SOURCES = sorted(TUTOR.rglob("*.py"))


@pytest.mark.parametrize(
    ("count", "thing", "said"),
    [
        (0, "point", "0 points"),
        (1, "point", "1 point"),
        (2, "entry", "2 entries"),
        (2, "day", "2 days"),
        (3, "class", "3 classes"),
        (2, "epoch", "2 epochs"),
        (2, "batch", "2 batches"),
        (1200, "new attempt", "1,200 new attempts"),
        (1.0, "minute", "1 minute"),
        (2.5, "minute", "2.5 minutes"),
    ],
)
def test_a_number_goes_with_its_noun(count: float, thing: str, said: str) -> None:
    assert counted(count, thing) == said


def test_nothing_may_be_said_as_no() -> None:
    assert counted(0, "answer", none="no") == "no answers"


def test_sentences_end_once() -> None:
    assert join_sentences("When are they equal?", "One step is a channel", "", "Done.") == (
        "When are they equal? One step is a channel. Done."
    )
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b"]) == "a and b"
    assert join_words(["a", "b", "c"], "or") == "a, b or c"


def test_numbers_in_formulas_are_factors() -> None:
    assert format_latex(-1e-9) == "−10^{−9}"
    assert format_factor(-3.5e20) == r"(−3.5 \cdot 10^{20})"
    assert format_power(1e-4, 2) == "0.0001^{2}"
    assert format_power(2e-9, 2) == r"(2 \cdot 10^{−9})^{2}"


def test_a_trend_that_is_smaller_than_the_figures_is_told_by_its_size() -> None:
    assert describe_change(2.0, 1.0) == "fell from 2 to 1"
    assert describe_change(1.0, 1.0) == "stayed at 1"
    assert describe_change(1.0, 1.0 + 1e-7) == "rose by 10⁻⁷ to 1"


def test_part_of_a_name_in_full_is_nearer_than_a_name_that_looks_alike() -> None:
    assert nearest("dark", theme_names()) == "chainrule-dark"
    assert nearest("chainrule", ["adam", "chain-rule", "chainrule-safe"]) == "chainrule-safe"


def strings(path: Path) -> Iterator[ast.JoinedStr]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield node


@lru_cache(maxsize=1)
def nouns() -> set[str]:
    """What is counted anywhere in the program, in the plural."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("counted", "some"):
                noun = node.args[1]
                if isinstance(noun, ast.Constant) and isinstance(noun.value, str):
                    found.add(plural(noun.value).split()[-1])
    return found


def is_fixed(value: ast.expr) -> bool:
    """A constant of the program, which is never 1."""
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return name.isupper()


NOT_NOUNS = {"looks", "shares", "scores", "names", "times"}  # also verbs; 0.5 times as much
KNOWN = {
    ("tutor/sims/models/autoencoder.py", "epochs"),  # tens of them
    ("tutor/sims/models/separable.py", "slices"),  # one slice is told apart
    ("tutor/sims/models/separable.py", "kernels"),
    ("tutor/sims/models/loss_surface.py", "values"),  # two at least
    ("tutor/sims/models/loss_surface.py", "evaluations"),
    ("tutor/sims/models/batchnorm.py", "features"),  # more than three
    ("tutor/sims/playground/view.py", "units"),  # 2-4-1 units
    ("tutor/sims/models/learned_kernel_view.py", "points"),  # 64 images at most: one of them is more than one point
    ("tutor/statistics/overview.py", "questions"),  # more than a quiz has
    ("tutor/commands/diagnosis.py", "cells"),  # 80×24 cells
    ("tutor/commands/doctor.py", "cells"),
    ("tutor/sims/playground/files.py", "units"),
    ("tutor/content/blocks.py", "entries"),  # too many of them
    ("tutor/questions/kinds/match.py", "numbers"),  # three at least
    ("tutor/questions/kinds/match.py", "pairs"),
    ("tutor/exercises/explanations/values.py", "numbers"),  # of an expression, not of a count
    ("tutor/expressions/wording.py", "arguments"),  # of a range, the larger end
    ("tutor/statistics/charts.py", "days"),  # a month
    ("tutor/statistics/charts.py", "hours"),  # with a decimal
    ("tutor/sims/models/initialisation.py", "units"),  # of a kind, uncounted
}
"""Where a number is never 1."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(TUTOR)))
def test_no_number_is_put_before_a_plural_without_the_helper(path: Path) -> None:
    many = "|".join(sorted(nouns() - NOT_NOUNS))
    for node in strings(path):
        for value, after in zip(node.values, node.values[1:], strict=False):
            if not isinstance(value, ast.FormattedValue) or not isinstance(after, ast.Constant):
                continue
            found = re.match(rf"(?: [a-z]+)? ({many})\b", str(after.value))
            known = (str(path.relative_to(TUTOR.parent)), found[1]) in KNOWN if found else False
            called = isinstance(value.value, ast.Call) and getattr(value.value.func, "id", "") in ("counted", "some")
            assert not found or called or is_fixed(value.value) or known, f"{path}:{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_sentences_of_a_simulation_in_plain_lines_end_once(command: Command, name: str) -> None:
    done = command("sim", name, "--plain", "--steps", "1")
    assert not re.search(r"[?!.:]\.(?!\.)", done.out), done.out


def test_the_list_of_simulations_is_sentences(command: Command) -> None:
    assert not re.search(r"[?!]\.", command("sim", "--list").out)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2.78477e-7, "2.78477 · 10⁻⁷"),
        (-1e-5, "−10⁻⁵"),
        (1.5e20, "1.5 · 10²⁰"),
        ([1e-9, -0.5], "[10⁻⁹, −0.5]"),
        ("1e-7", "1e-7"),
    ],
)
def test_very_large_and_small_numbers_have_one_form_in_text_and_in_formulas(value: object, shown: str) -> None:
    assert format_number(value) == shown
    assert isinstance(value, (list, str)) or inline(format_latex(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.int64(-1_228_800), "−1,228,800"),
        (np.float32(0.1), "0.1"),
        (np.array(7), "7"),
        (np.bool_(True), "yes"),
        (np.array([-1, 2000]), "[−1, 2,000]"),
    ],
)
def test_a_number_of_numpy_is_written_as_pythons_own(value: object, shown: str) -> None:
    assert format_number(value) == shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_is_shown_can_be_typed_as_it_is_shown(value: float) -> None:
    read = read_number(format_number(value))
    assert isinstance(read, NumberRead)
    assert float(read.value) == pytest.approx(value, rel=1e-5)


def test_what_rounding_leaves_of_an_error_is_0_and_what_is_more_is_a_number() -> None:
    assert format_residue(5.059e-28) == format_residue(-1.1e-16) == "0 (rounding)"
    assert (format_residue(0.0), format_residue(2e-12), format_residue(None)) == (
        "0",
        "2 · 10⁻¹²",
        "–",
    )


def test_a_typed_number_is_shown_as_any_other() -> None:
    assert typeset_numbers("-1.2") == format_number(-1.2)
    assert typeset_numbers("1e-08") == format_number(1e-8)
    assert typeset_numbers("2,-1,-1.5e+20") == "2,−1,−1.5 · 10²⁰"


def test_no_line_ends_within_a_number() -> None:
    told = "the factor is 0.2, which makes the gradient 2.785 · 10⁻⁷ at last"
    for width in range(12, 70):
        lines = textwrap.wrap(plain_inline(told), width)
        assert any("2.785\u00a0·\u00a010⁻⁷" in line for line in lines)
    assert text_content(told).plain.count(GLUE) == 2
