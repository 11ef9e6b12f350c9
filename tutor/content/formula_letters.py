"""Finds what the letters of a formula mean, by the glossary of its lesson and of those before it."""

from collections.abc import Iterator, Sequence

from tutor.content.collected import NamedFormula, Term
from tutor.patterns import compile_lazily

_WORDS = compile_lazily(r"\\(?:text|mathrm|operatorname)\{[^{}]*\}")
"""What stands in a formula as words, not letters."""
_BRACED_ACCENT = compile_lazily(r"\\(bar|hat|tilde|vec|dot)\{(\w)\}")
"""A letter with an accent in braces: the glossary writes it without them."""
_COMMAND = compile_lazily(r"\\[A-Za-z]+")
_ENDS_IN_COMMAND = compile_lazily(r"\\[A-Za-z]+$")
_SUBSCRIPT = compile_lazily(r"_(?:\{[^{}]*\}|\\[A-Za-z]+|.)")


def letters_of(formula: NamedFormula, terms: Sequence[Term]) -> list[Term]:
    """The terms that say what the letters of `formula` mean, each once, in the order in which they occur.

    A letter has the meaning that the formula's lesson gives it, or else the one meaning that it had in all lessons
    before. Letters with several earlier meanings, without a term, or that are only indices are left out.
    """
    meanings = _meanings_for(formula, terms)
    return [meanings[name] for name in dict.fromkeys(_find_names(formula.latex, meanings))]


def _meanings_for(formula: NamedFormula, terms: Sequence[Term]) -> dict[str, Term]:
    """Name of each letter as LaTeX → its term, by the lesson of `formula` and those before it in the same pack."""
    own: dict[str, Term] = {}
    earlier: dict[str, list[Term]] = {}
    for term in terms:
        source, name = term.source, term.name.strip("$")
        if not term.letter or source.pack != formula.source.pack:
            continue
        if source.lesson == formula.source.lesson:
            own.setdefault(name, term)
        elif source.number < formula.source.number:
            earlier.setdefault(name, []).append(term)
    return {name: found[0] for name, found in earlier.items() if len(found) == 1} | own


def _find_names(latex: str, meanings: dict[str, Term]) -> Iterator[str]:
    """Yield the names of `meanings` that occur in `latex`, from left to right; the longest where several begin."""
    text = _BRACED_ACCENT.sub(r"\\\1 \2", _WORDS.sub(" ", latex))
    longest_first = sorted(meanings, key=len, reverse=True)
    position = 0
    while position < len(text):
        name = next((name for name in longest_first if _stands_at(name, text, position)), None)
        if name is not None:
            yield name
        rest = text[position:]
        skipped = _COMMAND.match(rest) or _SUBSCRIPT.match(rest)
        position += len(name) if name is not None else skipped.end() if skipped else 1


def _stands_at(name: str, text: str, position: int) -> bool:
    """Whether a name begins at `position` of a formula, and is not only the beginning of a longer command."""
    if not text.startswith(name, position):
        return False
    is_command = _ENDS_IN_COMMAND.search(name) is not None
    return not is_command or not text[position + len(name) : position + len(name) + 1].isalpha()
