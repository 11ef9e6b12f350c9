"""The check of formulas: it must see what is lost."""

import pytest

from tutor.maths import lint as linting
from tutor.maths.lint import lint


@pytest.mark.parametrize(
    "latex",
    [
        r"\varepsilon \vartheta \varphi \varrho \varsigma \lambda \Lambda \phi \Phi",
        r"\begin{array}{lr} a & b \\[2pt] c & d \end{array}",
        r"a \hspace{2em} b \kern3pt c",
        r"\textcolor{red}{x} + \operatorname{softmax}(z)",
        r"x_{\beta\gamma\rho\varphi\chi}^{\beta\gamma\delta\theta}",
        r"\mathbb{E} \mathcal{N} \mathfrak{g} \mathbf{W} \boldsymbol{\theta} \mathbb{1}",
        r"\text{about 1,000 of $x_1$}",
    ],
)
def test_formula_shown_whole_has_no_fault(latex: str) -> None:
    assert lint(latex) == []


def test_number_swallowed_as_a_length_is_reported() -> None:
    assert lint(r"x \kern3 y") == ["lost in the display: 3", "lost in the one-line form: 3"]


def test_letter_missing_from_one_form_is_reported_for_that_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linting, "inline", lambda latex: "α + y")
    assert lint(r"\alpha + \beta + y_1") == ["lost in the one-line form: 1β"]
