"""Decides which words of a typed formula are variables, which are functions, and which are several names run together.

Vectors, sums and transposes are not read; they are refused here, instead of being taken for something else.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from tutor.errors import ExpressionError, clip, nearest
from tutor.expressions.grammars import FORMULA
from tutor.expressions.names import ALIASES, CONSTANTS, canonical_name, find_function, is_letter, split_word
from tutor.expressions.source import Token
from tutor.expressions.wording import NO_VECTORS
from tutor.patterns import compile_lazily

_NAME_PARTS = compile_lazily("([A-Za-z]+)([0-9]*)((?:_(?:[A-Za-z0-9]+|{[A-Za-z0-9,]+}))*'*)")
_FUNCTION_SPELLINGS = frozenset(ALIASES)
MAX_SPLIT = 30
"""The longest word, in letters, in which the name of a function is looked for."""
_PI = frozenset({"Pi", "PI"})
_POWER_BRACKETS = {"(": ")", "{": "}"}
"""Opening bracket of a power → the one that closes it."""


class SymbolTable(msgspec.Struct, frozen=True):
    """The names that a formula may use."""

    variables: frozenset[str] = frozenset()
    """The names of the variables, in their canonical spelling."""
    open_functions: frozenset[str] = frozenset()
    """Functions that the question does not specify, such as `f` and `f'`."""
    allow_letters: bool = True
    """Whether single letters that are not in `variables` are variables as well."""
    from_author: bool = False
    """Whether an author wrote the formula: a letter before a bracket is a factor then, even if it is not listed."""
    allow_words: bool = False
    """Whether a word with no other meaning is a variable, such as `mass` in a formula that a caller expects."""
    log_function: str = "ln"
    """The function that `log` without a base means."""

    def only_listed(self) -> "SymbolTable":
        """A stricter copy of this table: a letter or word that is not listed is neither a variable nor a factor."""
        return replace(self, allow_letters=False, from_author=False, allow_words=False)


_MAX_TOKENS_AFTER_NAME = 7
"""How many tokens after a name may decide what it is: enough for a power and a bracket, `^ ( - 1 ) (`."""

NO_SYMBOLS = SymbolTable(allow_letters=False)
"""For closed expressions: constants and functions, but no variables."""


def resolve_names(tokens: list[Token], symbols: SymbolTable) -> list[Token]:
    """Replace each name in `tokens` by a variable (a token `name`), a `function`, or several of these.

    Raises:
        ExpressionError: a name that means nothing here.
    """
    resolved: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind != "name":
            resolved.append(token)
            continue
        tokens_after = tokens[index + 1 : index + 1 + _MAX_TOKENS_AFTER_NAME]
        replacement = list(_resolve_name(token, _text_after_name(tokens_after), symbols))
        last = replacement[-1]
        if last.kind == "name":
            _refuse_vector(last, tokens_after, symbols)
            if _looks_like_arguments(tokens_after[:3]):
                raise FORMULA.wording.unknown_function(token.original, ())
        resolved += replacement
    return resolved


def _text_after_name(tokens_after: list[Token]) -> str:
    """The text of the token after a name, by which a function is told from a factor.

    A power in between is skipped if a bracket follows it: the result is `(` in sigma(z), sigma^2(z) and σ⁻¹(z).
    """
    texts = [token.text for token in tokens_after]
    if texts[0] == "^" and len(texts) > 2:
        # The power is a number, with or without a minus, with or without brackets: ^ 2, ^ - 1, ^ ( - 1 ).
        closing_bracket = _POWER_BRACKETS.get(texts[1], "")
        number_index = 2 if closing_bracket else 1
        if texts[number_index] == "-":
            number_index += 1
        index_after_power = number_index + 1
        if closing_bracket and closing_bracket in texts:
            index_after_power = texts.index(closing_bracket) + 1
        has_number = number_index < len(texts) and tokens_after[number_index].kind == "number"
        texts_after_power = texts[index_after_power:]
        if has_number and texts_after_power[:1] == ["("]:
            return "("
    return texts[0]


def _looks_like_arguments(tokens: list[Token]) -> bool:
    """Whether `tokens` are `(x)` or `(0)`: a name before brackets with so little in them was meant as a function."""
    if len(tokens) < 3:
        return False
    opening, content, closing = tokens
    return (opening.text, closing.text) == ("(", ")") and content.kind in {"name", "number"}


def _resolve_name(token: Token, text_after: str, symbols: SymbolTable) -> Iterator[Token]:
    """Yield the one or more tokens that the name `token` means here; `text_after` comes from `_text_after_name`.

    The first meaning that fits is taken: a variable or constant, a function, a single letter that is not listed, a
    function with digits after it, several names written together.
    """
    name = canonical_name(token.text)
    is_before_bracket = text_after == "("
    if _is_vector_word(name, symbols, is_called=is_before_bracket):
        raise ExpressionError(NO_VECTORS)
    if name in _PI - symbols.variables - symbols.open_functions:
        name = "pi"
    if name in symbols.variables or (name in CONSTANTS and name not in symbols.open_functions):
        yield Token("name", name, token.start, token.original)
        return
    if token.text.casefold() == "log":
        function = symbols.log_function
    else:
        function = name if name in symbols.open_functions else find_function(token.text)
    is_single_letter = is_letter(token.text.rstrip("'"))
    if function and (is_before_bracket or not is_single_letter):  # a single letter must be called
        yield Token("function", function, token.start, token.original)
        return
    parts = _parts_of(token)
    if is_letter(name.split("_")[0].rstrip("'")) and symbols.allow_letters:
        if is_before_bracket and not symbols.from_author:
            raise FORMULA.wording.unknown_function(token.original, ())
        yield Token("name", name, token.start, token.original)
    elif parts.digits and not parts.suffix and find_function(parts.letters):  # sin2 is sin of 2
        yield Token("function", find_function(parts.letters), token.start, token.original)
        yield Token("number", parts.digits, token.start + len(parts.letters), token.original)
    else:
        yield from _resolve_word(token, text_after, symbols)


class _NameParts(NamedTuple):
    """The parts of a name: of `xy12_i'` they are `xy`, `12`, and `_i'`."""

    letters: str
    digits: str
    suffix: str
    """Subscripts and primes."""


def _parts_of(token: Token) -> _NameParts:
    """Split the text of a name token into its parts."""
    match = _NAME_PARTS.fullmatch(token.text)
    return _NameParts(*match.groups())  # type: ignore[union-attr]  # every name token matches


def _resolve_word(token: Token, text_after: str, symbols: SymbolTable) -> Iterator[Token]:
    """Yield the tokens of a word that is not a name: names written together, as in `xy`, `xsin`, `lnx`.

    Raises:
        ExpressionError: the word cannot be split, and `allow_words` does not make it a variable.
    """
    names = _split_names(token, text_after, symbols)
    for name in names:
        if name in symbols.variables or name in CONSTANTS:
            yield Token("name", name, token.start, token.original)
        else:
            yield Token("function", ALIASES.get(name, name), token.start, token.original)
    if names:
        return
    tokens_around_function = _split_around_function(token, symbols)
    if tokens_around_function:
        yield from tokens_around_function
    elif symbols.allow_words and text_after != "(":
        yield Token("name", canonical_name(token.text), token.start, token.original)
    else:
        raise ExpressionError(_describe_unknown_name(token, symbols))


def _split_names(token: Token, text_after: str, symbols: SymbolTable) -> tuple[str, ...]:
    """Split a word into known names, the last of which may be a function; empty if it cannot be split."""
    letters, digits, suffix = _parts_of(token)
    if not digits and not suffix:
        may_end_in_function = text_after == "(" or text_after.isalnum()  # an argument follows
        functions = _FUNCTION_SPELLINGS | symbols.open_functions if may_end_in_function else frozenset()
        return split_word(letters, symbols.variables, functions)
    for start in range(1, len(letters)):  # the digits and suffix belong to the last name
        last = canonical_name(letters[start:] + digits + suffix)
        names_before = split_word(letters[:start], symbols.variables, ())
        if last in symbols.variables and names_before:
            return (*names_before, last)
    return ()


def _split_around_function(token: Token, symbols: SymbolTable) -> list[Token]:
    """Split a word such as `xlnx` into variables, if any, a function, and a variable as its argument; else []."""
    letters, digits, suffix = _parts_of(token)
    if len(letters) > MAX_SPLIT:
        return []
    for function_start in range(len(letters)):
        names_before = split_word(letters[:function_start], symbols.variables, ())
        if function_start > 0 and not names_before:
            continue
        for argument_start in range(function_start + 2, len(letters)):  # no function has a single letter
            function = find_function(letters[function_start:argument_start])
            argument = canonical_name(letters[argument_start:] + digits + suffix)
            if function and argument in symbols.variables:
                return [
                    *(Token("name", name, token.start, token.original) for name in names_before),
                    Token("function", function, token.start + function_start, token.original),
                    Token("name", argument, token.start + argument_start, token.original),
                ]
    return []


def _describe_unknown_name(token: Token, symbols: SymbolTable) -> str:
    """Make the message about a name without a meaning: it suggests the nearest known name, or lists the variables."""
    name = token.text
    suggestion = nearest(name, [*sorted(symbols.variables | symbols.open_functions), *ALIASES])
    if suggestion and suggestion != name:
        return f"there is no '{clip(token.original, 30)}' here; did you mean '{suggestion}'?"
    variables = ", ".join(sorted(symbols.variables)) or "none"
    advice = "write * to multiply; " if name in {"x", "X"} else ""  # an x was meant as a multiplication sign
    return f"there is no '{clip(token.original, 30)}' here; {advice}the letters in use: {variables}"


_VECTOR_WORDS = frozenset(
    ("Sigma", "sum", "dot", "vec", "matmul", "transpose", "norm", "inner", "outer", "prod", "einsum", "langle", "diag")
)
_NUMBERED_ENTRY = compile_lazily("(.+)_(?:[0-9]+)")
_INDEXED_ENTRY = compile_lazily("(.+)_(?:[i-n])")


def _refuse_vector(token: Token, tokens_after: list[Token], symbols: SymbolTable) -> None:
    """Refuse a name that denotes a vector, or is transposed, unless an author wrote it.

    If it were taken for one more variable, the answer would be graded as wrong, instead of being unreadable.
    """
    if symbols.from_author:
        return
    texts_after = [token_after.text for token_after in tokens_after]
    if _is_vector(token.text, symbols.variables) or _is_transposed(token.text, texts_after, symbols.variables):
        raise ExpressionError(NO_VECTORS)


def _is_vector_word(name: str, symbols: SymbolTable, is_called: bool) -> bool:
    """Whether a word such as `dot` stands for a sum or a product of vectors, and is no name in the question.

    When called, `Sigma` and `sum` are functions: Σ(z) is read as σ(z).
    """
    if symbols.from_author or name in symbols.variables | symbols.open_functions:
        return False
    word = name.split("_", maxsplit=1)[0]
    return word in _VECTOR_WORDS and not (is_called and word in {"Sigma", "sum"})


def _is_vector(name: str, variables: frozenset[str]) -> bool:
    """Whether `name` is `w` or `w_i`, when the question has only numbered entries such as `w_1` and `w_2`."""
    if name in variables:
        return False
    indexed = _INDEXED_ENTRY.fullmatch(name)
    vector_name = indexed[1] if indexed else name
    numbered_entries = (_NUMBERED_ENTRY.fullmatch(variable) for variable in variables)
    return any(entry is not None and entry[1] == vector_name for entry in numbered_entries)


def _is_transposed(name: str, texts_after: list[str], variables: frozenset[str]) -> bool:
    """Whether `name` is transposed: `w' x`, `w^T` or `w^(T)`, unless `w'` or T is a variable of the question.

    `texts_after` are the texts of the tokens after the name.
    """
    is_variable_with_prime = name not in variables and name.rstrip("'") in variables
    if is_variable_with_prime and texts_after[0].isidentifier():
        return True
    is_power_of_t = texts_after[:2] == ["^", "T"] or texts_after[:4] == ["^", "(", "T", ")"]
    return is_power_of_t and "T" not in variables
