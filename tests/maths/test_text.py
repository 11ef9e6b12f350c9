"""Readings in ASCII, and what the first formula imports."""

import subprocess
import sys

import pytest

from tutor.maths.ascii import to_ascii


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
    assert to_ascii(text) == plain


def test_parser_is_not_imported_before_the_first_formula() -> None:
    code = (
        "import sys, tutor.maths.render as render, tutor.content.plain;"
        "assert not any(name.startswith('latex2mathml') for name in sys.modules);"
        "render.inline('x');"
        "assert any(name.startswith('latex2mathml') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
