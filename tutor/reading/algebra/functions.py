"""The functions that a typed expression may use: their names, and how many arguments each takes."""

_TRIG = ("sin", "cos", "tan", "sec", "csc", "cot")
_HYPER = tuple(f"{name}h" for name in _TRIG)

ARITY: dict[str, tuple[int, int]] = {
    **dict.fromkeys((*_TRIG, *_HYPER), (1, 1)),
    **dict.fromkeys((f"arc{name}" for name in (*_TRIG, *_HYPER)), (1, 1)),
    **dict.fromkeys(("sqrt", "cbrt", "exp", "ln", "log10", "log2", "abs", "sign", "floor", "ceil", "fact"), (1, 1)),
    **dict.fromkeys(("sigmoid", "relu", "softplus", "step", "sigmoid'", "tanh'", "relu'", "exp'", "ln'"), (1, 1)),
    **dict.fromkeys(("sin'", "cos'"), (1, 1)),
    **dict.fromkeys(("max", "min"), (1, 20)),
}
"""Function → the fewest and the most arguments."""

REWRITTEN: dict[str, tuple[int, int]] = {"pow": (2, 2), "sum": (2, 20), "mean": (1, 20)}
"""Functions that are only another way to write operations."""

ALIASES: dict[str, str] = {
    **{name: name for name in (*ARITY, *REWRITTEN)},
    **{f"a{name}": f"arc{name}" for name in (*_TRIG, *_HYPER)},
    **{f"ar{name}": f"arc{name}" for name in _HYPER},
    **{"cosec": "csc", "arccosec": "arccsc", "tg": "tan", "sgn": "sign", "signum": "sign"},
    **{"log": "ln", "log_10": "log10", "log_2": "log2", "lg": "log10", "log_e": "ln"},
    **{"factorial": "fact", "ceiling": "ceil", "heaviside": "step", "logistic": "sigmoid", "ReLU": "relu"},
    **{"sigma": "sigmoid", "sigma'": "sigmoid'", "Abs": "abs", "Max": "max", "Min": "min", "log'": "ln'"},
    **{"power": "pow", "average": "mean", "maximum": "max", "minimum": "min", "absolute": "abs", "fabs": "abs"},
}
"""Every spelling of a function → its name. `log` is natural unless a question says otherwise."""


def function_named(said: str) -> str:
    """The function that `said` means, or ""."""
    said = said.replace("{", "").replace("}", "")
    if said in ALIASES:
        return ALIASES[said]
    lower = said.casefold()
    return ALIASES.get(lower, "") if said in {lower.capitalize(), lower.upper()} and len(said) > 1 else ""
