"""Activation functions, each with its derivative beside it."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Activation:
    """A function of one number, and its derivative."""

    name: str
    title: str
    """The name in titles and sentences."""
    value: Callable[[float], float]
    derivative: Callable[[float], float]
    formula: str
    """LaTeX, in z."""


def sigmoid(z: float) -> float:
    """σ(z) = 1/(1 + e^−z), without overflow for large |z|."""
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    exp_z = math.exp(z)  # for z < 0 the exponential of −z could overflow
    return exp_z / (1.0 + exp_z)


def sigmoid_derivative(z: float) -> float:
    """σ′(z) = σ(z)(1 − σ(z)) ≤ 1/4."""
    value = sigmoid(z)
    return value * (1.0 - value)


def tanh_derivative(z: float) -> float:
    """tanh′(z) = 1 − tanh²(z)."""
    return 1.0 - math.tanh(z) ** 2


def relu(z: float) -> float:
    """max(0, z)."""
    return 0.0 if z <= 0 else z


def relu_derivative(z: float) -> float:
    """1 for z > 0, else 0; at 0 the usual choice is 0."""
    return 1.0 if z > 0 else 0.0


ACTIVATIONS = {
    "sigmoid": Activation("sigmoid", "sigmoid", sigmoid, sigmoid_derivative, r"\frac{1}{1 + e^{-z}}"),
    "tanh": Activation("tanh", "tanh", math.tanh, tanh_derivative, r"\tanh(z)"),
    "relu": Activation("relu", "ReLU", relu, relu_derivative, r"\max(0, z)"),
    "linear": Activation("linear", "linear", lambda z: z, lambda z: 1.0, "z"),
}
