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

EXPRESSION: dict[str, Any] = {
    "id": "slope-of-cost",
    "given": {"k": [2, 3, 5]},
    "ask": "The cost is $C = {k} (a - y)^2$. What is $\\partial C / \\partial a$?",
    "answer": "2 k (a - y)",
    "mistakes": [
        {"value": "k (a - y)", "say": "Has the exponent come down?"},
        {"value": "2 k (a - y)^2", "say": "The power goes down by one."},
    ],
    "hints": ["The outer derivative times the inner one."],
    "why": "The power rule gives {answer}.",
}

CHOICES: dict[str, Any] = {
    "id": "which-shrink",
    "given": {"n": [3, 4]},
    "ask": "Which of these make the weights smaller after {n} steps?",
    "options": [
        {"text": "An L2 penalty.", "right": True, "why": "It pulls every weight towards 0."},
        {"text": "An L1 penalty.", "right": True, "why": "It takes a fixed amount from every weight."},
        {"text": "A larger batch.", "why": "It only makes the gradient less noisy."},
        {"text": "More data.", "why": "The weights may as well grow."},
    ],
    "hints": ["What is added to the cost?"],
    "why": "Only a penalty pulls at the weights.",
}

ORDER: dict[str, Any] = {
    "id": "one-step",
    "ask": "Put the parts of one training step in order.",
    "items": [
        {"id": "forward", "text": "Compute the outputs."},
        {"id": "cost", "text": "Compute the cost.", "after": ["forward"]},
        {"id": "back", "text": "Compute the gradients.", "after": ["cost"], "why": "They are slopes of the cost."},
        {"id": "log", "text": "Write the cost down.", "after": ["cost"]},
        {"id": "step", "text": "Change the weights.", "after": ["back"]},
    ],
    "distractors": [{"text": "Change the data.", "why": "The data stay as they are."}],
    "hints": ["What does a gradient need?"],
    "why": "Each part uses what the one before has computed.",
}

MATCH: dict[str, Any] = {
    "id": "ranges",
    "ask": "Which outputs does each function have?",
    "pairs": [
        {"left": "sigmoid", "right": "from 0 to 1", "why": "It is a share."},
        {"left": "tanh", "right": "from −1 to 1"},
        {"left": "ReLU", "right": "from 0 up"},
    ],
    "extra": ["below 0 only"],
    "hints": ["What happens to a large negative input?"],
    "why": "Look at both ends of each curve.",
}

TEXT: dict[str, Any] = {
    "id": "what-fades",
    "ask": "What is it called when gradients shrink layer by layer?",
    "answers": ["vanishing gradient", "vanishing gradients", "vanishing gradient problem"],
    "mistakes": [{"value": ["exploding gradient", "exploding gradients"], "say": "That is when they grow."}],
    "hints": ["They disappear."],
    "why": "The gradients vanish.",
}

EXAMPLES = {
    "number": NUMBER,
    "choice": CHOICE,
    "choices": CHOICES,
    "expression": EXPRESSION,
    "order": ORDER,
    "match": MATCH,
    "text": TEXT,
    "predict": PREDICT,
    "challenge": CHALLENGE,
}


def without(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    """`data` less some of its keys."""
    return {key: value for key, value in data.items() if key not in keys}
