"""Displays broken for a width."""

from textwrap import dedent

import pytest

from tests.maths.formulas import ALL, NOTES
from tutor.maths.box import cell_width
from tutor.maths.render import display, inline

COST = NOTES[6]
CHAIN = next(latex for latex in NOTES if latex.startswith(r"\begin{aligned}"))


def broken(latex: str, width: int) -> str:
    return "\n".join(line.rstrip() for line in display(latex, width))


def picture(text: str) -> str:
    return dedent(text).strip("\n")


def test_formula_that_fits_is_not_broken() -> None:
    assert display(COST, 80) == display(COST)


def test_continuation_hangs_under_the_right_side() -> None:
    assert broken(COST, 38) == picture("""
              1
       C = − ─── ∑ yᵢ log[o(xᵢ)]
              n  i

           + (1 − yᵢ) log[1 − o(xᵢ)]
       """)


def test_second_relation_stands_below_the_first() -> None:
    assert broken(r"S(i, j) = (I * K)(i, j) = \sum_m \sum_n I(i + m, j + n) K(m, n)", 38) == picture("""
        S(i, j) = (I * K)(i, j)
                = ∑ ∑ I(i + m, j + n) K(m, n)
                  m n
        """)


def test_commas_are_broken_after_and_operators_before() -> None:
    assert broken(r"y_i \in \{(1, 0, 0), (0, 1, 0), (0, 0, 1)\}", 24) == picture("""
        yᵢ ∈ {(1, 0, 0),
             (0, 1, 0),
             (0, 0, 1)}
        """)
    assert broken(r"m = \exp(v_1) + \exp(v_2) + \exp(v_3)", 24) == picture("""
        m = exp(v₁) + exp(v₂)
            + exp(v₃)
        """)


def test_sum_is_broken_before_a_product() -> None:
    assert broken(r"m_t \leftarrow \beta_1 \cdot m_{t-1} + (1 - \beta_1) \cdot g_t", 24) == picture("""
        mₜ ← β₁ · mₜ₋₁
             + (1 − β₁) · gₜ
        """)


def test_outside_of_brackets_is_broken_first() -> None:
    assert broken("y = (a + b + c + d + e) + f(g + h + k)", 30) == picture("""
        y = (a + b + c + d + e)
            + f(g + h + k)
        """)


def test_equations_set_side_by_side_go_one_below_the_other() -> None:
    assert broken(r"a = b + c, \qquad d = e + f + g", 18) == picture("""
        a = b + c,
        d = e + f + g
        """)


def test_aligned_equations_keep_their_alignment() -> None:
    assert broken(CHAIN, 38) == picture("""
        ∂v₃   ∂v₃ ∂z₃             ∂v₂
        ─── = ─── ─── = σ′(z₃) w₃ ───
        ∂w₁   ∂z₃ ∂w₁             ∂w₂

                                  ∂v₁
            = σ′(z₃) w₃ σ′(z₂) w₂ ───
                                  ∂w₁

            = σ′(z₃) w₃ σ′(z₂) w₂ σ′(z₁) x
            = σ′(z₃) σ′(z₂) σ′(z₁) w₃ w₂ x
        """)


def test_what_cannot_be_broken_comes_out_wider() -> None:
    latex = r"\frac{a + b + c + d}{e + f + g + h}"
    assert display(latex, 5) == display(latex)


@pytest.mark.parametrize("width", [24, 38, 60])
@pytest.mark.parametrize("latex", ALL)
def test_broken_display_loses_nothing(latex: str, width: int) -> None:
    lines = display(latex, width)
    whole = "".join(display(latex))
    assert sorted("".join(lines).replace(" ", "")) == sorted(whole.replace(" ", ""))
    assert len({cell_width(line) for line in lines}) == 1
    assert cell_width(lines[0]) <= max(width, cell_width(display(latex)[0]))


@pytest.mark.parametrize("latex", [latex for latex in NOTES if "frac" not in latex])
def test_notes_without_fractions_fit_a_narrow_column(latex: str) -> None:
    assert cell_width(display(latex, 30)[0]) <= 30
    assert inline(latex)
