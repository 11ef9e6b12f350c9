"""Decides which words of a typed formula are variables, which are functions, and which are several names run together.

Vectors, sums and transposes are not read; they are refused here, instead of being taken for something else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tutor.errors import ExpressionError, clip, nearest
from tutor.expressions.grammars import FORMULA
from tutor.expressions.names import ALIASES, CONSTANTS, canonical_name, find_function, is_letter, split_word
from tutor.expressions.source import Token
from tutor.expressions.wording import NO_VECTORS
from tutor.patterns import compile_lazily

_WORD = compile_lazily("([A-Za-z]+)([0-9]*)((?:_(?:[A-Za-z0-9]+|{[A-Za-z0-9,]+}))*'*)")
_FUNCTION_SPELLINGS = frozenset(ALIASES)
MAX_SPLIT = 30
"""The most letters in a row in which a function is looked for."""
_PI = frozenset({"Pi", "PI"})


@dataclass(frozen=True)
class SymbolTable:
    """The names that a formula may use."""

    variables: frozenset[str] = frozenset()
    """In their canonical spelling."""
    open_functions: frozenset[str] = frozenset()
    """Functions about which nothing is known, such as `f` and `f'`."""
    allow_letters: bool = True
    """Whether single letters beyond `variables` are variables too."""
    from_author: bool = False
    """Whether a letter before a bracket is a factor even if it is not listed: an author means x (y + 1)."""
    allow_words: bool = False
    """Whether a word with no other meaning is a variable: `mass` in what a caller expects."""
    log_function: str = "ln"
    """The function that a bare `log` is."""

    def only_listed(self) -> "SymbolTable":
        """This table without what is not listed in it: no other letter or word is a variable or a factor."""
        return replace(self, allow_letters=False, from_author=False, allow_words=False)


NO_SYMBOLS = SymbolTable(allow_letters=False)
"""For closed expressions: constants and functions, but no variables."""


def resolve_names(tokens: list[Token], symbols: SymbolTable) -> list[Token]:
    """`tokens` with every name as a variable (`name`), a `function`, or several tokens.

    Raises:
        ExpressionError: a name that means nothing here.
    """
    resolved: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind == "name":
            after = tokens[index + 1 : index + 8]  # as far as the bracket after a power: ^ ( - 1 ) (
            new = list(_resolve_name(token, _sign_after(after), symbols))
            if new[-1].kind == "name":
                _refuse_vector(new[-1], after, symbols)
                if _looks_like_a_call(after[:3]):
                    raise FORMULA.wording.unknown_function(token.original, ())
            resolved += new
        else:
            resolved.append(token)
    return resolved


def _sign_after(after: list[Token]) -> str:
    """The sign after a name; for a power before a bracket, as in sigma^2(z) and σ⁻¹(z), that bracket."""
    texts = [token.text for token in after]
    if texts[:1] == ["^"] and len(after) > 2:
        opened = texts[1] if texts[1] in {"(", "{"} else ""
        power = after[2 if opened else 1 :]
        if power[0].text == "-":
            power = power[1:]
        end = {"(": ")", "{": "}"}.get(opened, "")
        rest = texts[texts.index(end) + 1 :] if end and end in texts else [token.text for token in power[1:]]
        return "(" if power and power[0].kind == "number" and rest[:1] == ["("] else texts[0]
    return texts[0]


def _looks_like_a_call(after: list[Token]) -> bool:
    """True for `(x)` and `(0)`: with nothing more in brackets, a function was meant."""
    return [token.text for token in after[::2]] == ["(", ")"] and after[1].kind in {"name", "number"}


def _resolve_name(token: Token, follows: str, symbols: SymbolTable) -> Iterator[Token]:
    """What a name means here, as one token or several; `follows` is the sign after it."""
    name, at = canonical_name(token.text), token.at
    if _is_vector_word(name, symbols, is_called=follows == "("):
        raise ExpressionError(NO_VECTORS)
    if name in _PI - symbols.variables - symbols.open_functions:
        name = "pi"
    if name in symbols.variables or (name in CONSTANTS and name not in symbols.open_functions):
        yield Token("name", name, at, token.original)
        return
    function = name if name in symbols.open_functions else find_function(token.text)
    function = symbols.log_function if token.text.casefold() == "log" else function
    if function and (not is_letter(token.text.rstrip("'")) or follows == "("):
        yield Token("function", function, at, token.original)
        return
    base, digits, rest = _parts_of(token)
    if is_letter(name.split("_")[0].rstrip("'")) and symbols.allow_letters:
        if follows == "(" and not symbols.from_author:
            raise FORMULA.wording.unknown_function(token.original, ())
        yield Token("name", name, at, token.original)
    elif digits and not rest and find_function(base):
        yield Token("function", find_function(base), at, token.original)
        yield Token("number", digits, at + len(base), token.original)
    else:
        yield from _resolve_word(token, follows, symbols)


def _parts_of(token: Token) -> tuple[str, str, str]:
    """The letters of a name, the digits after them, and its subscripts with its primes."""
    base, digits, rest = _WORD.fullmatch(token.text).groups()  # type: ignore[union-attr]  # every name token matches
    return base, digits, rest


def _resolve_word(token: Token, follows: str, symbols: SymbolTable) -> Iterator[Token]:
    """A word that is no name by itself: names written together, as in `xy`, `xsin`, `lnx`."""
    names = _split_names(token, follows, symbols)
    if not names:
        inner = _split_around_function(token, symbols)
        yield from inner
        if inner:
            return
        if not symbols.allow_words or follows == "(":
            raise ExpressionError(_describe_unknown_name(token, symbols))
        yield Token("name", canonical_name(token.text), token.at, token.original)
    for name in names:
        if name in symbols.variables or name in CONSTANTS:
            yield Token("name", name, token.at, token.original)
        else:
            yield Token("function", ALIASES.get(name, name), token.at, token.original)


def _split_names(token: Token, follows: str, symbols: SymbolTable) -> tuple[str, ...]:
    """Split a word into known names, the last of which may be a function; empty if it cannot be split."""
    base, digits, rest = _parts_of(token)
    if not digits and not rest:
        may_call = follows == "(" or follows.isalnum()
        functions = _FUNCTION_SPELLINGS | symbols.open_functions if may_call else frozenset()
        return split_word(base, symbols.variables, functions)
    for start in range(1, len(base)):
        last = canonical_name(base[start:] + digits + rest)
        before = split_word(base[:start], symbols.variables, ())
        if last in symbols.variables and before:
            return (*before, last)
    return ()


def _split_around_function(token: Token, symbols: SymbolTable) -> list[Token]:
    """`lnx` and `xlnx` as variables, a function, and the variable that it is taken of; empty for other words."""
    base, digits, rest = _parts_of(token)
    for begin in range(len(base)) if len(base) <= MAX_SPLIT else ():
        before = split_word(base[:begin], symbols.variables, ()) if begin else ()
        for start in range(begin + 2, len(base)) if before or not begin else ():
            argument, function = canonical_name(base[start:] + digits + rest), find_function(base[begin:start])
            if function and argument in symbols.variables:
                return [
                    *(Token("name", name, token.at, token.original) for name in before),
                    Token("function", function, token.at + begin, token.original),
                    Token("name", argument, token.at + start, token.original),
                ]
    return []


def _describe_unknown_name(token: Token, symbols: SymbolTable) -> str:
    """What to say of a name that means nothing here: the nearest known one, or all of them."""
    name = token.text
    near = nearest(name, [*sorted(symbols.variables | symbols.open_functions), *ALIASES])
    if near and near != name:
        return f"there is no '{clip(token.original, 30)}' here; did you mean '{near}'?"
    known = ", ".join(sorted(symbols.variables)) or "none"
    times = "write * to multiply; " if name in {"x", "X"} else ""
    return f"there is no '{clip(token.original, 30)}' here; {times}the letters in use: {known}"


_VECTOR_WORDS = frozenset(
    ("Sigma", "sum", "dot", "vec", "matmul", "transpose", "norm", "inner", "outer", "prod", "einsum", "langle", "diag")
)
_ENTRY = compile_lazily("(.+)_(?:[0-9]+)")
_RUNNING_ENTRY = compile_lazily("(.+)_(?:[i-n])")


def _refuse_vector(token: Token, after: list[Token], symbols: SymbolTable) -> None:
    """Refuse a name that is a vector, or is transposed, unless an author wrote it."""
    if symbols.from_author:
        return
    texts = [item.text for item in after]
    if _is_vector(token.text, symbols.variables) or _is_transposed(token.text, texts, symbols.variables):
        raise ExpressionError(NO_VECTORS)


def _is_vector_word(name: str, symbols: SymbolTable, is_called: bool) -> bool:
    """Whether a word denotes a sum or a product of vectors, unless the question uses it; Σ(z) is σ(z)."""
    if symbols.from_author or name in symbols.variables | symbols.open_functions:
        return False
    word = name.split("_", maxsplit=1)[0]
    return word in _VECTOR_WORDS and not (is_called and word in {"Sigma", "sum"})


def _is_vector(name: str, known: frozenset[str]) -> bool:
    """True for `w`, or `w_i`, where the question knows only the entries `w_1`, `w_2`."""
    if name in known:
        return False
    running = _RUNNING_ENTRY.fullmatch(name)
    base = running[1] if running else name
    return any(entry and entry[1] == base for entry in map(_ENTRY.fullmatch, known))


def _is_transposed(name: str, after: Sequence[str], known: frozenset[str]) -> bool:
    """True for `w' x`, and where `^ T` or `^ (T)` follows a name and T is not a variable of the question."""
    if name not in known and name.rstrip("'") in known and after[0].isidentifier():
        return True
    return "T" not in known and (list(after[:2]) == ["^", "T"] or list(after[:4]) == ["^", "(", "T", ")"])
