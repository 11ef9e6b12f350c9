"""The many ways to write the same number, turned into one: what people type → plain ASCII."""

import re
import unicodedata

from tutor.reading.signs import in_usual_signs

_SPACES = re.compile(" +")

RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
RAISED_RUN = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_VULGAR = re.compile("([0-9]?) ?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])")
_LATEX = (
    (re.compile(r"\$([^$]*)\$"), r"\1"),
    (re.compile(r"\\[(\[]((?:(?!\\[()\[\]]).)*+)\\[)\]]"), r"\1"),
    (re.compile(r"\\(?:cdot|times)(?![A-Za-z])"), "*"),
    (re.compile(r"\\approx(?![A-Za-z])"), "≈"),
    (re.compile(r"\\[,;:! ]|\\(?:left|right)(?![A-Za-z])"), ""),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"([0-9]) ?\\[dt]?frac ?\{ ?([0-9]+) ?\} ?\{ ?([0-9]+) ?\}"), r"\1 \2/\3"),
    (re.compile(r"\\sqrt ?\{([^{}]*)\}"), r"sqrt(\1)"),
    (re.compile(r"\\[dt]?frac ?([0-9]) ?([0-9])(?![0-9])"), r"(\1/\2)"),
    (re.compile(r"\\[dt]?frac ?\{([^{}]*)\} ?\{([^{}]*)\}"), r"((\1)/(\2))"),
    (re.compile(r" ?per ?cent\b"), "%"),
    (re.compile(r"\^ ?\{([^{}]*)\}"), r"^(\1)"),
)
_ROOT = re.compile(r"(?:√|\bsqrt) ?([0-9]+(?:\.[0-9]+)?)")
_BESIDE_ROOT = re.compile(r"([0-9]) ?sqrt")
_TIMES = re.compile(r"(?<=[0-9.)]) ?[xX] ?(?=[-+]?[0-9.(])")


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
