"""How each task of the course is done: what a learner sets, and how many steps she takes.

Most goals say it themselves (`kernels == 125 and step == 9`); for the others the settings stand in `RECIPES`.
"""

import re
from dataclasses import dataclass
from typing import Any

from tutor.content.model import SimulationBlock, Task
from tutor.sims.engine.parameters import read_values
from tutor.sims.table import find_simulation

RECIPES: dict[str, str] = {
    'expression != "neuron" and expression != "two-paths" and expression != "two-units" '
    "and nodes[0].gradient > -1000": "expression=x*x*x+x steps=6",
    "accuracy_validation > 0.94 and train >= 500 and step >= 20": "steps=20",
    "initialisation == 'zeros' and step >= 5 and accuracy_validation < 0.2": "initialisation=zeros steps=5",
    "learning_rate == 0.01 and step <= 10 and accuracy_validation > 0.95": "learning_rate=0.01 optimizer=adam steps=10",
    "test_epoch > 0 and step >= test_epoch": "test_epoch=3 steps=3",
    'dataset == "bottom-top" and accuracy == 1': "dataset=bottom-top w1=0 w2=1 steps=5",
    'dataset == "xor" and step == 5 and accuracy >= 0.7': "dataset=xor w1=1 w2=1 bias=-1 steps=5",
    'accuracy >= 0.99 and dataset == "circle"': "steps=100",
    'dataset == "circle" and sum(hidden, 0) == 0 and epoch >= 50': "hidden=[] steps=50",
    'dataset == "xor" and sum(hidden, 0) == 0 and accuracy >= 0.95': "dataset=xor hidden=[] features=x1*x2 steps=30",
    'activation == "relu" and step == 4 and jacobian[0][0] == 1 and jacobian[1][1] == 1 and jacobian[2][2] == 1 '
    "and jacobian[3][3] == 1": "activation=relu x=1,2,3,4 steps=4",
    "descent_evaluations == 60": "steps=81",
    "grid > 21 and best_loss < 0.00535": "grid=64 steps=64",
    'function == "bowl" and converged and step <= 2': "learning_rate=1 steps=1",
    "diverged or loss > 1000000": "learning_rate=3 steps=50",
    'function == "saddle" and gradient_norm < 0.000002 and not converged': "function=saddle start=1,0 steps=200",
    "step == 7 and abs(w1 - 0.4) < 0.0001": "w1=0.4 steps=7",
    "target == 2 and loss > 2.3": "target=2 steps=6",
    "loss > 6": "logits=6,1,0 target=2 steps=6",
    "logits[0] == 12 and abs(probs[0] - 0.659) < 0.001": "logits=12,11,10.1 steps=6",
    "logits[0] == logits[1] and logits[1] == logits[2] and loss > 1": "logits=1,1,1 steps=6",
    "degree == 9 and train_mse < 0.01": "outliers=0 steps=8",
    "training_sets == 100 and points == 15 and degree == 3 and bias_squared < 0.01": (
        "training_sets=100 outliers=0 steps=2"
    ),
    "degree >= points and points == 15 and test_mse < 0.06": "outliers=0 beyond=36 steps=25",
    "penalty == 1.75 and step == 10": "steps=10",
    "zeros == 2": "steps=40",
    "step >= 100 and zeros == 0": "penalty=l2 steps=100",
    "angle == 30 and zeros == 1 and w[1] == 0 and w[0] != 0": "angle=30 steps=16",
    "abs(p - 0.9) < 0.001 and step == 7": "p=0.9 steps=7",
    "step >= 100 and w[0] < -1 and learning_rate < 0.2": "start=0.1,1 steps=100",
    "function == saddle and gradient_norm < 0.000002 and loss > -0.01": "function=saddle start=-1.5,0 steps=200",
    'function == "errors-smooth" and loss < 0.2': "function=errors-smooth learning_rate=1 steps=30",
    "optimizer == sgd and noise > 0 and theta[0] < -0.5": "optimizer=sgd noise=2 seed=2 steps=100",
    "learning_rate >= 2.5 and full_loss > 100": "learning_rate=3 steps=60",
    "not shortcut and step == 10 and gradient > 0.5 and gradient < 2": "activation=linear steps=10",
    "gamma * gamma == 9 and step >= 4": "gamma=3 steps=4",
    "running_mean[0] > 2.5": "momentum=1 steps=5",
    'dataset == "wave" and noise == 0.2 and epoch >= 300 and pca_loss < 0.000001 and '
    "restored_error < 0.6 * noisy_error": (
        "dataset=wave latent=2 noise=0.2 learning_rate=0.02 activation=tanh steps=30"
    ),
    'dataset == "wave" and epoch >= 200 and loss < 0.1 * pca_loss': (
        "dataset=wave latent=1 noise=0 learning_rate=0.05 steps=40"
    ),
    'accuracy_train == 1 and step <= 10 and step > 0 and task == "edges"': "steps=10",
    "loss < pca_loss": "steps=10",
    "loss < 0.1 * pca_loss": "steps=200",
    'not shortcut and activation == "sigmoid" and weight < -4 and step == 10': "weight=-4.6 steps=10",
    "multiplications == 4800": "steps=64",
    "kernel == 2 * padding + 1 and stride == 1 and padding > 0": "kernel=5 padding=2 steps=1",
    "stride == 2 and step > 0": "stride=2 steps=1",
    "error_max > 0.4 and bumps >= 40 and step == bumps": "target=jump bumps=40 steps=40",
    "kernels == 256 and kernel == 5 and step == 9 and height != 12 and width != 12 and channels != 3": (
        "height=10 width=10 channels=4 steps=9"
    ),
}
"""Goal → settings and steps, as one types them, where the goal does not say them itself."""

_EQUALITY = re.compile(r"(?<![\w.*+-])(not )?(\w+)(?: (==|>=) (\"[^\"]*\"|[-\w.]+))?(?= and |$)")
_STEP_NAMES = {"step", "epoch"}


@dataclass(frozen=True)
class Recipe:
    """What to set, and the steps to take from the start."""

    values: dict[str, Any]
    steps: int


def settings_for(block: SimulationBlock, task: Task) -> str:
    """What one types to reach the goal of `task`: settings and steps."""
    return RECIPES.get(task.goal) or _said_by(task.goal, block)


def recipe_for(block: SimulationBlock, task: Task) -> Recipe:
    """How the goal of `task` is reached in the simulation of `block`."""
    pairs = dict(pair.split("=", 1) for pair in settings_for(block, task).split())
    steps = int(pairs.pop("steps", 0))
    rules = find_simulation(block.name)
    return Recipe({name: next(iter(read_values(rules, {name: text}).values())) for name, text in pairs.items()}, steps)


def _said_by(goal: str, block: SimulationBlock) -> str:
    """Settings and steps that stand in a goal."""
    parameters, settings, steps = find_simulation(block.name).parameters(), [], 0
    for negated, name, sign, value in _EQUALITY.findall(goal):
        if name in _STEP_NAMES and sign:
            steps = int(value)
        elif name in parameters:
            settings.append(f"{name}={value.strip(chr(34)) if sign else str(not negated).lower()}")
    return " ".join([*settings, f"steps={steps}"])
