"""Markdown with formulas, made plain."""

import subprocess
import sys

import pytest

from tutor.maths.ascii import replace_signs
from tutor.maths.text import inline_formulas


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("Here $x_1$ and $x_2$.", "Here x₁ and x₂."),
        ("$$\n\\frac{a}{b}\n$$", "a/b"),
        ("The rule is\n\n$$w \\leftarrow w - \\eta g$$\n\nso.", "The rule is\n\nw ← w − ηg\n\nso."),
        ("It costs \\$5, or \\$6.", "It costs $5, or $6."),
        ("It costs $5 and $6.", "It costs $5 and $6."),
        ("A formula $a +\nb$ over two lines.", "A formula a + b over two lines."),
        ("No formula $a\n\nb$ over two paragraphs.", "No formula $a\n\nb$ over two paragraphs."),
        ("Code `$x_1$` stays.", "Code `$x_1$` stays."),
        ("```\n$x_1$\n```\n$x_1$", "```\n$x_1$\n```\nx₁"),
        ("Broken $\\frac{a}$ stays.", "Broken $\\frac{a}$ stays."),
        ("A set $\\{0, 1\\}$.", "A set {0, 1}."),
        ("5\\% is $5\\%$", "5\\% is 5%"),
    ],
)
def test_formulas_in_markdown_become_lines(markdown: str, plain: str) -> None:
    assert inline_formulas(markdown) == plain


def test_ascii_takes_the_prose_along() -> None:
    assert inline_formulas("So $\\hat m_t$ — “less” than 5 × 5…", ascii=True) == 'So hat(m)_t -- "less" than 5 x 5...'


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("m̂₁ = m₁ / (1 − β₁) = 0.2 / 0.1", "hat(m)_1 = m_1 / (1 - beta_1) = 0.2 / 0.1"),
        ("x² + x¹⁰ ≤ ∞", "x^2 + x^10 <= inf"),
        ("σ′(z) → Ω", "sigma'(z) -> Omega"),
        ("naïve café", "naive cafe"),
        ("漢 ▁█╭ ␛", "\\u6f22 _#+ \\x1b"),
        ("ŷ = 10⁻³", "hat(y) = 10^-3"),
    ],
)
def test_readings_become_ascii(text: str, plain: str) -> None:
    assert replace_signs(text) == plain


def test_parser_is_not_imported_before_the_first_formula() -> None:
    code = (
        "import sys, tutor.maths.render as render, tutor.maths.text;"
        "assert not any(name.startswith('latex2mathml') for name in sys.modules);"
        "render.inline('x');"
        "assert any(name.startswith('latex2mathml') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
