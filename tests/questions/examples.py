"""A sound question of each kind, as YAML gives it; tests change a key at a time."""

from typing import Any

NUMBER: dict[str, Any] = {
    "id": "first-m-hat",
    "concepts": ["bias-correction"],
    "given": {"g": [0.5, 1, 2, 4], "beta1": [0.8, 0.9]},
    "ask": "The gradient is $g_1 = {g}$, $\\beta_1 = {beta1}$. What is $\\hat m_1$?",
    "answer": "g",
    "mistakes": [{"value": "(1 - beta1) * g", "say": "That is $m_1$, before the correction."}],
    "hints": ["What is $m_1$?", "Divide by $1 - \\beta_1^1$."],
    "why": "$\\hat m_1 = g_1 = {g}$, whatever $\\beta_1$ is.",
}

CHOICE: dict[str, Any] = {
    "id": "which-axis",
    "given": {"n": [3, 4, 5]},
    "ask": "What is left out in depthwise convolution of {n} channels?",
    "options": [
        {"text": "The sum across the {n} channels.", "right": True, "why": "Each channel stays apart."},
        {"text": "The sum within a window.", "why": "Each window is still summed."},
        {"text": "All sums: {= n * 25} products stay.", "why": "Within a channel 25 become 1."},
    ],
    "hints": ["How many numbers leave a window?"],
    "why": "Only the sum across channels is left out.",
}

PREDICT: dict[str, Any] = {
    "id": "next-weight",
    "given": {"rate": {"low": 0.1, "high": 0.4, "step": 0.1}, "s": [1, 2]},
    "simulation": "walk",
    "set": {"learning_rate": "{rate}"},
    "step": "s",
    "value": "w",
    "ask": "$w$ is {= now.w} and its gradient {= now.gradient}. What is $w$ after a step of {rate}?",
    "mistakes": [{"value": "now.w + rate * now.gradient", "say": "That goes up the slope."}],
    "hints": ["Subtract."],
    "why": "{= now.w} less {rate} times {= now.gradient} is {answer}, which is {= then.w}.",
}

CHALLENGE: dict[str, Any] = {
    "id": "arrive",
    "simulation": "walk",
    "set": {"learning_rate": 0.01},
    "allow": ["learning_rate"],
    "ask": "Bring $w$ below 0.01 within 20 steps.",
    "goal": "converged and step <= 20",
    "solution": "learning_rate=0.4 steps=10",
    "mistakes": [
        {"when": "abs(w) > 100", "say": "It runs away.", "example": "learning_rate=3 steps=20"},
    ],
    "hints": ["A larger step."],
    "why": "Each step multiplies $w$ by $1 - 2\\eta$.",
}

EXAMPLES = {"number": NUMBER, "choice": CHOICE, "predict": PREDICT, "challenge": CHALLENGE}


def without(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    """`data` less some of its keys."""
    return {key: value for key, value in data.items() if key not in keys}
