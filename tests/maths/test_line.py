"""The one-line forms: exact, because a screen reader gets nothing else."""

import re

import pytest

from tutor.content.find import lessons_folder
from tutor.content.findable import UNDRAWN_NUMBER
from tutor.content.formulas import Formula, read_formulas
from tutor.maths.render import ascii_line, inline

LINES = [
    (
        r"\theta_t \leftarrow \theta_{t-1} - \alpha \cdot \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)",
        "θₜ ← θₜ₋₁ − α · m̂ₜ/(√v̂ₜ + ϵ)",
        "theta_t <- theta_{t-1} - alpha * hat(m)_t/(sqrt(hat(v)_t) + eps)",
    ),
    (r"\beta_1^t", "β₁ᵗ", "beta_1^t"),
    (r"w_{ij}^{(l)}", "wᵢⱼ⁽ˡ⁾", "w_{ij}^{(l)}"),
    (
        r"\hat{x}_i = \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}",
        "x̂ᵢ = (xᵢ − μ_B)/√(σ_B^2 + ϵ)",
        "hat(x)_i = (x_i - mu_B)/sqrt(sigma_B^2 + eps)",
    ),
    (
        r"\theta^* = \arg\min_\theta \frac{1}{N} \sum_{i=1}^N \mathcal{L}(f_\theta(x_i), y_i)",
        "θ* = argmin_θ 1/N ∑ᵢ₌₁ᴺ ℒ(f_θ(xᵢ), yᵢ)",
        "theta^* = argmin_theta 1/N sum_{i=1}^N L(f_theta(x_i), y_i)",
    ),
    (r"W \in \mathbb{R}^{m \times n}", "W ∈ ℝ^(m×n)", "W in R^{m x n}"),
    (r"g_t \odot g_t", "gₜ ⊙ gₜ", "g_t .* g_t"),
    (r"\frac{1}{2n}", "1/(2n)", "1/(2n)"),
    (r"\frac{\partial C}{\partial w_1}", "∂C/∂w₁", "dC/dw_1"),
    (r"\frac{\partial^2 C}{\partial w_1 \partial w_2}", "∂²C/(∂w₁ ∂w₂)", "d^2C/(dw_1 dw_2)"),
    (r"\frac{\frac{a}{b}}{c}", "(a/b)/c", "(a/b)/c"),
    (r"\log \frac{p}{q}", "log(p/q)", "log(p/q)"),
    (r"x^{\ln\frac{1}{2}3}", "x^(ln(1/2)3)", "x^{ln(1/2)3}"),
    (r"x^{\sin\frac{x}{2}y}", "x^(sin(x/2)y)", "x^{sin(x/2) y}"),
    (r"\sqrt[3]{x + 1}", "³√(x + 1)", "root(3, x + 1)"),
    (r"\left(\frac{a}{b}\right)^2", "(a/b)²", "(a/b)^2"),
    (r"\|w\|_2^2 + |x_i|", "‖w‖₂² + |xᵢ|", "||w||_2^2 + |x_i|"),
    (r"|a||b| = |ab|", "|a| |b| = |ab|", "|a| |b| = |ab|"),
    (r"p(y | x)", "p(y | x)", "p(y | x)"),
    (r"\lfloor x / 2 \rfloor", "⌊x/2⌋", "floor(x/2)"),
    (r"2 \alpha x", "2αx", "2 alpha x"),
    (r"e^{-x^2/2}", "e^(−x²/2)", "e^{-x^2/2}"),
    (r"\underbrace{a + b}_{\text{sum}}", "(a + b) [sum]", "(a + b) [sum]"),
    (r"\overline{x + y}", "bar(x + y)", "bar(x + y)"),
    (r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}", "[a, b; c, d]", "[a, b; c, d]"),
    (
        r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
        "{x if x > 0; 0 otherwise}",
        "{x if x > 0; 0 otherwise}",
    ),
    (
        r"\begin{cases} 1 & \text{if $x$ is odd} \\ 0 & \quad \text{if not} \end{cases}",
        "{1 if x is odd; 0 if not}",
        "{1 if x is odd; 0 if not}",
    ),
    (r"\begin{cases} 1, & x > 0 \\ 0, & x \le 0 \end{cases}", "{1, x > 0; 0, x ≤ 0}", "{1, x > 0; 0, x <= 0}"),
    (r"\begin{aligned} a &= b \\ &= c \\ d &= e \end{aligned}", "a = b = c; d = e", "a = b = c; d = e"),
    (r"x \xrightarrow{f} y", "x ─f→ y", "x -f-> y"),
    (r"\binom{n}{k}", "(n choose k)", "(n choose k)"),
    (r"90^\circ", "90°", "90 deg"),
    (r"\mathbf{W}\boldsymbol{\theta}", "𝐖𝛉", "W theta"),
    (r"x \lesssim \alpha", "x ≲ α", "x <~ alpha"),
    (r"\hat{y} \bar{x} \tilde{w}", "ŷx̄w̃", "hat(y) bar(x) tilde(w)"),
    (r"f''(a)", "f″(a)", "f''(a)"),
    (r"\frac{1}{2} a w^2", "(1/2) aw²", "(1/2) aw^2"),
    (r"\frac{\partial p}{\partial z} \, \varepsilon", "(∂p/∂z) ε", "(dp/dz) eps"),
    (r"\frac{\partial C}{\partial w} = \frac{1}{2} \quad b", "∂C/∂w = 1/2   b", "dC/dw = 1/2   b"),
    (r"e^{-\frac{1}{2} x^2}", "e^(−(1/2)x²)", "e^{-(1/2) x^2}"),
]


