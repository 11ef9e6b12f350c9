"""Vectors, sums and transposes in a typed formula: not read, and said so, instead of taken for something else."""

import re
from collections.abc import Sequence

VECTOR_SIGNS = frozenset("ᵀ⊤⊺∑Σ@⟨⟩‖⊙⊗∘∇∏⃗")
NO_VECTORS = "vectors and sum signs are not read here: write each entry and each term out"
_WORDS = frozenset(
    {"Sigma", "sum", "dot", "vec", "matmul", "transpose", "norm", "inner", "outer", "prod", "einsum", "langle", "diag"}
)
_AS_CODE = re.compile(r"\.(?:T|dot|sum|prod|mean|norm|matmul|transpose|inner)\b|<[^<>]{1,50},[^<>]{1,50}>")
_ENTRY = re.compile("(.+)_(?:[0-9]+)")
_RUNNING = re.compile("(.+)_(?:[i-n])")


def is_vector_word(name: str, known: frozenset[str], is_called: bool) -> bool:
    """True for a word that stands for a sum or a product of vectors, unless the question uses it; Σ(z) is σ(z)."""
    word = name.split("_", maxsplit=1)[0]
    return word in _WORDS and name not in known and not (is_called and word in {"Sigma", "sum"})


def is_vector_at(text: str, at: int) -> bool:
    """True where `.T`, `.dot(` or `<w, x>` begins."""
    return _AS_CODE.match(text, at) is not None


def is_vector(name: str, known: frozenset[str]) -> bool:
    """True for `w`, or `w_i`, where the question knows only its entries `w_1`, `w_2`."""
    if name in known:
        return False
    running = _RUNNING.fullmatch(name)
    base = running[1] if running else name
    return any(entry and entry[1] == base for entry in map(_ENTRY.fullmatch, known))


def is_transposed(name: str, following: Sequence[str], known: frozenset[str]) -> bool:
    """True for `w' x`, and where `^ T` or `^ (T)` follows a name and T is no letter of the question."""
    if name not in known and name.rstrip("'") in known and following[0].isidentifier():
        return True
    return "T" not in known and (list(following[:2]) == ["^", "T"] or list(following[:4]) == ["^", "(", "T", ")"])
