"""The course: all lessons that can be opened, in order; which were left out, and why."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tutor.content.find import LESSON_FILE_NAME, MAX_LESSONS, lesson_files, lessons_folder, text_of
from tutor.content.front_matter import FrontMatter, Heading, LessonFault, read_front_matter
from tutor.content.plan import COURSE_PLAN, PlannedLesson
from tutor.errors import ChainruleError, clip, unknown_name_error
from tutor.files import follow_links
from tutor.text.concepts import concept_name

if TYPE_CHECKING:
    from tutor.content.model import CodeBlock, Lesson
    from tutor.questions.base import Question


class Course:
    """The lessons of several folders as one course. Files are read only when they are needed.

    A lesson with a fault is left out, and `faults` says why; the other lessons can be opened. At first only the
    front matter is read. A lesson of an added folder is proved (its blocks are checked) when it is read;
    `prove` reads and proves all of these lessons, so that authors hear of faults in lessons that nobody has opened.
    """

    def __init__(
        self, folder: Path, added_folders: Sequence[Path] = (), is_proved: Callable[[Path], bool] = lambda path: False
    ) -> None:
        """Make a course of the lessons in `folder` and in `added_folders`, such as packs.

        `is_proved` tells whether the lesson in a file is known to be sound, so that it is not proved again.
        """
        others = [added for added in added_folders if follow_links(added) != follow_links(folder)]
        self._folders = (folder, *dict.fromkeys(others))  # without repeats
        self._is_proved = is_proved
        self._lessons: dict[str, Lesson] = {}
        """A lesson's id → the lesson, once it was read and found sound."""
        self._faults: list[LessonFault] = []
        """Faults of folders and packs, and of lessons whose id is taken; `_left_out` has those of all other lessons."""
        self._texts: dict[Path, str] = {}
        """A lesson's file → its text, to be searched."""
        self._questions_by_id: dict[str, tuple[Question, str] | None] = {}
        """A question's id → the question and its lesson's id, or `None` where no sound lesson has it."""
        self._left_out: dict[Path, Sequence[LessonFault]] = {}
        """A lesson's file → why it cannot be opened."""
        self._drafts: dict[Path, Lesson | None] = {}
        """The file of an added lesson that is not proved yet → the lesson as parsed; `None` if parsing found faults."""

    @cached_property
    def _sound_headings(self) -> tuple[Heading, ...]:
        """Every lesson whose front matter has no fault, in order.

        The first access reads the front matter of all files, and notes in `_faults` and `_left_out` what is wrong.
        """
        headings: dict[str, Heading] = {}
        for folder_number, folder in enumerate(self._folders):
            pack_title = self._pack_title(folder) if folder_number else ""  # folder 0 is the course itself
            for path in self._list_files(folder):
                parsed = read_front_matter(path)
                if parsed.heading is None or parsed.tree is None:
                    self._left_out[path] = parsed.faults
                    continue
                heading = _heading_in_pack(parsed.heading, pack_title, folder_number)
                id = heading.front_matter.id
                if id in headings:
                    message = f"the lesson id '{id}' is also in {headings[id].path}, which is used; rename one"
                    self._faults.append(LessonFault(path, parsed.tree.line(("id",)), message))
                else:
                    headings[id] = heading
        return tuple(sorted(headings.values(), key=lambda heading: heading.rank))

    def _pack_title(self, folder: Path) -> str:
        """The name of the pack in a folder; empty if the folder is not a pack."""
        from tutor.content.pack import is_pack, read_manifest

        if not is_pack(folder):
            return ""
        manifest, faults = read_manifest(folder)
        self._faults += faults
        return manifest.title if manifest is not None else folder.name

    def prove(self) -> Iterator[Heading]:
        """Read and prove the lessons of added folders that were not read yet; yields each heading when it is done.

        This may run in a thread of its own, beside whatever else is done with the course.
        """
        for heading in self._sound_headings:
            was_read = heading.front_matter.id in self._lessons or heading.path in self._left_out
            if self._is_added(heading.path) and not was_read:
                self._read_lesson(heading.path)
                yield heading

    def _list_files(self, folder: Path) -> list[Path]:
        """The lessons' files in `folder`; what keeps some of them from being listed is added to the faults."""
        try:
            files = lesson_files(folder)
            if len(files) > MAX_LESSONS:
                self._faults.append(
                    LessonFault(folder, 1, f"this folder holds more than {MAX_LESSONS} lessons; divide it")
                )
            return files[:MAX_LESSONS]
        except OSError as error:
            self._faults.append(LessonFault(folder, 1, f"this folder cannot be read: {error.strerror}"))
            return []

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The lessons that can be opened, in order of their numbers; unread lessons are taken to have no faults."""
        return tuple(heading for heading in self._sound_headings if heading.path not in self._left_out)

    def front_matter_after(self, lesson: str) -> FrontMatter | None:
        """The front matter of the lesson after the one with the id `lesson`; `None` after the last."""
        for heading, next_heading in pairwise(self.headings):
            if heading.front_matter.id == lesson:
                return next_heading.front_matter
        return None

    def name_lessons(self, ids: Iterable[str]) -> list[str]:
        """The short titles of the lessons with these ids; an id that is no lesson's is taken for that of a concept."""
        titles = {heading.front_matter.id: heading.front_matter.short_title for heading in self._sound_headings}
        return [titles.get(id, concept_name(id)) for id in ids]

    @property
    def faults(self) -> tuple[LessonFault, ...]:
        """The faults for which lessons were left out so far, by file and line."""
        _ = self._sound_headings  # the first access finds the faults of front matter
        faults_by_lesson = list(self._left_out.values())  # a copy: `prove` may add to it in another thread
        left_out = (fault for faults in faults_by_lesson for fault in faults)
        return tuple(sorted({*self._faults, *left_out}))

    @property
    def coming(self) -> tuple[PlannedLesson, ...]:
        """The lessons of the plan that are not written yet."""
        ids = {heading.front_matter.id for heading in self._sound_headings}
        return tuple(planned for planned in COURSE_PLAN if planned.id not in ids)

    def lesson(self, id: str) -> "Lesson":
        """The lesson called `id`, read whole; it is read once.

        Raises:
            UsageError: no such lesson; the message names the nearest.
            ChainruleError: it was left out because of a fault; the message says which.
        """
        if id in self._lessons:
            return self._lessons[id]
        path = self._path_of(id)
        if path is None:
            raise unknown_name_error("lesson", id, [heading.front_matter.id for heading in self.headings])
        if path not in self._left_out:
            self._read_lesson(path)
        if path in self._left_out:
            first_fault, *others = self._left_out[path]
            others_note = f" (and {len(others)} more: chainrule check {path})" if others else ""
            raise ChainruleError(f"the lesson '{clip(id, 40)}' cannot be opened: {first_fault}{others_note}")
        return self._lessons[id]

    def _path_of(self, id: str) -> Path | None:
        """The file of the lesson `id`; `None` if there is none.

        If the front matter has a fault, the id cannot be read there; then the id in the name of the file counts.
        """
        for heading in self._sound_headings:
            if heading.front_matter.id == id:
                return heading.path
        for path in list(self._left_out):  # a copy: `prove` may add to it in another thread
            file_name = LESSON_FILE_NAME.fullmatch(path.name)
            if file_name and file_name["id"] == id:
                return path
        return None

    def _is_added(self, path: Path) -> bool:
        """Whether a lesson's file lies in an added folder, not in that of the course itself."""
        return path.parent != self._folders[0]

    def _read_lesson(self, path: Path) -> None:
        """Read a lesson and cache it; record its faults if it has any."""
        from tutor.content.read import read_lesson

        parsed_lesson = read_lesson(path)
        faults = list(parsed_lesson.faults)
        if self._is_added(path):
            from tutor.content.checks.blocks import added_lesson_faults

            earlier_lesson_with = partial(self._earlier_lesson_with, path)
            faults += added_lesson_faults(parsed_lesson, earlier_lesson_with, is_proved=self._is_proved(path))
        if faults or parsed_lesson.lesson is None:
            self._left_out[path] = faults
        else:
            self._lessons[parsed_lesson.lesson.id] = self._with_pack(parsed_lesson.lesson)

    def _with_pack(self, lesson: "Lesson") -> "Lesson":
        """The lesson with its pack filled in; unchanged if it belongs to none."""
        for heading in self._sound_headings:
            if heading.path == lesson.heading.path and heading.pack:
                return replace(lesson, heading=heading)
        return lesson

    @cached_property
    def _files_by_question(self) -> "dict[str, list[Path]]":
        """Question id → the files of the lessons that contain it, the course's own first."""
        from tutor.content.checks.blocks import find_question_ids

        paths = [heading.path for heading in self._sound_headings]
        return find_question_ids(sorted(paths, key=self._is_added))

    @cached_property
    def _rank_by_file(self) -> dict[Path, int]:
        """A lesson's file → the lesson's position in the course, from 0."""
        return {heading.path: rank for rank, heading in enumerate(self._sound_headings)}

    def _earlier_lesson_with(self, path: Path, id: str) -> Path | None:
        """Find another lesson's file that also has the question `id` and takes precedence over `path`; or `None`.

        A lesson of the course itself takes precedence over all others, an added lesson over those that come after it.
        """
        rank = self._rank_by_file.get(path, len(self._rank_by_file))  # a file with faults in its front matter is last
        for other in self._files_by_question.get(id, ()):
            if other == path:
                continue
            comes_before = self._rank_by_file[other] < rank and other not in self._left_out
            if comes_before or not self._is_added(other):
                return other
        return None

    def forget(self, id: str) -> None:
        """Drop the lesson `id`, whose file has changed, and everything that was gathered from several lessons' files.

        It is read again when it is needed next. The other lessons stay as they were read.
        """
        self._lessons.pop(id, None)
        self._left_out.clear()
        self._faults.clear()
        self._drafts.clear()
        self._texts.clear()
        self._questions_by_id.clear()
        for name in ("_sound_headings", "_files_by_question", "_rank_by_file"):
            self.__dict__.pop(name, None)  # a cached property is computed again once its value is gone

    def question(self, id: str) -> "tuple[Question, str]":
        """The question called `id`, and its lesson's id; for an exercise, its short follow-up question.

        Only lessons in whose text the id stands are read.

        Raises:
            UsageError: no such question; the message names the nearest.
        """
        question_with_lesson = self._find_question(id)
        if question_with_lesson is not None:
            return question_with_lesson
        raise unknown_name_error("question", id, [question.id for question in self.questions()])

    def has_question(self, id: str) -> bool:
        """Whether the question called `id` can be asked: its lesson is there and has no faults."""
        return self._find_question(id) is not None

    def _find_question(self, id: str) -> "tuple[Question, str] | None":
        """The question called `id`, and its lesson's id; `None` if there is none. Each is searched for once."""
        if id not in self._questions_by_id:
            self._questions_by_id[id] = self._search_lessons(id)
        return self._questions_by_id[id]

    def _search_lessons(self, id: str) -> "tuple[Question, str] | None":
        """Do the work of `_find_question`: read the lessons in whose text the id occurs."""
        for heading in self._sound_headings:
            if heading.front_matter.id in self._lessons or id in self._text_of(heading.path):
                for question in (*self._questions_of(heading), *self._review_question_of(heading, id)):
                    if question.id == id:
                        return question, heading.front_matter.id
        return None

    def _review_question_of(self, heading: Heading, id: str) -> "Iterator[Question]":
        """Yield the short question by which the exercise `id` is reviewed, if the lesson has that exercise."""
        for block in self._exercises_of(heading):
            if block.id == id:
                from tutor.content.exercise_review import exercise_review_question

                yield exercise_review_question(block)

    def _text_of(self, path: Path) -> str:
        """The text of a lesson's file, read once."""
        if path not in self._texts:
            self._texts[path] = text_of(path)
        return self._texts[path]

    def questions(self, lesson: str | None = None) -> "tuple[Question, ...]":
        """The questions of one lesson, or of all that can be opened, in reading order.

        Without `lesson`, those of an added lesson that is not proved yet are included. If proving the lesson later
        finds a fault, `question` refuses them.

        Raises:
            UsageError: no such lesson.
            ChainruleError: the lesson cannot be opened.
        """
        if lesson is not None:
            return self.lesson(lesson).questions
        questions_by_id: dict[str, Question] = {}
        for opened in self.lessons():
            for question in opened.questions:
                questions_by_id.setdefault(question.id, question)
        return tuple(questions_by_id.values())

    def exercises(self) -> "tuple[CodeBlock, ...]":
        """The exercises in which code is written, of all lessons that can be opened, in reading order."""
        exercises_by_id: dict[str, CodeBlock] = {}
        for lesson in self.lessons():
            for block in lesson.exercises:
                exercises_by_id.setdefault(block.id, block)
        return tuple(exercises_by_id.values())

    def exercise(self, id: str) -> "CodeBlock":
        """The exercise called `id`. Only lessons whose text contains the id are read.

        Raises:
            UsageError: there is none; the message names the nearest.
        """
        for heading in self._sound_headings:
            if heading.front_matter.id in self._lessons or id in text_of(heading.path):
                for block in self._exercises_of(heading):
                    if block.id == id:
                        return block
        raise unknown_name_error("exercise", id, [block.id for block in self.exercises()])

    def _exercises_of(self, heading: Heading) -> "tuple[CodeBlock, ...]":
        """The exercises of a lesson; none if it cannot be opened."""
        try:
            return self.lesson(heading.front_matter.id).exercises
        except ChainruleError:  # it is in `faults` now
            return ()

    def _questions_of(self, heading: Heading) -> "tuple[Question, ...]":
        """The questions of a lesson; none if it cannot be opened."""
        try:
            return self.lesson(heading.front_matter.id).questions
        except ChainruleError:  # it is in `faults` now
            return ()

    def lessons(self) -> "Iterator[Lesson]":
        """Every lesson that can be opened, in order; added lessons that were not proved yet are only parsed."""
        for heading in self._sound_headings:
            lesson = self._lesson_to_list(heading)
            if lesson is not None:
                yield lesson

    def _lesson_to_list(self, heading: Heading) -> "Lesson | None":
        """The lesson of a heading, for `lessons`; `None` if it cannot be opened.

        An added lesson that is not proved yet is returned as a draft: parsed only, since proving it takes long.
        """
        was_read = heading.front_matter.id in self._lessons or heading.path in self._left_out
        if was_read or not self._is_added(heading.path):
            try:
                return self.lesson(heading.front_matter.id)
            except ChainruleError:  # it is in `faults` now
                return None
        if heading.path not in self._drafts:
            from tutor.content.read import read_lesson

            draft = read_lesson(heading.path).lesson
            self._drafts[heading.path] = None if draft is None else self._with_pack(draft)
        return self._drafts[heading.path]


def _heading_in_pack(heading: Heading, pack_title: str, pack_number: int) -> Heading:
    """The heading with its pack filled in; unchanged if `pack_title` is "", since the lesson belongs to no pack."""
    return replace(heading, pack=pack_title, pack_number=pack_number) if pack_title else heading


def open_course(added_folders: Sequence[Path] = (), is_proved: Callable[[Path], bool] = lambda path: False) -> Course:
    """The course's own lessons and those of `added_folders`; of two with the same id the first is used."""
    return Course(lessons_folder(), added_folders, is_proved)
