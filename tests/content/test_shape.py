"""A lesson as a whole: enough questions, an opening picture, lines that a terminal can show, links that lead on."""

import re
from pathlib import Path

import pytest

from tests.content.lessons import GOOD, RICH, broken, folder, line_of, said
from tutor.content import check as check_module
from tutor.content.check import check
from tutor.content.checks.phrasing import DISCOURAGED_PATTERNS, DISCOURAGED_PHRASES
from tutor.content.find import lessons_folder
from tutor.content.links import find_links

QUESTION = GOOD[GOOD.index("```{question} choice") :]


def test_a_lesson_of_ones_own_has_two_questions_one_with_fresh_numbers(tmp_path: Path) -> None:
    alone = GOOD[: GOOD.index("```{question} number")] + QUESTION
    assert said(tmp_path, alone) == [
        "1: 0 questions of this lesson with fresh numbers (given: …); give it at least 1",
        "1: this lesson has 1 question; give it at least 2",
    ]


def test_a_lesson_of_the_course_has_ten_of_them_one_of_each_kind_and_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "13-adam.md"
    path.write_text(
        broken("id: toy\n", "id: adam\n")
        .replace("needs: [convolution, cost-of-things]\n", "")
        .replace("The notes say", "You may read"),
        "utf-8",
    )
    assert [fault.message for fault in check([path])] == [
        "1 question of this lesson with fresh numbers (given: …); give it at least 3",
        "this lesson has 2 questions; give it at least 10",
        "this lesson has no question of the kind challenge; add a block ```{question} challenge",
        "this lesson has no question of the kind predict; add a block ```{question} predict",
        "the lesson opens without a picture; add a block ```{picture} to its first section",
    ]


@pytest.mark.parametrize(("phrase", "advice"), DISCOURAGED_PHRASES.items())
@pytest.mark.parametrize("place", ["A kernel has", "Why it matters", "Step back"])
def test_a_lesson_of_the_course_avoids_phrases_over_which_readers_stumble(
    tmp_path: Path, place: str, phrase: str, advice: str
) -> None:
    text = broken("The notes say", "You may read").replace(place, f"{place} {phrase.capitalize()}", 1)
    assert said(tmp_path, text) == [], "others write as they like"
    path = tmp_path / "13-adam.md"
    path.write_text(text.replace("id: toy\n", "id: adam\n"), "utf-8")
    found = [fault for fault in check([path]) if "makes readers stumble" in fault.message]
    assert [(fault.line, fault.message) for fault in found] == [
        (line_of(text, phrase.capitalize()), f"'{phrase.capitalize()}' makes readers stumble; write: {advice}")
    ]


SHAPED = [
    ["the outer ones stay.", "so the sign stays, and more", "It stays!"],
    ["from update 500 on it only wanders", "from the first batch on, however", "from degree 2 on."],
    ["That would be so for weights", "That is so in plain descent", "It was so without it"],
    ["The minus comes later", "its rate and its minus.", "there is a minus before it"],
    ["if other 20 points were held back", "Other 3 weights"],
    ["In it stands in its backward pass", "what stands in the forward pass"],
]
"""For each pattern of what is not to be written, in their order, sentences in which it is met."""
NATURAL = [
    "It stays the same, and the wheel stays put.",
    "From now on, and from 500 upwards, on it goes; from one on the left to one on the right.",
    "It is so small that so it goes for once; the minus sign, minus 3, and the other 45 layers.",
    "Keep those other 3 weights, and what stands in the way.",
]


def test_a_lesson_of_the_course_avoids_each_shape_of_foreign_turn_and_nothing_like_it(tmp_path: Path) -> None:
    assert len(SHAPED) == len(DISCOURAGED_PATTERNS)
    path = tmp_path / "13-adam.md"
    for sentences, advice in [*zip(SHAPED, DISCOURAGED_PATTERNS.values(), strict=True), (NATURAL, "")]:
        for sentence in sentences:
            text = broken("The notes say", "You may read").replace("A kernel has", f"{sentence}\n\nA kernel has", 1)
            path.write_text(text.replace("id: toy\n", "id: adam\n"), "utf-8")
            found = [fault for fault in check([path]) if "makes readers stumble" in fault.message]
            if advice:
                assert [fault.line for fault in found] == [line_of(text, sentence)], sentence
                assert found[0].message.endswith(f"write: {advice}")
            else:
                assert found == [], sentence


def test_a_lesson_of_the_course_names_no_lesson_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "13-adam.md"
    path.write_text(broken("id: toy", "id: adam").replace("A kernel has", "Lesson 8 says: a kernel has", 1), "utf-8")
    (found,) = [fault for fault in check([path]) if "another one tomorrow" in fault.message]
    assert found.message == "'Lesson 8' may be another one tomorrow; link to it: [words](lesson:its-id)"


