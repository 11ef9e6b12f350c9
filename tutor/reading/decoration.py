"""Strips what people put around an answer: quotes, "about", a name and an equals sign, a full stop."""

import re
from keyword import iskeyword

from tutor.expressions.source import join_lines
from tutor.patterns import compile_lazily

_BARE_NAME = compile_lazily(r"\\?[^\W\d_]\w*['′]*")
"""A name of letters, digits, underscores and primes: `x_1`, `f'`."""
_FULL_STOP = compile_lazily(r"(?<=[\w)'′}⁰¹²³⁴-⁹]) ?\.$")
"""The full stop at the end of a formula."""
_LONE_NAME = compile_lazily(
    r"\(?\(?\\?(?:[^\W\d_]|[∂∇‖|])"
    r"(?:[\w'′^ ()|‖\\∂∇⁽⁾⁺⁻\u0300-\u036f]|/(?! ?[0-9])|\{[\w+, -]{0,10}\}|\[\w{0,10}\]){0,30}+\*?"
)
"""The left side of an equation as people write it: `x`, `dC/dw`, `f(2)`, `‖w‖`, `x^{(1)}`."""
_LABEL = compile_lazily(r"([^:()]{0,29}+(?<! )): ?(?=[^\s:=])(?:(?<= )|(?<=[^:]{3}:))")
"""A text and its colon before an answer, as in `ans: 0.3`; without a blank after the colon, three letters at least."""
_EQUALS = compile_lazily(r"(?<![<>!:=])(?:=|[≈≃≅≐≙→])(?!=)|->")
"""A sign of equality, exact or approximate, or an arrow; not within `==`, `<=` or `:=`."""
_LEADING_WORDS = compile_lazily(
    r"^(?:(?:i(?:'d)? (?:think|get|got|say|guess|believe)(?: that)?|it is|it's|that is|that's|the|my|answer|result"
    r"|value|is|so|about|approximately|approx\.?|roughly|ca\.?|circa|around|nearly|almost|exactly|maybe|perhaps"
    r"|probably|equals|must be|should be|we get|gives|(?:therefore|thus|hence),?)[ :]+"
    r"|(?:answer|result|value|approx\.?|ca\.?|about)(?=[-+.0-9])|[~≃≅≈=:∴] *)(?=\S)",
    re.IGNORECASE,
)
_TRAILING_WORDS = compile_lazily(
    r"(?<=[0-9)%]) ?(?:\(?(?:approx(?:imately)?|about|roughly|or so|more or less|exactly|rounded)\.?\)?"
    r"|i (?:think|guess|believe)|is my answer|[;?])$",
    re.IGNORECASE,
)
_REPLACEMENTS = (
    (compile_lazily(r"^(?:minus|negative) (?=[.0-9])", re.IGNORECASE), "-"),
    (compile_lazily(r"([.,][0-9]+) ?(?:\.{2,3}|…)$"), r"\1"),
    (compile_lazily(r"^((?:[^,;]|,(?=[0-9]{3}))*[0-9]) ?[,;]$"), r"\1"),
    (compile_lazily(r"(?<=[A-Za-z0-9)%°π]) ?\.$"), ""),
    (compile_lazily(r"^\(([^()]*)\)$"), r"\1"),
    (compile_lazily(r"""^(["'`“”„«])([^"'`“”„«»]*)["'`“”»]$"""), r"\2"),
)
"""(pattern, replacement) of: a sign in words; dots, a comma or a full stop at the end; brackets; quotes."""


def strip_formula_decoration(text: str) -> str:
    """A formula on one line, without a full stop or semicolon at its end."""
    return _FULL_STOP.sub("", join_lines(text).removesuffix(";"))


def strip_decoration(line: str) -> str:
    """Strip everything around a number, as in `about 0.29` or `0.333…`; `minus 3` becomes `-3`."""
    while True:  # repeated: in `"about 0.29"` the quotes hide the word
        line_before = line
        line = _TRAILING_WORDS.sub("", _LEADING_WORDS.sub("", line.strip()))
        for pattern, replacement in _REPLACEMENTS:
            line = pattern.sub(replacement, line.strip())
        if line == line_before:  # nothing is left to strip
            return line


def split_sides(line: str) -> list[str]:
    """The sides of the equals signs in `line`: three in `m_1 = 3/10 = 0.3`."""
    return [side.strip() for side in _EQUALS.split(line)]


def is_name(side: str) -> bool:
    """Whether `side` can be the name of a quantity before an equals sign.

    A keyword of Python cannot, except for `lambda`, which is also the name of a Greek letter.
    """
    return _LONE_NAME.fullmatch(side) is not None and (not iskeyword(side) or side == "lambda")


def without_label(line: str) -> str:
    """`line` without a name and a colon in front: `0.3` for `ans: 0.3`.

    Other texts are unchanged, such as `z:3`, which is a ratio, and `def f(): 1`, which is a program.
    """
    match = _LABEL.match(line)
    if match is None:
        return line
    name = match[1]
    has_label = is_name(name) and not iskeyword(name.split()[0])
    return line[match.end() :] if has_label else line


def is_word(side: str) -> bool:
    """Whether `side` is a name with only letters, digits, underscores and primes: `x_1`, but not `f(2)` or `dC/dw`."""
    return is_name(side) and _BARE_NAME.fullmatch(side) is not None
