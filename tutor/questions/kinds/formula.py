"""The formula of an `expression` question: reading it, comparing it with the right one, saying what went wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeGuard

import msgspec
from msgspec.structs import replace

from tutor.errors import ChainruleError, ExpressionError
from tutor.expressions.arithmetic import Tolerance, to_fraction
from tutor.expressions.equality import EqualityOptions, is_equal, require_real_value
from tutor.expressions.latex import to_latex, variable_to_latex
from tutor.expressions.names import CONSTANTS, canonical_name
from tutor.expressions.sampling import Assumption
from tutor.expressions.source import join_lines
from tutor.expressions.symbols import SymbolTable
from tutor.expressions.tree import (
    FORMULA_FORMS,
    Binary,
    Expr,
    Name,
    Number,
    Unary,
    simplify,
    substitute,
    variables_in,
    walk,
)
from tutor.patterns import compile_lazily
from tutor.questions.base import Grade, Instance, Sample, Unreadable
from tutor.questions.templates.placeholders import error_context
from tutor.reading.examples import first_not_taken
from tutor.reading.formulas import read_expression, read_formula
from tutor.reading.outcome import as_sentence, refuse_unusable
from tutor.text.giveaways import FACTOR_OF_TWO, LOOK_AT_SIGNS, UPSIDE_DOWN

MAX_FORMULA_TEXT = 400
"""The most characters of a typed formula."""


_FORMULA_IN_MARKDOWN = compile_lazily(r"\$[^$]+\$|`[^`]+`")
_RELATION = compile_lazily(r"=|≈|\\approx|\\ne\w*|→|\\to(?![a-z])|,")
"""A sign between two formulas that are compared or listed, such as =, → or a comma."""
_LOG_FUNCTIONS = {"e": "ln", "10": "log10", "2": "log2"}
"""The base that a lesson names → the function that `log` without a base then means."""
MAX_LETTER_SLIPS = 5
"""How many letters of the answer are tried as a factor that was left out, or is one too many."""


@dataclass(frozen=True)
class KnownFormula:
    """The result of a common mistake, with the drawn numbers put in, and the feedback to it."""

    value: Expr
    feedback: str


@dataclass(frozen=True)
class FormulaNotation:
    """The author's notation for a question's formulas: the names in use, and the drawn numbers."""

    symbols: SymbolTable
    numbers: Mapping[str, Fraction]
    """Canonical name → the number drawn for it."""

    @classmethod
    def for_answer(
        cls,
        answer: str,
        *,
        letters: Iterable[str],
        functions: Iterable[str],
        log_base: str,
        names: Mapping[str, object],
    ) -> "FormulaNotation":
        """Make the notation; its variables are the listed `letters`, those of `answer`, and the drawn `names`.

        `functions` are open functions; `log_base` is a key of `_LOG_FUNCTIONS`.

        Raises:
            ChainruleError: the answer cannot be read.
        """
        numbers = {canonical_name(name): to_fraction(value) for name, value in names.items() if _is_plain_number(value)}
        listed = frozenset(canonical_name(letter) for letter in letters) | set(numbers)
        listed_symbols = SymbolTable(
            listed, frozenset(functions), from_author=True, log_function=_LOG_FUNCTIONS[log_base]
        )
        tree = read_expression(answer, listed_symbols)
        names_in_answer = {node.name for node in walk(tree) if isinstance(node, Name)}
        constants = CONSTANTS - listed  # e is a variable if the question lists it
        return cls(replace(listed_symbols, variables=listed | (names_in_answer - constants)), numbers)

    def read(self, text: str) -> Expr:
        """Read a formula that the author wrote, and put in the drawn numbers.

        Raises:
            ChainruleError: it cannot be read.
        """
        return simplify(substitute(read_expression(text, self.symbols), self.numbers))

    def symbols_for_learners(self) -> SymbolTable:
        """The symbol table for what learners type: the same names, and no others."""
        return SymbolTable(
            self.symbols.variables,
            self.symbols.open_functions,
            allow_letters=False,
            log_function=self.symbols.log_function,
        )


def _is_plain_number(value: object) -> TypeGuard[int | float | Fraction]:
    """True for a number that can be put into a formula; not for a bool, although Python counts it as an int."""
    return isinstance(value, (int, float, Fraction)) and not isinstance(value, bool)


def make_equality_options(assume: Mapping[str, str], rtol: float | None, symbols: SymbolTable) -> EqualityOptions:
    """How to compare formulas: the assumptions about letters, and the tolerance.

    Raises:
        ChainruleError: an assumption that cannot be read.
    """
    assumed = {canonical_name(name): assumption for name, assumption in assume.items()}
    for assumption in assumed.values():
        with error_context("assume"):
            Assumption.parse(assumption)  # raises an error if it is not understood
    tolerance = None if rtol is None else Tolerance(to_fraction(rtol))
    return EqualityOptions(tolerance, assumed, CONSTANTS - symbols.variables)


def in_dollars(tree: Expr) -> str:
    """`tree` as a formula in Markdown."""
    return f"${to_latex(tree)}$"


class ExpressionInstance(Instance, frozen=True, kw_only=True, dict=True):
    """An `expression` question with its numbers drawn."""

    expected: Expr
    symbols: SymbolTable
    numbers: Mapping[str, Fraction] = msgspec.field(default_factory=dict)
    """Drawn numbers, which may be typed by name as well."""
    equality: EqualityOptions = msgspec.field(default_factory=EqualityOptions)
    form: str | None = None
    """A key of `FORMULA_FORMS`, when a form is asked for."""
    known_mistakes: tuple[KnownFormula, ...] = ()

    @property
    def how(self) -> str:
        """How to answer, with the letters in use."""
        names = sorted(self.symbols.variables - set(self.numbers))
        letters = [f"${variable_to_latex(name)}$" for name in names]
        in_letters = f" in {', '.join(letters)}" if letters else ""
        form = f", {FORMULA_FORMS[self.form].words}" if self.form else ""
        return f"an expression{in_letters}{form}; for example {self._example}"

    @cached_property
    def _example(self) -> str:
        """An example of a formula that is neither right nor the result of a known mistake."""
        names = sorted(self.symbols.variables - set(self.numbers))
        return first_not_taken(typed_examples(names), self._would_give_away)

    def _would_give_away(self, example: str) -> bool:
        """Whether an example of an answer is right, or what a known mistake gives."""
        tree = self._parse(example)
        if isinstance(tree, Unreadable):
            return False
        formula = substitute(tree, self.numbers)
        notable_formulas = (self.expected, *(mistake.value for mistake in self.known_mistakes))
        return any(self._is_equal(formula, notable) for notable in notable_formulas)

    @property
    def solution(self) -> str:
        """The right formula between dollar signs; a learner may type it in this form, too."""
        return in_dollars(self.expected)

    def understood(self, raw: str) -> str:
        """The formula that `raw` is read as; "" if it is not one."""
        tree = self._parse(raw)
        return "" if isinstance(tree, Unreadable) else in_dollars(tree)

    def read(self, raw: str) -> Expr | Unreadable:
        """Read the formula that was typed, in the letters of this question; advice if it has no real value anywhere."""
        tree = self._parse(raw)
        if isinstance(tree, Unreadable):
            return tree
        try:
            require_real_value(substitute(tree, self.numbers), self.equality)
        except ExpressionError as error:
            return Unreadable(as_sentence(str(error)))
        return tree

    def _parse(self, raw: str) -> Expr | Unreadable:
        """Read the formula that was typed, without looking whether it has a real value."""
        refusal = refuse_unusable(join_lines(raw), MAX_FORMULA_TEXT)
        if refusal is not None:
            return refusal
        try:
            return read_formula(raw, self.symbols, self.expected, self.equality)
        except ExpressionError as error:
            return Unreadable(as_sentence(str(error)))

    def grade(self, answer: Expr) -> Grade:
        """Right if equal to the expected formula; "partly" if it is equal, but not in the form that is asked for."""
        formula = substitute(answer, self.numbers)
        if not is_equal(formula, self.expected, self.equality):
            return Grade(0.0, "wrong", self._feedback(formula))
        form = FORMULA_FORMS[self.form] if self.form else None
        if form and not form.is_form_of(answer):
            return Grade(0.5, "partly", f"That is equal to it, but write it {form.words}.")
        return Grade(1.0, "right", self.why or "That is equal to it.")

    def _feedback(self, answer: Expr) -> str:
        """Feedback on a wrong answer: on the known mistake or near miss that it equals, or on a missing letter."""
        for mistake in self.known_mistakes:
            if self._is_equal(answer, mistake.value):
                return mistake.feedback
        letters = sorted(variables_in(self.expected))[:MAX_LETTER_SLIPS]
        for value, question in _near_misses(self.expected, letters):
            if self._is_equal(answer, value):
                return question
        missing = variables_in(self.expected) - variables_in(answer)
        if missing:
            return f"${variable_to_latex(min(missing))}$ does not come up in it. Has something been left out?"
        return "That is not equal to it. Try both with small numbers for the letters."

    def gives_away(self, text: str) -> bool:
        """Whether a formula in the Markdown `text`, or one side of an equation in it, equals the right one."""
        for formula in _FORMULA_IN_MARKDOWN.findall(text):
            without_marks = formula[1:-1]
            for side in _RELATION.split(without_marks):
                tree = self._parse(side) if side.strip() else None
                if tree is not None and not isinstance(tree, Unreadable) and self._is_equal(tree, self.expected):
                    return True
        return False

    def _is_equal(self, answer: Expr, other: Expr) -> bool:
        """Whether both are equal; False also if that cannot be decided, since one has no real value."""
        try:
            return is_equal(answer, other, self.equality)
        except ExpressionError:
            return False

    def samples(self) -> tuple[Sample, ...]:
        """The solution, the known mistakes that get their own feedback, a formula that is none of them, and rubbish."""
        mistakes = [
            Sample(in_dollars(mistake.value), "wrong", mistake.feedback)
            for mistake in self.known_mistakes
            if self._feedback(mistake.value) == mistake.feedback
        ]
        return (
            Sample(self.solution, "right"),
            *mistakes,
            Sample(in_dollars(self._find_unknown_mistake()), "wrong"),
            Sample("((", "unreadable"),
            Sample("__import__('os')", "unreadable"),
        )

    def _find_unknown_mistake(self) -> Expr:
        """Find a wrong formula that equals no known mistake: the right one plus 1, or plus 2, and so on."""
        larger = (Binary("+", self.expected, Number(Fraction(count))) for count in range(1, 50))
        return next(
            tree for tree in larger if not any(self._is_equal(tree, mistake.value) for mistake in self.known_mistakes)
        )


def typed_examples(names: list[str]) -> list[str]:
    """Make examples of answers: two formulas each, in the first of `names`, or in numbers if there are no names."""
    if not names:
        return ["3/4 or sqrt(2)", "5/8 or sqrt(7)", "7/9 or ln(5)"]
    name = names[0]
    term = name if len(name) == 1 else f" {name}"
    return [f"2{term} + 1 or {name}^2/3", f"7{term} - 5 or {name}^4/9", f"9{term} + 8 or {name}^5/7"]


def _near_misses(expected: Expr, letters: list[str]) -> Iterator[tuple[Expr, str]]:
    """The results of the usual slips on `expected`, such as a wrong sign, each with a question that points at it.

    `letters` are the variables that are tried as a factor that was left out, or is one too many.
    """
    two, one = Number(Fraction(2)), Number(Fraction(1))
    yield Unary("-", expected), LOOK_AT_SIGNS
    yield Binary("*", two, expected), FACTOR_OF_TWO
    yield Binary("/", expected, two), FACTOR_OF_TWO
    yield Binary("/", one, expected), UPSIDE_DOWN
    for name in letters:
        factor = f"${variable_to_latex(name)}$"
        yield Binary("/", expected, Name(name)), f"Have you left out a factor {factor}?"
        yield Binary("*", expected, Name(name)), f"Is there a factor {factor} too many?"
    if isinstance(expected, Binary) and expected.operator in {"+", "-"}:
        yield expected.left, "That is a part of the answer. Has a term been left out?"
        last = expected.right if expected.operator == "+" else Unary("-", expected.right)
        yield last, "That is a part of the answer. Has a term been left out?"
        swapped = "-" if expected.operator == "+" else "+"
        yield Binary(swapped, expected.left, expected.right), "Look at the sign between the terms: is it right?"


def find_formula_faults(instance: ExpressionInstance) -> list[str]:
    """Find faults: the answer has no value, or not the form asked for; a mistake is right, or listed twice."""
    faults = []
    try:
        require_real_value(instance.expected, instance.equality)
    except ChainruleError as error:
        faults.append(f"the answer has no value: {error}")
    form = FORMULA_FORMS[instance.form] if instance.form else None
    if form and not form.is_form_of(instance.expected):
        faults.append(f"the answer itself is not written {form.words}")
    for index, mistake in enumerate(instance.known_mistakes):
        if instance._is_equal(mistake.value, instance.expected):
            faults.append(f"mistakes[{index}] is equal to the right answer")
        elif any(instance._is_equal(mistake.value, earlier.value) for earlier in instance.known_mistakes[:index]):
            faults.append(f"mistakes[{index}] is equal to an earlier mistake")
    return faults