@pytest.mark.parametrize(
    ("sign", "says"),
    [
        ("\x07", "holds U+0007, which a terminal does not show; take it out"),
        ("\u202e", "holds U+202E, which a terminal does not show; take it out"),
        ("\u200b", "holds U+200B, which a terminal does not show; take it out"),
        ("\ue0f0", "holds U+E0F0, which a terminal does not show; take it out"),
        ("😀", "holds a pictograph, U+1F600, which few terminals show; write a word"),
    ],
)
@pytest.mark.parametrize("place", ["A kernel", "Step back", "The notes", "Count on", "See it"])
def test_a_sign_that_a_terminal_does_not_show_is_said_where_it_stands(
    tmp_path: Path, sign: str, says: str, place: str
) -> None:
    text = broken(place, f"{place[:2]}{sign}{place[2:]}")
    line = text.split("\n")[line_of(text, sign) - 1]
    column = line.removeprefix("## ").index(sign) + 1 if line.startswith("#") else line.index(sign) + 1
    expected = f"{line_of(text, sign)}: column {column} {says}"
    found = said(tmp_path, text)
    assert expected in found or any("control character" in other for other in found)


@pytest.mark.parametrize("sign", ["θ", "é", "–", "…", "→", "\t", "ẑ", "≈"])
def test_a_sign_that_a_terminal_shows_is_no_fault(tmp_path: Path, sign: str) -> None:
    assert said(tmp_path, broken("A kernel", f"A kernel {sign}")) == []


def test_a_line_of_code_wider_than_a_page_is_said(tmp_path: Path) -> None:
    text = broken('price = "$"', "price = " + "9" * 80)
    assert said(tmp_path, text) == [
        "21: this line of code has 120 columns, more than a page's 76".replace("120", str(len(text.split("\n")[20])))
    ]


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("[x](13-adam.md)", "the link 13-adam.md leads nowhere: write https://… for a page, "),
        ("[x](#the-idea)", "the link #the-idea leads nowhere: write https://… for a page, "),
        ("![x](a.png)", "the link a.png leads nowhere: write https://… for a page, "),
        ("[x](lesson:adm)", "the link lesson:adm leads nowhere: there is no lesson 'adm'; did you mean 'adam'?"),
        ("[x](show:adm)", "the link show:adm leads nowhere: there is no simulation 'adm'; did you mean 'adam'?"),
    ],
)
def test_a_link_that_leads_nowhere_is_said(tmp_path: Path, link: str, says: str) -> None:
    (found,) = said(tmp_path, broken("A kernel", f"{link} A kernel"))
    assert found.startswith(f"12: {says}")


@pytest.mark.parametrize(
    "link",
    ["[x](https://example.org/a)", "[x](lesson:adam)", "[x](lesson:pal)", "[x](show:adam)", "`[x](y)`", "$[x](y)$"],
)
def test_a_link_that_leads_somewhere_is_no_fault(tmp_path: Path, link: str) -> None:
    assert said(tmp_path, broken("A kernel", f"{link} A kernel")) == []


def test_links_in_code_are_none() -> None:
    text = "a [b](c) `[d](e)`\n```\n[f](g)\n```\n[h](i 'title') $[j](k)$ [l](<m>)"
    assert list(find_links(text)) == [(0, "c"), (4, "i"), (4, "m")]


def test_a_name_of_a_formula_given_twice_is_said(tmp_path: Path) -> None:
    text = RICH.replace("## See it\n", "## See it\n\n$$a = b$$ (saving)\n", 1)
    line = line_of(text, "$$a = b$$")
    first = line_of(text, "(saving)")
    assert said(tmp_path, text) == [
        f"{line}: the formula name 'saving' is already on line {first}; choose another name"
    ]


def test_an_option_without_a_why_is_said(tmp_path: Path) -> None:
    assert said(tmp_path, broken(', why: "One is one less than two."', "")) == [
        "57: the key 'why' is missing in options[1]"
    ]
    assert said(tmp_path, broken('why: "One is one less than two."', 'why: ""')) == [
        "52: question toy-larger: every option needs a why, the right ones too"
    ]


def test_several_lessons_are_checked_side_by_side_with_the_same_outcome(tmp_path: Path) -> None:
    bad = GOOD.replace("toy", "bad").replace("answer: a + 1", "answer: b + 1")
    path = folder(tmp_path, toy=GOOD, bad=bad, odd=RICH.replace("toy", "odd"))
    told: list[tuple[int, int]] = []
    faults = check([path], lambda done, all: told.append((done, all)))
    alone = sorted({fault for file in path.iterdir() for fault in check([file])})
    assert faults == alone
    assert [fault.path.name for fault in faults] == ["21-bad.md"]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_folder_of_too_many_lessons_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_module, "MAX_LESSONS", 1)
    path = folder(tmp_path, toy=GOOD)
    assert [str(fault) for fault in check([path])] == [f"{path}:1: this folder holds more than 1 lessons; divide it"]


HOW_MANY = re.compile(r"\b(one|two|three|four|five) (?:more )?questions?\b", re.IGNORECASE)
COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


@pytest.mark.parametrize("path", sorted(lessons_folder().glob("*.md")), ids=lambda path: path.stem)
def test_where_a_page_says_how_many_questions_follow_that_many_follow(path: Path) -> None:
    for page in re.split(r"(?m)^## ", path.read_text("utf-8"))[1:]:
        for named in HOW_MANY.finditer(page):
            assert page[named.end() :].count("\n```{question}") == COUNTS[named[1].lower()], named[0]
