"""Collects from all lessons their terms, their named formulas and the common slips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from tutor.content.formulas import Formula, read_formulas
from tutor.content.front_matter import lesson_words
from tutor.content.model import Erratum, Glossary, Heading, Lesson, Prose, Section, TextTemplate, is_letter
from tutor.content.plain import plain_inline
from tutor.content.values import fill_template
from tutor.errors import ChainruleError
from tutor.patterns import compile_lazily
from tutor.text.concepts import spell_words

if TYPE_CHECKING:
    from tutor.content.course import Course


E = TypeVar("E", bound="Entry")
_BOLD = compile_lazily(r"\*\*([^*\n]+)\*\*")
"""What stands between two pairs of asterisks in a lesson's text."""


@dataclass(frozen=True)
class Source:
    """The page of a lesson that an entry comes from."""

    lesson: str
    number: int
    """The lesson's place in the course."""
    title: str
    """The lesson's title."""
    section: int
    """The page, counted from 0."""
    pack: str = ""
    """The title of its pack; empty for the course itself."""
    pack_number: int = 0
    """The place of its pack; 0 for the course itself."""

    @property
    def lesson_words(self) -> str:
        """The lesson as a learner knows it: `lesson 1`, or `Vectors, lesson 1` of a pack."""
        return lesson_words(self.pack, self.number)

    @property
    def topic(self) -> str:
        """The lesson's title without what follows its colon."""
        return self.title.partition(":")[0]

    @property
    def words(self) -> str:
        """The place as a learner knows it: `lesson 1, The node, page 2`."""
        return f"{self.lesson_words}, {self.topic}, page {self.section + 1}"

    @property
    def short_words(self) -> str:
        """The place without the lesson's title: `lesson 1, page 2`."""
        return f"{self.lesson_words}, page {self.section + 1}"


@dataclass(frozen=True)
class Term:
    """A word of the course, or a letter of its formulas, and its meaning."""

    name: str
    """A word, or a formula between signs: `$C$`."""
    meaning: str
    """One sentence of Markdown."""
    source: Source

    @property
    def letter(self) -> str:
        """The letter or sign of formulas as it looks in a text; empty for a word."""
        return self.plain_name if is_letter(self.name) else ""

    @property
    def plain_name(self) -> str:
        """The word, or the letter as it looks in a text."""
        return plain_inline(self.name)

    @property
    def words(self) -> str:
        """The text that is searched: for a letter also the word `letter`, which so finds all of them."""
        plain = f"{self.plain_name} {plain_inline(self.meaning)}"
        return f"{plain} letter {self.name}" if self.letter else plain


@dataclass(frozen=True)
class NamedFormula:
    """A formula with a name."""

    name: str
    latex: str
    source: Source

    @property
    def words(self) -> str:
        """The name as people write it: `weighted sum`, `KL divergence`."""
        return spell_words(self.name)


@dataclass(frozen=True)
class CollectedErratum:
    """An erratum with its page, and with its values filled in."""

    number: int
    text: str
    """Markdown."""
    source: Source


def collect_terms(course: "Course") -> list[Term]:
    """Collect the glossary in alphabetical order: Latin letters of formulas, other letters and signs, then words."""
    entries = [term for lesson in course.lessons() for term in lesson_terms(lesson)]
    return sorted(entries, key=_term_rank)


def _term_rank(term: Term) -> tuple[bool, bool, str, str, int]:
    """The sort key of a term: letters before words, Latin letters before LaTeX commands, then by alphabet."""
    is_word = not term.letter
    is_latex_command = term.name.startswith("$\\")
    return is_word, is_latex_command, term.name.casefold(), term.name, term.source.number


class Entry(Protocol):
    """An entry of a list that can be searched."""

    @property
    def words(self) -> str:
        """The text that is searched."""

    @property
    def letter(self) -> str:
        """The letter that finds this entry, and no others, when it is typed; "" if the entry is not for a letter."""


def find_entries(entries: Sequence[E], typed: str) -> list[E]:
    """The entries in which every typed word occurs; a letter of formulas, typed alone, finds that letter only."""
    letter = typed.strip()
    letter_entries = [entry for entry in entries if entry.letter and entry.letter == letter]
    return letter_entries or [entry for entry in entries if matches_words(typed, entry.words)]


def lesson_terms(lesson: Lesson) -> Iterator[Term]:
    """The terms in a lesson's glossaries, each with the page that explains it: the glossary is often on the last."""
    texts = [_prose_of(section) for section in lesson.sections]
    for source, section in _pages_of(lesson):
        for block in section.blocks:
            if isinstance(block, Glossary):
                for name, meaning in block.terms:
                    page = _find_explaining_page(name, texts, source.section)
                    yield Term(name, _filled_text(meaning), replace(source, section=page))


