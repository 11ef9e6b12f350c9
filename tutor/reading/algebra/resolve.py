"""Which of the words in a typed expression are variables, which functions, and which several names run together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tutor.errors import clip, nearest
from tutor.reading.algebra.functions import ALIASES, function_named
from tutor.reading.algebra.lexer import Token
from tutor.reading.algebra.names import CONSTANTS, canonical, is_letter, pieces
from tutor.reading.algebra.vectors import NO_VECTORS, is_transposed, is_vector, is_vector_word
from tutor.reading.tokens import ExpressionError

_WORD = re.compile("([A-Za-z]+)([0-9]*)((?:_(?:[A-Za-z0-9]+|{[A-Za-z0-9,]+}))*'*)")
_CALLED = frozenset(ALIASES)
LONGEST = 30
"""The most letters in a row among which a function is looked for."""
_PI = frozenset({"Pi", "PI"})


@dataclass(frozen=True)
class Words:
    """The names that an expression may use."""

    known: frozenset[str] = frozenset()
    """Variables, in their one spelling."""
    open: frozenset[str] = frozenset()
    """Functions of which nothing is known, such as `f` and `f'`."""
    free: bool = True
    """Whether single letters beyond `known` are variables too."""
    trusted: bool = False
    """Whether a letter before a bracket is a factor even if it is not known: an author means x (y + 1)."""
    long: bool = False
    """Whether a word that means nothing else is a variable: `mass` in what a caller expects."""
    log: str = "ln"
    """The function that a bare `log` is."""


def resolved(tokens: list[Token], words: Words) -> list[Token]:
    """`tokens` with every name as a `var`, a `func`, or several tokens.

    Raises:
        ExpressionError: a name that means nothing here.
    """
    found: list[Token] = []
    for index, token in enumerate(tokens):
        if token.sort == "name":
            after = tokens[index + 1 : index + 8]
            new = list(_resolve(token, _follows(after), words))
            if new[-1].sort == "var":
                _refuse_vector(new[-1], after, words)
                if _looks_like_a_call(after[:3]):
                    raise ExpressionError(_no_function(token.typed))
            found += new
        else:
            found.append(token)
    return found


def _follows(after: list[Token]) -> str:
    """What follows a name; for a power and a bracket after it, as in sigma^2(z), that bracket."""
    texts = [token.text for token in after]
    if texts[:1] == ["^"] and len(after) > 1:
        rest = texts[texts.index(")") + 1 :] if texts[1] == "(" and ")" in texts else texts[2:]
        rest = texts[texts.index("}") + 1 :] if texts[1] == "{" and "}" in texts else rest
        simple = after[1].sort == "number" or (texts[1] in {"(", "{"} and after[2].sort == "number")
        return "(" if simple and rest[:1] == ["("] else texts[0]
    return texts[0]


def _refuse_vector(token: Token, after: list[Token], words: Words) -> None:
    if words.trusted:
        return
    texts = [item.text for item in after]
    if is_vector(token.text, words.known) or is_transposed(token.text, texts, words.known):
        raise ExpressionError(NO_VECTORS)


def _looks_like_a_call(following: list[Token]) -> bool:
    """True for `(x)` and `(0)`: with nothing more in brackets, a function was meant."""
    return [token.text for token in following[::2]] == ["(", ")"] and following[1].sort in {"name", "number"}


def _no_function(name: str) -> str:
    return f"there is no function '{clip(name, 30)}' here; write * to multiply"


def _resolve(token: Token, follows: str, words: Words) -> Iterator[Token]:
    name, at = canonical(token.text), token.at
    if not words.trusted and name not in words.open and is_vector_word(name, words.known, follows == "("):
        raise ExpressionError(NO_VECTORS)
    if name in _PI - words.known - words.open:
        name = "pi"
    if name in words.known or (name in CONSTANTS and name not in words.open):
        yield Token("var", name, at, token.typed)
        return
    function = name if name in words.open else function_named(token.text)
    function = words.log if token.text.casefold() == "log" else function
    if function and (not is_letter(token.text.rstrip("'")) or follows == "("):
        yield Token("func", function, at, token.typed)
        return
    base, digits, rest = _WORD.fullmatch(token.text).groups()  # type: ignore[union-attr]  # every name token matches
    if is_letter(name.split("_")[0].rstrip("'")) and words.free:
        if follows == "(" and not words.trusted:
            raise ExpressionError(_no_function(token.typed))
        yield Token("var", name, at, token.typed)
    elif digits and not rest and function_named(base):
        yield Token("func", function_named(base), at, token.typed)
        yield Token("number", digits, at + len(base), token.typed)
    else:
        yield from _run_together(token, follows, words)


def _run_together(token: Token, follows: str, words: Words) -> Iterator[Token]:
    base, digits, rest = _WORD.fullmatch(token.text).groups()  # type: ignore[union-attr]  # every name token matches
    ends = _CALLED | words.open if (follows == "(" or follows.isalnum()) and not digits and not rest else frozenset()
    cut = pieces(base, words.known, ends) if not digits and not rest else ()
    for start in range(1, len(base)) if digits or rest else ():
        last = canonical(base[start:] + digits + rest)
        before = pieces(base[:start], words.known, ())
        if last in words.known and before:
            cut = (*before, last)
            break
    if not cut:
        inside = _function_inside(base, digits + rest, words)
        yield from (Token(sort, said, token.at + at, token.typed) for sort, said, at in inside)
        if inside:
            return
    if not cut and words.long and follows != "(":
        yield Token("var", canonical(token.text), token.at, token.typed)
        return
    if not cut:
        raise ExpressionError(_unknown(token, words))
    for said in cut:
        sort = "var" if said in words.known or said in CONSTANTS else "func"
        yield Token(sort, said if sort == "var" else ALIASES.get(said, said), token.at, token.typed)


def _function_inside(base: str, tail: str, words: Words) -> list[tuple[str, str, int]]:
    """`lnx`, `xlnx` as sort, name and place of each piece: letters, a function, the letter that it is taken of."""
    for begin in range(len(base)) if len(base) <= LONGEST else ():
        before = pieces(base[:begin], words.known, ()) if begin else ()
        for start in range(begin + 2, len(base)) if before or not begin else ():
            of = canonical(base[start:] + tail)
            if function_named(base[begin:start]) and of in words.known:
                front = [("var", said, 0) for said in before]
                return [*front, ("func", function_named(base[begin:start]), begin), ("var", of, start)]
    return []


def _unknown(token: Token, words: Words) -> str:
    name = token.text
    known = [*sorted(words.known | words.open), *ALIASES]
    near = nearest(name, known)
    if near and near != name:
        return f"there is no '{clip(token.typed, 30)}' here; did you mean '{near}'?"
    listed = ", ".join(sorted(words.known)) or "none"
    times = "write * to multiply; " if name in {"x", "X"} else ""
    return f"there is no '{clip(token.typed, 30)}' here; {times}the letters in use: {listed}"
