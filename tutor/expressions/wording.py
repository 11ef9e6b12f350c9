"""Error messages for expressions that cannot be read: one wording for authors, one for learners."""

from collections.abc import Collection
from typing import Protocol

from tutor.errors import ExpressionError, advise_on_name, clip
from tutor.expressions.source import Token
from tutor.patterns import compile_lazily

NO_VECTORS = "vectors and sum signs are not read here: write each entry and each term out"
VECTOR_SIGNS = frozenset("ᵀ⊤⊺∑Σ@⟨⟩‖⊙⊗∘∇∏⃗")
_VECTOR_CODE = compile_lazily(r"\.(?:T|dot|sum|prod|mean|norm|matmul|transpose|inner)\b|<[^<>]{1,50},[^<>]{1,50}>")
"""What begins with a vector as programs write it: `.T`, `.dot(`, `<w, x>`."""


class Wording(Protocol):
    """Makes the errors of a grammar: a method for each fault returns the error that describes it.

    `text` is always the whole expression.
    """

    def unknown_character(self, character: str, rest: str, text: str) -> ExpressionError:
        """A character that begins no token; `rest` is the text from there on."""

    def unexpected(self, token: Token, previous: Token | None, text: str) -> ExpressionError:
        """A token that does not fit where it is; `previous` is the token before it, `None` at the beginning."""

    def unclosed(self, bracket: str, text: str) -> ExpressionError:
        """The text ends before the closing `bracket`."""

    def unknown_function(self, name: str, known: Collection[str]) -> ExpressionError:
        """A call of something that is no function."""

    def wrong_arguments(self, function: str, fewest: int, most: int, count: int) -> ExpressionError:
        """A function with too few or too many arguments."""

    def too_long(self, text: str, most: int) -> ExpressionError:
        """More than `most` characters."""

    def too_large(self, text: str) -> ExpressionError:
        """More operations than are read."""


class LessonWording:
    """For authors: quotes the expression and says where in it the fault is."""

    def unknown_character(self, character: str, rest: str, text: str) -> ExpressionError:
        """A character that no token has."""
        return ExpressionError(f"'{clip(character, 5)}' has no meaning here, take it out: '{clip(text)}'")

    def unexpected(self, token: Token, previous: Token | None, text: str) -> ExpressionError:
        """A token that does not fit where it is."""
        expression = clip(text)
        if token.kind == "end":
            return ExpressionError(f"'{expression}' is not complete: something is missing at its end")
        after_operand = previous is not None and (previous.kind != "symbol" or previous.text in {")", "]"})
        if token.text == "=" and after_operand:
            return ExpressionError(f"write == to compare: '{expression}'")
        if token.kind in {"number", "name"} and previous:  # which ends an operand: after a sign these are expected
            return ExpressionError(
                f"an operator is missing between '{clip(previous.text, 20)}' and '{clip(token.text, 20)}'; "
                f"multiplication is written *"
            )
        return ExpressionError(f"'{clip(token.text, 20)}' at place {token.start + 1} does not fit in '{expression}'")

    def unclosed(self, bracket: str, text: str) -> ExpressionError:
        """The text ends before the closing `bracket`."""
        return ExpressionError(f"a bracket is not closed: '{clip(text)}' needs a '{bracket}'")

    def unknown_function(self, name: str, known: Collection[str]) -> ExpressionError:
        """A call of something that is no function."""
        advice = advise_on_name(name, known, otherwise="there are " + ", ".join(sorted(known)))
        return ExpressionError(f"there is no function '{clip(name, 30)}'; {advice}")

    def wrong_arguments(self, function: str, fewest: int, most: int, count: int) -> ExpressionError:
        """A function with too few or too many arguments."""
        expected = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        return ExpressionError(f"{function} takes {expected} argument{'s' * (most > 1)}, not {count}")

    def too_long(self, text: str, most: int) -> ExpressionError:
        """More than `most` characters."""
        return ExpressionError(f"an expression may have at most {most} characters; this one has {len(text)}")

    def too_large(self, text: str) -> ExpressionError:
        """More operations than are read."""
        return ExpressionError(f"'{clip(text)}' has too many operations in a row; name a part of it in `let`")


class FormulaWording:
    """For learners: says what to type instead, and quotes only what was typed."""

    def unknown_character(self, character: str, rest: str, text: str) -> ExpressionError:
        """A character that no token has."""
        if character in VECTOR_SIGNS or _VECTOR_CODE.match(rest):
            return ExpressionError(NO_VECTORS)
        if character in "<>":
            return ExpressionError("a comparison is no answer here: type one expression")
        if character in "\"'":
            return ExpressionError("quotes have no place in a formula; take them out")
        advice = {
            "=": "type only what stands after the equals sign",
            ";": "type one expression alone",
            ":": "write a division with a stroke: a/b",
        }
        general = f"the sign '{clip(character, 5)}' has no place in a formula: leave it out"
        return ExpressionError(advice.get(character, general))

    def unexpected(self, token: Token, previous: Token | None, text: str) -> ExpressionError:
        """A token that does not fit where it is."""
        quoted = clip(token.original, 20)
        if token.kind == "end":
            return ExpressionError("something is missing at the end")
        if token.kind in {"number", "name", "function"}:
            return ExpressionError(f"an operator is missing before '{quoted}'")
        if token.text in {")", "]", "}"}:
            return ExpressionError(f"there is a '{quoted}' too many, or something is missing before it")
        if token.text == ",":
            return ExpressionError("leave out the comma: write a decimal point, and one expression")
        if token.text in {"[", "{"}:
            return ExpressionError(f"write round brackets ( ) instead of '{quoted}'")
        return ExpressionError(f"something is missing before '{quoted}'")

    def unclosed(self, bracket: str, text: str) -> ExpressionError:
        """The text ends before the closing `bracket`."""
        return ExpressionError(f"a bracket is not closed: put a {bracket} at its end")

    def unknown_function(self, name: str, known: Collection[str]) -> ExpressionError:
        """A call of something that is no function."""
        return ExpressionError(f"there is no function '{clip(name, 30)}' here; write * to multiply")

    def wrong_arguments(self, function: str, fewest: int, most: int, count: int) -> ExpressionError:
        """A function with too few or too many arguments."""
        if most == fewest:
            expected = "one argument" if most == 1 else f"{fewest} arguments"
        else:
            expected = f"{fewest} to {most} arguments"
        return ExpressionError(f"{function} takes {expected}, not {count}")

    def too_long(self, text: str, most: int) -> ExpressionError:
        """More than `most` characters."""
        return ExpressionError(f"that is too long: type at most {most} characters")

    def too_large(self, text: str) -> ExpressionError:
        """More operations than are read."""
        return ExpressionError("that has too many parts: make it simpler")
