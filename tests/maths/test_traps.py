"""What the LaTeX parser does in silence, and what must come out all the same."""

import pytest

from tutor.maths.render import ascii_line, display, inline

TRAPS = [
    ("entities", "a = b < c", "a = b < c"),
    ("single-letter fonts", r"\mathbb{R} \mathcal{L} \mathrm{d}x \mathbf{x}", "ℝℒdx𝐱"),
    ("aligned", r"\begin{aligned} a &= b \\ &= c \end{aligned}", "a = b = c"),
    ("aligned[t]", r"\begin{aligned}[t] a &= b \end{aligned}", "a = b"),
    ("split", r"\begin{split} a &= b \\ c &= d \end{split}", "a = b; c = d"),
    ("gathered", r"\begin{gathered} a = b \\ c = d \end{gathered}", "a = b; c = d"),
    ("align*", r"\begin{align*} a &= b \end{align*}", "a = b"),
    ("equation", r"\begin{equation} a = b \end{equation}", "a = b"),
    (r"\arg\min", r"\arg\min_x f", "argminₓ f"),
    (r"\arg \max", r"\arg \max_x f", "argmaxₓ f"),
    (r"operator with a space", r"\operatorname*{arg\,min}_x f", "argminₓ f"),
    ("operator with a digit", r"\operatorname{top-1}(z)", "top-1(z)"),
    ("matrix with a script", r"\begin{bmatrix} a \\ b \end{bmatrix}^\top x", "[a; b]ᵀ x"),
    ("matrix that begins with braces", r"\begin{bmatrix} {c} & d \end{bmatrix}", "[c, d]"),
    ("matrix that begins with a bracket", r"\begin{bmatrix} [c] & d \end{bmatrix}", "[[c], d]"),
    ("letters of a name", r"\mathrm{softmax}(z)", "softmax(z)"),
    ("name in an operator", r"\mathop{\mathrm{x}} y", "x y"),
    ("thousands", "49,152", "49,152"),
    ("millions", "1,228,800 > 1,000", "1,228,800 > 1,000"),
    ("a list is no number", "(1, 200)", "(1, 200)"),
    ("thousands in braces", "49{,}152", "49,152"),
    ("thousands in words", r"\text{about 1,000}", "about 1,000"),
    (r"\not=", r"a \not= b", "a ≠ b"),
    (r"\not\in", r"a \not\in b", "a ∉ b"),
    (r"\not\subset", r"a \not\subset b", "a ⊄ b"),
    ("units", "2in + 3mm - 4pt", "2in + 3mm − 4pt"),
    ("formula in words", r"\text{if $x_1 > 0$ then } y", "if x₁ > 0 then y"),
    ("signs in words", r"\text{5\% \& \$2}", "5% & $2"),
    ("prime with index", "f'_i + f_i'", "f′ᵢ + f′ᵢ"),
    ("prime with power", "f'^2", "f′²"),
    ("many primes", "f''''''", "f′′′′′′"),
    ("accent with a script", r"\hat{m_t}", "m̂ₜ"),
    ("row distance", r"\begin{aligned} a \\[2pt] b \end{aligned}", "a; b"),
    ("short rows", r"\begin{bmatrix} a & b \\ c \end{bmatrix}", "[a, b; c, ]"),
    (r"\over", r"{a \over b}", "a/b"),
    (r"\choose", r"{n \choose k}", "(n choose k)"),
    (r"\big", r"\big( x \bigr)", "(x)"),
    (r"\bigl|", r"\bigl| x \bigr|", "|x|"),
    (r"\middle", r"\left\{ x \middle| y \right\}", "{x | y}"),
    (r"\limits", r"\sum\limits_i x_i", "∑ᵢ xᵢ"),
    ("colour", r"\color{red} x + \textcolor{blue}{y}", "x + y"),
    ("modulo", r"a \equiv b \pmod{n}", "a ≡ b  (mod n)"),
    ("half-open", r"\beta \in [0, 1)", "β ∈ [0, 1)"),
    ("bracket alone", "(x", "(x"),
]


@pytest.mark.parametrize(("latex", "line"), [trap[1:] for trap in TRAPS], ids=[trap[0] for trap in TRAPS])
def test_trap_of_the_parser_is_avoided(latex: str, line: str) -> None:
    assert inline(latex) == line


@pytest.mark.parametrize("latex", [trap[1] for trap in TRAPS], ids=[trap[0] for trap in TRAPS])
def test_no_form_of_a_trap_shows_markup(latex: str) -> None:
    for form in ("".join(display(latex)), inline(latex), ascii_line(latex)):
        assert "&#" not in form
        assert "\\" not in form
