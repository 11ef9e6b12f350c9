"""The formula of an `expression` question: read, compared with the right one, told what went wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from tutor.errors import ChainruleError, ExpressionError
from tutor.expressions.arithmetic import Tolerance, exact
from tutor.expressions.equality import EqualityRules, equal, require_value
from tutor.expressions.latex import to_latex, variable_to_latex
from tutor.expressions.names import CONSTANTS, canonical
from tutor.expressions.sampling import Assumption
from tutor.expressions.source import one_line
from tutor.expressions.symbols import SymbolTable
from tutor.expressions.tree import FORMS, Binary, Expr, Name, Number, Unary, simplify, substitute, variables_in, walk
from tutor.questions.base import Grade, Instance, Sample, Unreadable
from tutor.questions.templates.filling import at, shared
from tutor.questions.templates.proof import faults_of
from tutor.questions.templates.templates import fill
from tutor.questions.templates.variants import draw
from tutor.reading.answers import refuse_unprintable, sentence
from tutor.reading.formulas import read_expression, read_formula

if TYPE_CHECKING:
    from tutor.questions.kinds.expression import Expression, Form

LENGTH = 400
"""The most characters a typed expression may have."""


@dataclass(frozen=True)
class KnownSlip:
    """A known slip with its numbers drawn."""

    value: Expr
    say: str


@dataclass(frozen=True, kw_only=True)
class ExpressionInstance(Instance):
    """An `expression` question with its numbers drawn."""

    kind: ClassVar[str] = "expression"

    expected: Expr
    words: SymbolTable
    numbers: Mapping[str, Fraction] = field(default_factory=dict)
    """Drawn numbers, which may be typed by name as well."""
    setting: EqualityRules = field(default_factory=EqualityRules)
    form: "Form | None" = None
    known: tuple[KnownSlip, ...] = ()

    @property
    def how(self) -> str:
        """How to answer, with the letters in use."""
        names = sorted(self.words.variables - set(self.numbers))
        letters = [f"${variable_to_latex(name)}$" for name in names]
        said = f" in {', '.join(letters)}" if letters else ""
        form = f", {FORMS[self.form][1]}" if self.form else ""
        return f"an expression{said}{form}; for example {typed_example(names)}"

    @property
    def solution(self) -> str:
        """The right expression as a formula, which can be typed as well."""
        return f"${to_latex(self.expected)}$"

    def understood(self, raw: str) -> str:
        """The formula that `raw` is read as; "" when it is none."""
        read = self._tree(raw)
        return "" if isinstance(read, Unreadable) else f"${to_latex(read)}$"

    def read(self, raw: str) -> Expr | Unreadable:
        """The expression that was typed, in the letters of this question."""
        tree = self._tree(raw)
        if isinstance(tree, Unreadable):
            return tree
        try:
            require_value(substitute(tree, self.numbers), self.setting)
        except ExpressionError as error:
            return Unreadable(sentence(str(error)))
        return tree

    def _tree(self, raw: str) -> Expr | Unreadable:
        refused = refuse_unprintable(one_line(raw), LENGTH)
        if refused is not None:
            return refused
        try:
            return read_formula(raw, self.words, self.expected, self.setting)
        except ExpressionError as error:
            return Unreadable(sentence(str(error)))

    def grade(self, answer: Expr) -> Grade:
        """Right when equal; else what the known slip says that it equals, or a hint at the difference."""
        meant = substitute(answer, self.numbers)
        if not equal(meant, self.expected, self.setting):
            return Grade(0.0, "wrong", self._said_to(meant))
        if self.form and not FORMS[self.form][0](answer):
            return Grade(0.5, "partly", f"That is equal to it, but write it {FORMS[self.form][1]}.")
        return Grade(1.0, "right", self.why or "That is equal to it.")

    def _said_to(self, answer: Expr) -> str:
        for slip in self.known:
            if self._same(answer, slip.value):
                return slip.say
        for value, question in _near(self.expected, sorted(variables_in(self.expected))[:5]):
            if self._same(answer, value):
                return question
        strange = variables_in(self.expected) - variables_in(answer)
        if strange:
            return f"${variable_to_latex(min(strange))}$ does not come up in it. Has something been left out?"
        return "That is not equal to it. Try both with small numbers for the letters."

    def _same(self, answer: Expr, other: Expr) -> bool:
        try:
            return equal(answer, other, self.setting)
        except ExpressionError:
            return False

    def samples(self) -> tuple[Sample, ...]:
        """The solution, every known slip that no other hides, one more than it, and rubbish."""
        slips = [
            Sample(f"${to_latex(slip.value)}$", "wrong", slip.say)
            for slip in self.known
            if self._said_to(slip.value) == slip.say
        ]
        others = (Binary("+", self.expected, Number(Fraction(count))) for count in range(1, 50))
        more = next(tree for tree in others if not any(self._same(tree, slip.value) for slip in self.known))
        return (
            Sample(self.solution, "right"),
            *slips,
            Sample(f"${to_latex(more)}$", "wrong"),
            Sample("((", "unreadable"),
            Sample("__import__('os')", "unreadable"),
        )


def typed_example(names: list[str]) -> str:
    """A formula that shows the manner of writing, in the first of `names` as one types it."""
    if not names:
        return "3/4 or sqrt(2)"
    name = names[0]
    return f"2{name if len(name) == 1 else f' {name}'} + 1 or {name}^2/3"


def _near(expected: Expr, letters: list[str]) -> Iterator[tuple[Expr, str]]:
    """What the usual slips make of `expected`, each with a question."""
    two, one = Number(Fraction(2)), Number(Fraction(1))
    yield Unary("-", expected), "That is right except for its sign. Is there a minus sign too many or too few?"
    yield Binary("*", two, expected), "That is twice the answer. Is a factor of 2 too many, or one half left out?"
    yield Binary("/", expected, two), "That is half the answer. Is a factor of 2 left out, or one half too many?"
    yield Binary("/", one, expected), "That is one over the answer. Is a fraction upside down?"
    for name in letters:
        said = f"${variable_to_latex(name)}$"
        yield Binary("/", expected, Name(name)), f"Have you left out a factor {said}?"
        yield Binary("*", expected, Name(name)), f"Is there a factor {said} too many?"
    if isinstance(expected, Binary) and expected.operator in {"+", "-"}:
        yield expected.left, "That is a part of the answer. Has a term been left out?"
        last = expected.right if expected.operator == "+" else Unary("-", expected.right)
        yield last, "That is a part of the answer. Has a term been left out?"
        swapped = "-" if expected.operator == "+" else "+"
        yield Binary(swapped, expected.left, expected.right), "Look at the sign between the terms: is it right?"


def draw_formula(question: "Expression", seed: int) -> ExpressionInstance:
    """The question with the numbers that `seed` draws.

    Raises:
        ChainruleError: an expression in it cannot be read.
    """
    names = draw(question, seed)
    numbers = {canonical(name): exact(value) for name, value in names.items() if _is_number(value)}
    words = _words(question, numbers)
    with at("answer"):
        expected = simplify(substitute(read_expression(question.answer, words), numbers))
    with at("ask"):
        prompt = fill(question.ask, names)
    after = {"answer": f"${to_latex(expected)}$"}
    return ExpressionInstance(
        **shared(question, seed, names, after),
        prompt=prompt,
        expected=expected,
        words=SymbolTable(words.variables, words.open_functions, allow_letters=False, log_function=words.log_function),
        numbers=numbers,
        setting=_setting(question, words),
        form=question.form,
        known=_known(question, words, names, numbers, after),
    )


def _words(question: "Expression", numbers: Mapping[str, Fraction]) -> SymbolTable:
    """The names that this question uses: its own, those of its answer, and those drawn."""
    listed = frozenset(canonical(name) for name in (*question.letters, *question.assume)) | set(numbers)
    open_ = frozenset(question.functions)
    log = {"e": "ln", "10": "log10", "2": "log2"}[question.log]
    with at("answer"):
        tree = read_expression(question.answer, SymbolTable(listed, open_, from_author=True, log_function=log))
    used = {node.name for node in walk(tree) if isinstance(node, Name)} - (CONSTANTS - listed)
    return SymbolTable(listed | used, open_, from_author=True, log_function=log)


def _setting(question: "Expression", words: SymbolTable) -> EqualityRules:
    assumed = {canonical(name): said for name, said in question.assume.items()}
    for said in assumed.values():
        with at("assume"):
            Assumption.of(said)
    tolerance = None if question.rtol is None else Tolerance(exact(question.rtol))
    return EqualityRules(tolerance, assumed, CONSTANTS - words.variables)


def _known(
    question: "Expression",
    words: SymbolTable,
    names: Mapping[str, object],
    numbers: Mapping[str, Fraction],
    after: Mapping[str, object],
) -> tuple[KnownSlip, ...]:
    known = []
    for index, slip in enumerate(question.mistakes):
        with at(f"mistakes[{index}]"):
            value = simplify(substitute(read_expression(slip.value, words), numbers))
            known.append(KnownSlip(value, fill(slip.say, {**names, **after})))
    return tuple(known)


def faults(question: "Expression") -> list[str]:
    """Faults over many seeds; empty when the question is sound."""
    return faults_of(question, question.instance, _expression_faults)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Fraction)) and not isinstance(value, bool)


def _expression_faults(instance: ExpressionInstance) -> list[str]:
    faults = []
    try:
        require_value(instance.expected, instance.setting)
    except ChainruleError as error:
        faults.append(f"the answer has no value: {error}")
    if instance.form and not FORMS[instance.form][0](instance.expected):
        faults.append(f"the answer itself is not written {FORMS[instance.form][1]}")
    for index, slip in enumerate(instance.known):
        if instance._same(slip.value, instance.expected):
            faults.append(f"mistakes[{index}] is equal to the right answer")
        elif any(instance._same(slip.value, earlier.value) for earlier in instance.known[:index]):
            faults.append(f"mistakes[{index}] is equal to an earlier mistake")
    return faults