def _prose_of(section: Section) -> str:
    """The title and the running text of a page."""
    texts = [block.template.source for block in section.blocks if isinstance(block, Prose)]
    return "\n".join([section.title, *texts])


def _find_explaining_page(name: str, texts: Sequence[str], glossary_page: int) -> int:
    """The index of the page that explains a term: of the first that has it in bold, or else of the first that has it.

    Only pages up to `glossary_page` count; if none of them has the term, it is this page. `texts` are those of the
    pages. Words are searched for ignoring case, but the letters `$A$` and `$a$` differ.
    """
    texts_up_to_glossary = texts[: glossary_page + 1]
    bold_words = ["\n".join(_BOLD.findall(text)) for text in texts_up_to_glossary]
    for texts_to_search in (bold_words, texts_up_to_glossary):
        for page, text in enumerate(texts_to_search):
            if _mentions(text, name):
                return page
    return glossary_page


def _mentions(text: str, name: str) -> bool:
    """Whether `text` has a letter, such as `$A$`, as it is, or another name, in any case, at the start of a word."""
    if is_letter(name):
        return name in text
    text, name = text.lower(), name.lower()
    start = text.find(name)
    while start > 0 and _is_word_character(text[start - 1]) and _is_word_character(name[0]):  # it is within a word
        start = text.find(name, start + 1)
    return start >= 0


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character == "_"


def collect_formulas(course: "Course") -> list[NamedFormula]:
    """Collect the formula sheet, in the order of the course."""
    return [formula for lesson in course.lessons() for formula in lesson_formulas(lesson)]


def lesson_formulas(lesson: Lesson) -> Iterator[NamedFormula]:
    """The formulas of a lesson that have a name."""
    for source, section in _pages_of(lesson):
        for block in section.blocks:
            if isinstance(block, (Prose, Erratum)) and "$$" in block.template.source:
                for formula in _named_formulas(block.template):
                    yield NamedFormula(formula.label, formula.latex, source)


def _named_formulas(template: TextTemplate) -> Iterator[Formula]:
    """The display formulas in a text that have a name, with their values filled in."""
    for formula in read_formulas(template.source):
        if isinstance(formula, Formula) and formula.label:
            yield Formula(formula.line, _fill_formula(formula.latex, template), formula.label)


def _fill_formula(latex: str, template: TextTemplate) -> str:
    """A formula of `template` with its values filled in; unchanged if a value cannot be computed."""
    try:
        # The dollar signs make `fill_template` write the values as LaTeX; they are cut off again.
        return fill_template(f"${latex}$", template.names)[1:-1]
    except ChainruleError:
        return latex


def _filled_text(template: TextTemplate) -> str:
    """A text with its values filled in; unchanged if a value cannot be computed."""
    try:
        return template.text
    except ChainruleError:
        return template.source


def collect_errata(course: "Course") -> list[CollectedErratum]:
    """Collect the errata with their proofs, in the order of the course."""
    errata = []
    for source, section in _pages_of_course(course):
        for block in section.blocks:
            if isinstance(block, Erratum):
                errata.append(CollectedErratum(block.number, _filled_text(block.template), source))
    return sorted(errata, key=_errata_rank)


def _errata_rank(erratum: CollectedErratum) -> tuple[int, int, int]:
    """The sort key of an erratum: by pack (the course itself is the first), then by lesson, then by page."""
    return erratum.source.pack_number, erratum.source.number, erratum.source.section


def _pages_of_course(course: "Course") -> Iterator[tuple[Source, Section]]:
    """Every page of every lesson in order: (the page as a source, the page)."""
    for lesson in course.lessons():
        yield from _pages_of(lesson)


def _pages_of(lesson: Lesson) -> Iterator[tuple[Source, Section]]:
    """The pages of a lesson in order: (the page as a source, the page)."""
    for index, section in enumerate(lesson.sections):
        yield heading_source(lesson.heading, index), section


def heading_source(heading: Heading, section: int = 0) -> Source:
    """A page of a lesson, as the source of an entry."""
    front = heading.front_matter
    return Source(front.id, heading.number, front.title, section, heading.pack, heading.pack_number)


def matches_words(typed: str, *texts: str) -> bool:
    """Whether every typed word occurs in one of `texts`, ignoring case."""
    text = " ".join(texts).casefold()
    return all(word in text for word in typed.casefold().split())
