"""The many ways to write the same number, turned into one: what people type → plain ASCII."""

import re
import unicodedata

from tutor.patterns import late
from tutor.reading.signs import in_usual_signs

_SPACES = late(" +")

RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
RAISED_RUN = late("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_VULGAR = late("([0-9]?) ?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])")
_LATEX = (
    (late(r"\$([^$]*)\$"), r"\1"),
    (late(r"\\[(\[]((?:(?!\\[()\[\]]).)*+)\\[)\]]"), r"\1"),
    (late(r"\\(?:cdot|times)(?![A-Za-z])"), "*"),
    (late(r"\\approx(?![A-Za-z])"), "≈"),
    (late(r"\\[,;:! ]|\\(?:left|right)(?![A-Za-z])"), ""),
    (late(r"\{,\}"), ","),
    (late(r"\\%"), "%"),
    (late(r"([0-9]) ?\\[dt]?frac ?\{ ?([0-9]+) ?\} ?\{ ?([0-9]+) ?\}"), r"\1 \2/\3"),
    (late(r"\\sqrt ?\{([^{}]*)\}"), r"sqrt(\1)"),
    (late(r"\\[dt]?frac ?([0-9]) ?([0-9])(?![0-9])"), r"(\1/\2)"),
    (late(r"\\[dt]?frac ?\{([^{}]*)\} ?\{([^{}]*)\}"), r"((\1)/(\2))"),
    (late(r" ?per ?cent\b"), "%"),
    (late(r"\^ ?\{([^{}]*)\}"), r"^(\1)"),
)
_ROOT = late(r"(?:√|\bsqrt) ?([0-9]+(?:\.[0-9]+)?)")
_BESIDE_ROOT = late(r"([0-9]) ?sqrt")
_TIMES = late(r"(?<=[0-9.)]) ?[xX] ?(?=[-+]?[0-9.(])")


def plain(text: str) -> str:
    """`text` in ASCII as far as it is mathematics: signs, spaces, raised digits, fractions, LaTeX."""
    line = _SPACES.sub(" ", in_usual_signs(text)).strip()
    line = RAISED_RUN.sub(lambda match: "^(" + "".join(RAISED[item] for item in match[0]) + ")", line)
    line = _VULGAR.sub(_vulgar, line)
    for pattern, said in _LATEX:
        line = pattern.sub(said, line)
    line = _ROOT.sub(r"sqrt(\1)", line).replace("√", "sqrt")
    line = _BESIDE_ROOT.sub(r"\1*sqrt", line)
    return _TIMES.sub("*", line)


def _vulgar(match: re.Match[str]) -> str:
    fraction = unicodedata.normalize("NFKC", match[2]).replace("\N{FRACTION SLASH}", "/")
    return f"{match[1]} {fraction}" if match[1] else fraction
