"""Concepts are named as a book names them, and as the lessons write them."""

import re
from collections import Counter
from functools import cache

import pytest

from tests.source import ROOT
from tutor.content.course import open_course
from tutor.screens.course.map_panel import NAME_CELLS
from tutor.text.concepts import concept_name


@cache
def prose() -> str:
    """The lessons without lines that name something by its id."""
    lines = "\n".join(path.read_text("utf-8") for path in (ROOT / "lessons").glob("*.md")).splitlines()
    return " ".join(line for line in lines if not re.match(r"(concepts|id|needs):", line))


def concepts() -> list[str]:
    return sorted({concept for heading in open_course().headings for concept in heading.front_matter.concepts})


def test_the_words_of_a_name_are_spelled_as_in_the_midst_of_a_sentence_of_the_lessons() -> None:
    for concept in concepts():
        for word in re.split("[ -]", concept_name(concept)):
            found = Counter(re.findall(rf"(?<=[a-z,] )\b{word}\b", prose(), re.IGNORECASE)).most_common(2)
            assert not found or word in dict(found), (concept, found)


def test_each_concept_has_a_name_of_its_own() -> None:
    assert len({concept_name(concept) for concept in concepts()}) == len(concepts())


def test_each_name_fits_into_its_column() -> None:
    assert max(len(concept_name(concept)) for concept in concepts()) <= NAME_CELLS


@pytest.mark.parametrize(
    ("concept", "name"),
    [
        ("l2-penalty", "L2 penalty"),
        ("softmax-jacobian", "softmax Jacobian"),
        ("cross-entropy", "cross-entropy"),
        ("held-out-test", "held-out test"),
        ("smooth-stand-in", "smooth stand-in"),
        ("weighted-sum", "weighted sum"),
        ("rank-one", "rank one"),
        ("stand-inside", "stand inside"),
    ],
)
def test_a_name_is_written_as_a_book_has_it(concept: str, name: str) -> None:
    assert concept_name(concept) == name


def test_no_other_module_makes_a_name_of_a_concept() -> None:
    """A blank for each hyphen gives `l2 penalty`."""
    makers = [
        path.name
        for path in (ROOT / "tutor").rglob("*.py")
        if re.search(r"""concepts?\b[^\n]*\.replace\("-", " "\)""", path.read_text("utf-8"))
    ]
    assert makers == []
