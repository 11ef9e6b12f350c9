"""The names in a typed expression: one spelling for each, however it was typed."""

from collections.abc import Collection, Iterator
from functools import lru_cache

from tutor.patterns import late

_BRACES = late("[{},]")

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega epsilon phi theta"
)
GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩϵϕϑ", _GREEK_NAMES.split(" "), strict=True))
"""Letter → its name."""

CONSTANTS = frozenset({"pi", "e"})
"""Names that stand for one number, unless a question uses them otherwise."""

_LETTERS = frozenset(GREEK.values())
_RUN = late("([A-Za-z]+)([0-9]*)((?:_(?:[A-Za-z0-9]+|{[A-Za-z0-9,]+}))*)('*)")
ACCENTS = ("hat", "bar", "tilde")


def canonical(name: str) -> str:
    """The one spelling of a name: `w1`, `w_1` and `w_{1}` are `w_1`; `mhat` and `m_hat` are `m_hat`.

    What is no name comes back as it is.
    """
    match = _RUN.fullmatch(name)
    if match is None:
        return name
    base, digits, below, primes = match.groups()
    for accent in ACCENTS:
        stem = base.removesuffix(accent)
        if stem != base and (len(stem) == 1 or stem in _LETTERS):
            base = f"{stem}_{accent}"
    below = _BRACES.sub("", below)
    marks = [mark for mark in below.split("_") if mark]
    marks = [mark for mark in marks if mark in ACCENTS] + [mark for mark in marks if mark not in ACCENTS]
    return "_".join([base, *([digits] if digits else []), *marks]) + primes


def is_letter(base: str) -> bool:
    """True for one letter, Latin or Greek."""
    return len(base) == 1 or base in _LETTERS


def pieces(run: str, known: Collection[str], functions: Collection[str]) -> tuple[str, ...]:
    """`run`, letters typed together, cut into known names (and a function at its end); empty when it cannot be.

    The cut with the fewest pieces is taken: `xsin` → x, sin; `nm` → n, m.
    """
    return _cut(run, frozenset(known), frozenset(functions))


@lru_cache(maxsize=256)
def _cut(run: str, known: frozenset[str], functions: frozenset[str]) -> tuple[str, ...]:
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(run) + 1):
        for start, said in _pieces_to(run, end, known, functions):
            if start in best and (end not in best or len(best[start]) + 1 < len(best[end])):
                best[end] = (*best[start], said)
    return best.get(len(run), ())


def _pieces_to(run: str, end: int, known: frozenset[str], functions: frozenset[str]) -> Iterator[tuple[int, str]]:
    for start in range(max(0, end - 20), end):
        said = run[start:end]
        if said in known or said in CONSTANTS or (end == len(run) and said in functions):
            yield start, said
