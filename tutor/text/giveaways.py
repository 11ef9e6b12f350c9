"""Detects whether a text gives an answer away, so that it can be cut before another try."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from tutor.characters import FROM_SUPERSCRIPT
from tutor.patterns import compile_lazily

NOT_IT = "That is not it."
"""The feedback if everything else would give the answer away."""

# What is said to the slips that everyone makes. It asks, and never says which way round it is: that would be the
# answer before the second try.
FACTOR_OF_TWO = "You are off by a factor of 2. Is one too many somewhere, or left out?"
LOOK_AT_SIGNS = "Look at the signs: is each of them right?"
SLIPPED = "Has the decimal point slipped?"
UPSIDE_DOWN = "Is a fraction upside down?"
OFF_BY_ONE = "You are off by one. Count again?"

_FORMULA = compile_lazily(r"\$[^$]*\$|`[^`]*`")
_SENTENCE_END = compile_lazily(r"(?<=[.!?])\s+")
_FRACTION = compile_lazily(r"\\[dt]?frac\{(\d+)\}\{(\d+)\}")
_NUMERAL = compile_lazily(
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
    r"(?:\s*(?:×|·|\\times|\\cdot)\s*10(?:\^\{?(?P<power>[-−]?\d+)\}?|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
    r"|[eE](?P<exponent>[-−+]?\d+))?"
    r"(?:\s*/\s*(?P<divisor>\d+(?:\.\d+)?))?(?P<percent>\s*\\?%)?"
)
_POWER_OF_TEN = compile_lazily(r"(?<![\d.×·])(?<!times )(?<!cdot )10(?=\^|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])")
MAX_POWER = 400
"""Powers of ten beyond this are no value of a lesson."""


def without_answer(text: str, gives_away: Callable[[str], bool]) -> str:
    """The sentences of `text` before the first that `gives_away` the answer."""
    kept: list[str] = []
    for sentence in _sentences(text):
        if gives_away(sentence):
            break
        kept.append(sentence)
    return " ".join(kept)


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a Markdown text; a formula is never cut."""
    hidden = _FORMULA.sub(lambda match: "x" * len(match[0]), text)
    start = 0
    for end in _SENTENCE_END.finditer(hidden):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]


def numbers_in(text: str) -> Iterator[Fraction]:
    """Every number in a text or a formula, without its sign; a percentage both as it is and as a share."""
    plain = _POWER_OF_TEN.sub("1×10", _FRACTION.sub(r"\1/\2", text.replace("{,}", ",").replace("\u202f", "")))
    for match in _NUMERAL.finditer(plain):
        value = Fraction(match["number"].replace(",", ""))
        power = match["power"] or (match["raised"] or "").translate(FROM_SUPERSCRIPT) or match["exponent"] or "0"
        exponent = int(power.replace("−", "-"))
        yield value
        if abs(exponent) <= MAX_POWER:
            value *= Fraction(10) ** exponent
        if match["divisor"] and Fraction(match["divisor"]):
            value /= Fraction(match["divisor"])
        yield value
        if match["percent"]:
            yield value / 100


def contains_words(text: str, words: str) -> bool:
    """Whether `words` occur in `text` as whole words, ignoring case and spacing."""
    inside, wanted = " ".join(text.casefold().split()), " ".join(words.casefold().split())
    start = inside.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        is_cut = (start and inside[start - 1].isalnum() and wanted[0].isalnum()) or (
            end < len(inside) and inside[end].isalnum() and wanted[-1].isalnum()
        )
        if not is_cut:
            return True
        start = inside.find(wanted, start + 1)
    return False
