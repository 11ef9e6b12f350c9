"""Names in a formula: one spelling for each variable, the functions that exist, and cutting a word into names."""

from collections.abc import Collection, Iterator
from functools import lru_cache

from tutor.patterns import compile_lazily

_BRACES = compile_lazily("[{},]")

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega epsilon phi theta"
)
GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩϵϕϑ", _GREEK_NAMES.split(" "), strict=True))
"""Greek letter → its name."""

CONSTANTS = frozenset({"pi", "e"})
"""Names of constants, unless a question uses them otherwise."""

_GREEK_LETTERS = frozenset(GREEK.values())
_NAME = compile_lazily("([A-Za-z]+)([0-9]*)((?:_(?:[A-Za-z0-9]+|{[A-Za-z0-9,]+}))*)('*)")
MAX_NAME_IN_WORD = 20
"""The longest name, in letters, that is looked for within a word."""
ACCENTS = ("hat", "bar", "tilde")


def canonical_name(name: str) -> str:
    """The one spelling of a name: `w1`, `w_1` and `w_{1}` are `w_1`; `mhat` and `m_hat` are `m_hat`.

    Text that is not a name comes back as it is.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return name
    base, digits, subscript, primes = match.groups()
    for accent in ACCENTS:
        letter = base.removesuffix(accent)
        if letter != base and is_letter(letter):
            base = f"{letter}_{accent}"
    subscripts = [item for item in _BRACES.sub("", subscript).split("_") if item]
    accents = [item for item in subscripts if item in ACCENTS]
    other_subscripts = [item for item in subscripts if item not in ACCENTS]
    parts = [base, digits, *accents, *other_subscripts]
    return "_".join(part for part in parts if part) + primes


def is_letter(base: str) -> bool:
    """Whether `base` is one Latin letter, or the name of a Greek one."""
    return len(base) == 1 or base in _GREEK_LETTERS


def split_word(word: str, variables: Collection[str], functions: Collection[str]) -> tuple[str, ...]:
    """Cut `word` into `variables` and constants; the last piece may be one of `functions`: `xsin` → x, sin.

    Of several ways the one with the fewest pieces is taken. Empty if there is none.
    """
    return _cut_into_fewest(word, frozenset(variables), frozenset(functions))


@lru_cache(maxsize=256)
def _cut_into_fewest(word: str, variables: frozenset[str], functions: frozenset[str]) -> tuple[str, ...]:
    """Do the work of `split_word`, by dynamic programming; results are cached."""
    fewest: dict[int, tuple[str, ...]] = {0: ()}  # end → the fewest names that make up word[:end]
    for end in range(1, len(word) + 1):
        for start, name in _names_ending_at(word, end, variables, functions):
            if start not in fewest:  # what is before this name cannot be cut
                continue
            names = (*fewest[start], name)
            if end not in fewest or len(names) < len(fewest[end]):
                fewest[end] = names
    return fewest.get(len(word), ())


def _names_ending_at(
    word: str, end: int, variables: frozenset[str], functions: frozenset[str]
) -> Iterator[tuple[int, str]]:
    """Yield (start, name) for each name that is `word[start:end]`; functions count only at the end of the word."""
    for start in range(max(0, end - MAX_NAME_IN_WORD), end):
        name = word[start:end]
        if name in variables or name in CONSTANTS or (end == len(word) and name in functions):
            yield start, name


_TRIGONOMETRIC = ("sin", "cos", "tan", "sec", "csc", "cot")
_HYPERBOLIC = tuple(f"{name}h" for name in _TRIGONOMETRIC)

FORMULA_FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys((*_TRIGONOMETRIC, *_HYPERBOLIC), (1, 1)),
    **dict.fromkeys((f"arc{name}" for name in (*_TRIGONOMETRIC, *_HYPERBOLIC)), (1, 1)),
    **dict.fromkeys(("sqrt", "cbrt", "exp", "ln", "log10", "log2", "abs", "sign", "floor", "ceil", "fact"), (1, 1)),
    **dict.fromkeys(("sigmoid", "relu", "softplus", "step", "sigmoid'", "tanh'", "relu'", "exp'", "ln'"), (1, 1)),
    **dict.fromkeys(("sin'", "cos'"), (1, 1)),
    **dict.fromkeys(("max", "min"), (1, 20)),
}
"""Function of a formula → the fewest and the most arguments. `sin'` is the derivative of sin."""

SHORTHANDS: dict[str, tuple[int, int]] = {"pow": (2, 2), "sum": (2, 20), "mean": (1, 20)}
"""Functions of a formula that the parser writes out as operations."""

LESSON_FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("sqrt", "exp", "ln", "log", "log10", "abs", "floor", "ceil"), (1, 1)),
    **dict.fromkeys(("tanh", "sigmoid", "relu"), (1, 1)),
    **dict.fromkeys(("min", "max", "sum"), (1, 50)),
    "round": (1, 2),
}
"""Function of a lesson's expression → the fewest and the most arguments. `log` and `ln` are natural."""

ALIASES: dict[str, str] = {
    **{name: name for name in (*FORMULA_FUNCTIONS, *SHORTHANDS)},
    **{f"a{name}": f"arc{name}" for name in (*_TRIGONOMETRIC, *_HYPERBOLIC)},
    **{f"ar{name}": f"arc{name}" for name in _HYPERBOLIC},
    **{"cosec": "csc", "arccosec": "arccsc", "tg": "tan", "sgn": "sign", "signum": "sign"},
    **{"log": "ln", "log_10": "log10", "log_2": "log2", "lg": "log10", "log_e": "ln"},
    **{"factorial": "fact", "ceiling": "ceil", "heaviside": "step", "logistic": "sigmoid", "ReLU": "relu"},
    **{"sigma": "sigmoid", "sigma'": "sigmoid'", "Abs": "abs", "Max": "max", "Min": "min", "log'": "ln'"},
    **{"power": "pow", "average": "mean", "maximum": "max", "minimum": "min", "absolute": "abs", "fabs": "abs"},
}
"""Every spelling of a formula's function → its name. `log` is natural unless a question says otherwise."""


def find_function(spelling: str) -> str:
    """The name of the function that `spelling` means; "" if it means none."""
    spelling = spelling.replace("{", "").replace("}", "")
    if spelling in ALIASES:
        return ALIASES[spelling]
    lower_case = spelling.casefold()
    if len(spelling) > 1 and spelling in {lower_case.capitalize(), lower_case.upper()}:  # Sin or SIN, but not sIN
        return ALIASES.get(lower_case, "")
    return ""
