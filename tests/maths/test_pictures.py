"""Displays that were looked at and judged right, as a good book would set them."""

from textwrap import dedent

import pytest

from tutor.maths.render import display

PICTURES = [
    (
        r"C = -\frac{1}{n} \sum_i y_i \log[o(x_i)] + (1 - y_i) \log[1 - o(x_i)]",
        """
               1
        C = − ─── ∑ yᵢ log[o(xᵢ)] + (1 − yᵢ) log[1 − o(xᵢ)]
               n  i
        """,
    ),
    (
        r"o_i = \left( \frac{\exp(v_1)}{m}, \frac{\exp(v_2)}{m}, \frac{\exp(v_3)}{m} \right)",
        """
             ⎛ exp(v₁)  exp(v₂)  exp(v₃) ⎞
        oᵢ = ⎜ ───────, ───────, ─────── ⎟
             ⎝    m        m        m    ⎠
        """,
    ),
    (
        r"\theta_t \leftarrow \theta_{t-1} - \alpha \cdot \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)",
        """
                             ▁▁
        θₜ ← θₜ₋₁ − α · m̂ₜ/(√v̂ₜ + ϵ)
        """,
    ),
    (
        r"\begin{aligned} \frac{\partial v_3}{\partial w_1} &= \frac{\partial v_3}{\partial z_3} "
        r"\frac{\partial z_3}{\partial w_1} = \sigma'(z_3) w_3 \frac{\partial v_2}{\partial w_1} \\ &= "
        r"\sigma'(z_3) w_3 \sigma'(z_2) w_2 \sigma'(z_1) x \end{aligned}",
        """
        ∂v₃   ∂v₃ ∂z₃             ∂v₂
        ─── = ─── ─── = σ′(z₃) w₃ ───
        ∂w₁   ∂z₃ ∂w₁             ∂w₁

            = σ′(z₃) w₃ σ′(z₂) w₂ σ′(z₁) x
        """,
    ),
    (
        r"\mathrm{ReLU}(x) = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
        """
                  ⎧ x   if x > 0
        ReLU(x) = ⎨
                  ⎩ 0   otherwise
        """,
    ),
    (
        r"\begin{bmatrix} w_{11} & w_{12} \\ w_{21} & w_{22} \end{bmatrix} \begin{bmatrix} x_1 \\ x_2 "
        r"\end{bmatrix} = \begin{bmatrix} w_{11} x_1 + w_{12} x_2 \\ w_{21} x_1 + w_{22} x_2 \end{bmatrix}",
        """
        ⎡ w₁₁  w₁₂ ⎤⎡ x₁ ⎤   ⎡ w₁₁ x₁ + w₁₂ x₂ ⎤
        ⎣ w₂₁  w₂₂ ⎦⎣ x₂ ⎦ = ⎣ w₂₁ x₁ + w₂₂ x₂ ⎦
        """,
    ),
    (
        r"\begin{bmatrix} x_1 \\ x_2 \end{bmatrix}^\top",
        """
        ⎡ x₁ ⎤ᵀ
        ⎣ x₂ ⎦
        """,
    ),
    (
        r"\hat{x}_i = \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}",
        """
              xᵢ − μ
                    B
        x̂ᵢ = ──────────
                 ▁▁▁▁▁▁
                ╱ 2
               ╱ σ  + ϵ
             ╲╱   B
        """,
    ),
    (
        r"\theta^* = \arg\min_\theta \frac{1}{N} \sum_{i=1}^N \mathcal{L}(f_\theta(x_i), y_i)",
        """
                     1   N
        θ* = argmin ───  ∑  ℒ(f (xᵢ), yᵢ)
               θ     N  i=1    θ
        """,
    ),
    (
        r"\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}",
        """
                         zᵢ
                        e
        softmax(z)ᵢ = ───────
                       K   zⱼ
                       ∑  e
                      j=1
        """,
    ),
    (
        r"\frac{\partial C}{\partial w_{ij}^{(l)}} = a_j^{(l-1)} \delta_i^{(l)}",
        """
          ∂C
        ─────── = aⱼ⁽ˡ⁻¹⁾ δᵢ⁽ˡ⁾
        ∂wᵢⱼ⁽ˡ⁾
        """,
    ),
    (
        r"\nabla_\theta \mathcal{L} = \left( \frac{\partial \mathcal{L}}{\partial \theta_1}, \dots, "
        r"\frac{\partial \mathcal{L}}{\partial \theta_n} \right)^\top",
        """
               ⎛ ∂ℒ      ∂ℒ  ⎞ᵀ
        ∇  ℒ = ⎜ ───, …, ─── ⎟
         θ     ⎝ ∂θ₁     ∂θₙ ⎠
        """,
    ),
    (
        r"D_{\mathrm{KL}}(p \,\|\, q) = \sum_x p(x) \log \frac{p(x)}{q(x)}",
        """
                                p(x)
        D  (p ‖ q) = ∑ p(x) log ────
         KL          x          q(x)
        """,
    ),
    (
        r"\mathrm{out} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1",
        """
              ⎢ n + 2p − k ⎥
        out = ⎢ ────────── ⎥ + 1
              ⎣     s      ⎦
        """,
    ),
    (
        r"\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^n = e",
        """
            ⎛      1  ⎞ⁿ
        lim ⎜ 1 + ─── ⎟  = e
        n→∞ ⎝      n  ⎠
        """,
    ),
    (
        r"\underbrace{w_1 x_1 + w_2 x_2}_{\text{weighted sum}} + b",
        """
        w₁ x₁ + w₂ x₂ + b
        ╰─────┬─────╯
        weighted sum
        """,
    ),
    (
        r"\left. \frac{dC}{dw} \right|_{w=0} = 2",
        """
         dC  │
        ──── │    = 2
         dw  │
              w=0
        """,
    ),
    (
        r"\mathrm{ReLU}\left(\frac{ab}{2}\right)_1 + 2\left(\frac{12}{34} + f\left(\frac{x}{y}\right)\right)",
        """
             ⎛ ab  ⎞      ⎛  12      ⎛  x  ⎞ ⎞
        ReLU ⎜ ─── ⎟  + 2 ⎜ ──── + f ⎜ ─── ⎟ ⎟
             ⎝  2  ⎠₁     ⎝  34      ⎝  y  ⎠ ⎠
        """,
    ),
    (
        r"x \xrightarrow{\text{encode}} z \xrightarrow{\text{decode}} \hat{x}",
        """
           encode     decode
        x ───────→ z ───────→ x̂
        """,
    ),
    (
        r"\binom{n}{k} p^k (1-p)^{n-k}",
        """
        ⎛ n ⎞
        ⎜   ⎟ pᵏ (1 − p)ⁿ⁻ᵏ
        ⎝ k ⎠
        """,
    ),
    (
        r"\sqrt{x + 1} + \sqrt[3]{\frac{a}{b}}",
        """
                     ▁▁▁
         ▁▁▁▁▁      ╱ a
        √x + 1 + ³ ╱ ───
                 ╲╱   b
        """,
    ),
    (
        r"\min_{\substack{w \in S \\ \|w\| \le 1}} C(w)",
        """
         min  C(w)
         w∈S
        ‖w‖≤1
        """,
    ),
    (
        r"\frac{\frac{a}{b}}{c + \frac{d}{e}}",
        """
            a
           ───
            b
        ─────────
              d
         c + ───
              e
        """,
    ),
    (
        r"f'_\theta(x) = \overline{x + y}",
        """
                ▁▁▁▁▁
        f′(x) = x + y
         θ
        """,
    ),
    (
        r"\boxed{\frac{a}{b} = c}",
        """
        ┌─────────┐
        │  a      │
        │ ─── = c │
        │  b      │
        └─────────┘
        """,
    ),
    (
        r"W \in \mathbb{R}^{m \times n}",
        """
             m×n
        W ∈ ℝ
        """,
    ),
    (
        r"m_{ij} = \begin{cases} 0 & u < p \\ \frac{1}{1-p} & \text{otherwise} \end{cases}",
        """
              ⎧ 0       u < p
              ⎪
        mᵢⱼ = ⎨   1
              ⎪ ─────   otherwise
              ⎩ 1 − p
        """,
    ),
    (
        r"1 \times 1 \times 3 \times 8 \times 8 \times 125 = 49,152",
        """
        1 × 1 × 3 × 8 × 8 × 125 = 49,152
        """,
    ),
]


@pytest.mark.parametrize(("latex", "picture"), PICTURES)
def test_display_is_the_picture_that_was_judged_right(latex: str, picture: str) -> None:
    shown = [line.rstrip() for line in display(latex)]
    assert shown == dedent(picture).strip("\n").split("\n")
