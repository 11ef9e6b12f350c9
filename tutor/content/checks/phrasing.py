"""Finds phrases over which readers of the course stumbled, in the lessons of the course itself."""

import re
from collections.abc import Iterator

from tutor.content.plan import PLANNED_NUMBERS
from tutor.content.read import ParsedLesson
from tutor.content.yaml_tree import Note
from tutor.patterns import compile_lazily

DISCOURAGED_PHRASES = {
    "upright line": "vertical line",
    "slanting": "diagonal",
    "anew": "again",
    "whoever": "you, or anyone who",
    "one honest word": "a caveat",
    "to be had": "to get, or available",
    "can be had": "follows, or is available",
    "here belongs": "here is",
    "is worse off": "has a larger error, with its figure",
    "counts nothing": "contributes nothing",
    "sureness": "confidence",
    "of its own accord": "by itself",
    "the notes say": "you may read that",
    "the notes have": "you may read that",
    "the notes write": "you may read that",
    "up to and with": "up to and including",
    "how many per cent": "what percentage",
    "share of right answers": "share of correct answers",
    "right gradient": "correct gradient",
    "equally many": "the same number of",
    "decides nothing": "tells you nothing, or settles nothing",
    "forever": "for ever",
    "go over to": "switch to",
    "in the mean": "on average",
    "in turns": "alternately",
    "dearly": "at a high price",
    "a factor too much": "one factor too many",
}
"""The discouraged phrase → what to write instead."""
DISCOURAGED_PATTERNS = {
    r"\bstay(?:s|ed)?(?=[.,;!?])": "stays the same, or does not change, or remains",
    r"\bfrom (?!now|then|t?here)(?:the )?\w+ (?:[\w.$]+ )?on(?=[.,;:?]| (?:it|does)\b)": "onwards, or upwards",
    r"\b(?:would be|is|was) so (?:if|for|in|when|without)\b": "would be true of, or would be true if",
    r"\b(?:the|its|a) minus\b(?! sign)": "the minus sign",
    r"(?<!\bthe )(?<!\bthese )(?<!\bthose )\bother [1-9][0-9]*\b": "20 other points, number first",
    r"\b(?:stands|stand) in (?:its|the) (?:backward|forward) pass\b": "its backward pass contains",
}
"""Regular expressions of discouraged phrases, in any case of letters → what to write instead."""
_LESSON_BY_NUMBER = compile_lazily(r"\b[Ll]essons? [0-9]+\b")
_ANY_PHRASE = compile_lazily(rf"\b(?:{'|'.join(map(re.escape, DISCOURAGED_PHRASES))})\b", re.IGNORECASE)
_PATTERNS = [(compile_lazily(pattern, re.IGNORECASE), advice) for pattern, advice in DISCOURAGED_PATTERNS.items()]


def phrasing_notes(parsed_lesson: ParsedLesson) -> Iterator[Note]:
    """A note for each discouraged phrase in a lesson of the course; the lessons of other authors are not searched."""
    if parsed_lesson.heading is None or parsed_lesson.heading.front_matter.id not in PLANNED_NUMBERS:
        return
    for section in parsed_lesson.sections:
        texts = [(section.raw.title, section.raw.line), *((raw.text, raw.first_line) for raw in section.raw.blocks)]
        for text, first_line in texts:
            for number, line in enumerate(text.split("\n"), first_line):
                for match in _LESSON_BY_NUMBER.finditer(line):
                    yield number, f"'{match[0]}' may be another one tomorrow; link to it: [words](lesson:its-id)"
                for match in _ANY_PHRASE.finditer(line):
                    yield number, f"'{match[0]}' makes readers stumble; write: {DISCOURAGED_PHRASES[match[0].lower()]}"
                for pattern, advice in _PATTERNS:
                    for match in pattern.finditer(line):
                        yield number, f"'{match[0]}' makes readers stumble; write: {advice}"