@pytest.mark.parametrize(("latex", "line", "plain"), LINES)
def test_one_line_forms_read_as_a_person_would_write_them(latex: str, line: str, plain: str) -> None:
    assert inline(latex) == line
    assert ascii_line(latex) == plain


@pytest.mark.parametrize("latex", ["a\\mathrel{\u0301}b", "x^{a\\mathrel{\u0301}b}", "a\\mathbin{\u20d7}b"])
def test_an_operator_without_a_spelling_is_left_out(latex: str) -> None:
    assert ascii_line(latex).replace(" ", "") in ("ab", "x^{ab}")


SPACING = [
    ("a+b-c", "a + b − c"),
    ("-x", "−x"),
    ("(-x)", "(−x)"),
    ("a = -1", "a = −1"),
    (r"2 \cdot -3", "2 · −3"),
    (r"\log -x", "log −x"),
    (r"\times 8 =", "× 8 ="),
    ("f(x)", "f(x)"),
    ("f(x)g(x)", "f(x) g(x)"),
    ("w_1 x_1", "w₁ x₁"),
    ("ax", "ax"),
    (r"\partial v_3", "∂v₃"),
    (r"\log x", "log x"),
    (r"\log(x)", "log(x)"),
    (r"2 \log x", "2 log x"),
    (r"\sum_i (x_i)", "∑ᵢ (xᵢ)"),
    ("x^2(1 + x)", "x² (1 + x)"),
    ("f^{-1}(x)", "f⁻¹(x)"),
    ("a,b;c", "a, b; c"),
    ("x_{t-1}", "xₜ₋₁"),
    (r"x_1, \ldots, x_n", "x₁, …, xₙ"),
    (r"a_1 + \cdots + a_n", "a₁ + ⋯ + aₙ"),
    ("x := 5", "x := 5"),
    (r"f \colon A \to B", "f: A → B"),
    ("n!/k!", "n!/k!"),
    (r"a \quad b", "a   b"),
    (r"a \, b \! c", "a bc"),
    (r"\text{if } x", "if x"),
    (r"5\%", "5%"),
]


@pytest.mark.parametrize(("latex", "line"), SPACING)
def test_spacing_is_that_of_tex(latex: str, line: str) -> None:
    assert inline(latex) == line


INDICES = [
    ("X_{c,r,s}", "X[c,r,s]"),
    (r"\sum_{c,i,j} w_{c,i,j}", "∑[c,i,j] w[c,i,j]"),
    ("X'_{r,s}", "X′[r,s]"),
    (r"\delta_{i,j}^2", "δ[i,j]²"),
    (r"\sum_{i,j} w_{0,1}", "∑[i,j] w[0,1]"),
    (r"w_{\text{old}}", "w_old"),
    ("c_d", "c_d"),
    ("k^{d/2}", "k^(d/2)"),
]


@pytest.mark.parametrize(("latex", "line"), INDICES)
def test_indices_that_have_no_small_letters_stand_in_brackets_not_in_braces(latex: str, line: str) -> None:
    assert inline(latex) == line


def test_no_formula_of_the_course_leaves_signs_of_tex_in_a_line_of_text() -> None:
    seen = 0
    for path in sorted(lessons_folder().rglob("*.md")):
        for found in read_formulas(path.read_text("utf-8")):
            if isinstance(found, Formula):
                seen += 1
                line = inline(UNDRAWN_NUMBER.sub("2", found.latex))
                assert not re.search(r"[_^]\{|\\[a-zA-Z]|\$", line), (path.name, found.latex, line)
    assert seen > 300


FRACTIONS = [r"\frac{1}{2}", r"\frac{a + b}{c}", r"\frac{\partial p}{\partial z}", r"\frac{1}{2 n}", r"\tfrac{x}{y}"]
FACTORS = ["x", "x_i^2", "2", "(a + b)", r"\left(a\right)", r"\sqrt{x}", r"\log x", r"\hat y", r"\|w\|", r"\alpha w"]
NO_FACTORS = ["", "= x", "+ x", r"\cdot x", ", x", r"\text{ if } x", r"\quad x", "!"]


@pytest.mark.parametrize("gap", ["", " ", r" \, ", r"\;"])
@pytest.mark.parametrize("fraction", FRACTIONS)
def test_a_fraction_before_a_factor_is_in_brackets_so_that_the_factor_is_not_below_its_line(
    fraction: str, gap: str
) -> None:
    for write in (inline, ascii_line):
        alone = write(fraction)
        for before in ("", "a + ", "-"):
            for factor in FACTORS:
                assert f"({alone})" in write(f"{before}{fraction}{gap}{factor}"), (before, factor)
            for other in NO_FACTORS:
                assert f"({alone})" not in write(f"{before}{fraction}{gap}{other}"), (before, other)
