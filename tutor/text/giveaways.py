"""Finds what in a text could give an answer away, and cuts the text before it, for feedback before another try."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import takewhile

from tutor.characters import FROM_SUPERSCRIPT
from tutor.patterns import compile_lazily

NOT_IT = "That is not it."
"""The feedback if everything else would give the answer away."""

# Feedback on common slips. None of it says in which direction the answer is wrong: the learner could compute the right
# answer from that and from her own, before the second try.
FACTOR_OF_TWO = "You are off by a factor of 2. Is one too many somewhere, or left out?"
LOOK_AT_SIGNS = "Look at the signs: is each of them right?"
SLIPPED = "Has the decimal point slipped?"
UPSIDE_DOWN = "Is a fraction upside down?"
OFF_BY_ONE = "You are off by one. Count again?"

_FORMULA = compile_lazily(r"\$[^$]*\$|`[^`]*`")
"""A formula between dollar signs, or code between backticks."""
_SENTENCE_END = compile_lazily(r"(?<=[.!?])\s+")
"""The blank after a full stop, an exclamation mark or a question mark."""
_FRACTION = compile_lazily(r"\\[dt]?frac\{(\d+)\}\{(\d+)\}")
"""A fraction of two whole numbers in LaTeX: `\\frac{1}{4}`."""
_NUMERAL = compile_lazily(
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
    r"(?:\s*(?:×|·|\\times|\\cdot)\s*10(?:\^\{?(?P<power>[-−]?\d+)\}?|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
    r"|[eE](?P<exponent>[-−+]?\d+))?"
    r"(?:\s*/\s*(?P<divisor>\d+(?:\.\d+)?))?(?P<percent>\s*\\?%)?"
)
"""A number, perhaps followed by a power of ten (`· 10²`, `\\cdot 10^{2}`, `e2`), a divisor (`/4`), a per cent sign."""
_LONE_POWER_OF_TEN = compile_lazily(r"(?<![\d.×·])(?<!times )(?<!cdot )10(?=\^|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])")
"""The 10 of a power of ten that has no factor before it, as in `10^3`."""
MAX_POWER = 400
"""Exponents of ten beyond this are ignored: no value of a lesson is so large or small."""


def cut_before_answer(text: str, gives_away: Callable[[str], bool]) -> str:
    """The sentences of `text` before the first one for which `gives_away` is true; "" if that is the first of all."""
    return " ".join(takewhile(lambda sentence: not gives_away(sentence), _sentences(text)))


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a Markdown text; a full stop within a formula or code ends none."""
    text_with_masked_formulas = _FORMULA.sub(lambda match: "x" * len(match[0]), text)  # of the same length
    start = 0
    for blank in _SENTENCE_END.finditer(text_with_masked_formulas):
        yield text[start : blank.start()]
        start = blank.end()
    yield text[start:]


def numbers_in(text: str) -> Iterator[Fraction]:
    """Yield every number in a text or a formula, without its sign, to look whether the answer is among them.

    If a number can be read in two ways, both are yielded, since either may be the answer: 3 and 300 for `3 · 10²`, 1
    and 1/4 for `1/4`, 12 and 0.12 for `12%`. A plain number such as `5` is yielded twice, which does no harm.
    """
    without_thin_spaces = text.replace("{,}", ",").replace("\u202f", "")  # LaTeX's thousands comma; a narrow blank
    with_slashes = _FRACTION.sub(r"\1/\2", without_thin_spaces)
    with_factors = _LONE_POWER_OF_TEN.sub("1×10", with_slashes)  # `_NUMERAL` needs a factor
    for match in _NUMERAL.finditer(with_factors):
        value = Fraction(match["number"].replace(",", ""))
        raised = (match["raised"] or "").translate(FROM_SUPERSCRIPT)
        exponent = int((match["power"] or raised or match["exponent"] or "0").replace("−", "-"))
        yield value
        if abs(exponent) <= MAX_POWER:
            value *= Fraction(10) ** exponent
        if match["divisor"] and Fraction(match["divisor"]):  # not 0
            value /= Fraction(match["divisor"])
        yield value
        if match["percent"]:
            yield value / 100


def contains_words(text: str, words: str) -> bool:
    """Whether `words` occur in `text` as whole words, ignoring case and spacing; false if `words` is empty."""
    text, words = " ".join(text.casefold().split()), " ".join(words.casefold().split())
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        # `words` may begin or end with a sign, as "(a)" does, which needs no blank beside it.
        begins_within_word = start > 0 and text[start - 1].isalnum() and words[0].isalnum()
        ends_within_word = end < len(text) and text[end].isalnum() and words[-1].isalnum()
        if not begins_within_word and not ends_within_word:
            return True
        start = text.find(words, start + 1)
    return False
