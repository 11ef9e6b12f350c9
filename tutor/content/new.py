"""The skeleton of a new lesson: it passes the check before a word of it is changed."""

from pathlib import Path

from tutor.content.find import LESSON_FILE_NAME, lesson_files, lessons_folder
from tutor.content.pack import MANIFEST_NAME, is_pack, parse_manifest
from tutor.content.plan import COURSE_PLAN, PLANNED_NUMBERS
from tutor.errors import ChainruleError, UsageError, clip
from tutor.files import TargetExistsError, write_file
from tutor.sims.table import SIMULATIONS
from tutor.text.ids import ID

MAX_ID_LENGTH = 60
"""The most characters of a new lesson's id."""
_SKELETON = """\
---
id: {id}
title: "{title}"
part: {part}
concepts: [{id}]
needs: []
minutes: 15
---

## Why it matters

Say in two to four sentences what a learner can do with this, and what goes wrong without it.

```{{picture}} adam
set: {{optimizer: sgd, learning_rate: 0.02}}
step: 20
caption: "Say what one sees: twenty small steps down the slope."
```

## The idea

One thought a paragraph. Say every symbol in words where it first appears. A formula in the text is $y = 2x$; one on
its own stands between double signs, and with a name after it it is on the formula sheet:

$$y = w x + b$$ ({id}-line)

Figures come from runs. Give them names:

```{{values}}
rate: 0.02
cost: {{simulation: adam, set: {{optimizer: sgd, learning_rate: "{{rate}}"}}, steps: 20, value: loss}}
```

After twenty steps the cost is {{cost}}, rounded {{= round(cost, 1)}}:
[show me](show:adam?optimizer=sgd&learning_rate=0.02&step=20).

## See it happen

```{{simulation}} {simulation}
try:
  - "Step forward and back. Which number changed, and why?"
  - do: "Go to step 3. The simulator ticks this by itself."
    goal: step == 3
```

## Questions

```{{question}} number
id: {id}-first
given: {{a: [2, 3, 5], b: [4, 7, 10]}}
ask: 'What is ${{a}} \\times {{b}}$?'
answer: a * b
mistakes:
  - {{value: a + b, say: "That is the sum. Multiply instead."}}
hints: ["Add {{b}} to itself, {{a}} times in all."]
why: '${{a}} \\times {{b}} = {{= a * b}}$.'
```

```{{question}} choice
id: {id}-second
ask: "Which of these is larger?"
options:
  - {{text: "Two thirds", right: true, why: "Two thirds are 0.667."}}
  - {{text: "Three fifths", why: "Three fifths are only 0.6."}}
hints: ["Write both as decimal numbers."]
why: "Two thirds are 0.667 and three fifths are 0.6."
```

```{{question}} predict
id: {id}-third
given: {{a: [-4, -3, 1, 2], n: [1, 2]}}
simulation: adam
set: {{start: "{{a}},1"}}
step: n
hints: ["Multiply the old $m_1$ by 0.9, and add a tenth of the new gradient."]
why: "$m_1$ becomes ${{answer}}$."
```

```{{question}} challenge
id: {id}-fourth
ask: "Change only `learning_rate` so that the loss is below 5.61 after exactly three steps."
simulation: adam
set: {{learning_rate: 0.001}}
allow: [learning_rate]
goal: step == 3 and loss < 5.61
most: 10
solution: learning_rate=0.1 steps=3
hints: ["Take larger steps."]
why: "With a larger rate three steps are enough."
```

## What to remember

- At most five lines.

```{{glossary}}
{term}: Say in one sentence what the word means.
```
"""


def new_lesson(id: str, folder: Path) -> Path:
    """Write the skeleton of a lesson called `id` into `folder`, which is made if it is missing; return the file's path.

    A lesson of the course's plan gets its number there. Any other lesson gets the next free number of the folder,
    outside a pack also above those of the plan.

    Raises:
        UsageError: an id that is no name, or one that is taken.
        ChainruleError: the file cannot be written.
    """
    if not ID.fullmatch(id) or len(id) > MAX_ID_LENGTH:
        raise UsageError(
            f"'{clip(id, 30)}' cannot be a lesson's id; use small letters, digits and hyphens, as in my-topic"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        existing = _list_lessons(folder)
        if lessons_folder().is_dir():
            existing += _list_lessons(lessons_folder())
        for _, existing_id, path in existing:
            if existing_id == id:
                raise UsageError(f"the lesson '{id}' is already there: {path}")
        last_reserved = 0 if is_pack(folder) else len(COURSE_PLAN)  # the plan's lessons have the numbers up to this
        numbers_here = [number for number, _, path in existing if path.parent == folder]
        next_number = max([last_reserved, *numbers_here]) + 1
        path = folder / f"{PLANNED_NUMBERS.get(id, next_number):02d}-{id}.md"
        write_file(path, _fill_skeleton(id), is_shared=True)
    except TargetExistsError:
        raise ChainruleError(f"{path} is there already and is left as it is") from None
    except OSError as error:
        raise ChainruleError(f"{folder}: the lesson cannot be written there: {error.strerror}") from None
    return path


_MANIFEST = """\
name: {name}
version: "0.1"
title: {title}
authors: [Your name]
licence: CC BY 4.0
requires: ">=0.1"
"""
_PACK_README = """\
# {title}

A pack of lessons for Chainrule. To install it: `chainrule pack add` and the name of the zip.
"""


def new_pack(name: str, folder: Path) -> Path:
    """Make a pack without lessons in `folder`: a folder `name` with manifest and README; return the manifest's path.

    Raises:
        UsageError: a name that a pack cannot have.
        ChainruleError: it is there already, or cannot be written.
    """
    title = name.replace("-", " ").capitalize()
    manifest = _MANIFEST.format(name=name, title=title)
    sound_manifest, _ = parse_manifest(Path(MANIFEST_NAME), manifest.encode())
    if sound_manifest is None:
        raise UsageError(
            f"'{clip(name, 30)}' cannot be a pack's name; use at most 40 small letters, digits and hyphens"
        )
    path = folder / name / MANIFEST_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, manifest, is_shared=True)
        readme = path.with_name("README.md")
        if not readme.exists():
            write_file(readme, _PACK_README.format(title=title), is_shared=True)
    except TargetExistsError:
        raise ChainruleError(f"{path} is there already and is left as it is") from None
    except OSError as error:
        raise ChainruleError(f"{folder}: the pack cannot be written there: {error.strerror}") from None
    return path


def _list_lessons(folder: Path) -> list[tuple[int, str, Path]]:
    """The number, id and path of each lesson in `folder`; files that are not called `NN-id.md` are passed over."""
    lessons = []
    for path in lesson_files(folder):
        file_name = LESSON_FILE_NAME.fullmatch(path.name)
        if file_name is not None:
            lessons.append((int(file_name["number"]), file_name["id"], path))
    return lessons


def _fill_skeleton(id: str) -> str:
    """The text of the new lesson `id`: with its question as title if it is planned, and a simulation of its name."""
    question = next((planned.question for planned in COURSE_PLAN if planned.id == id), "")
    return _SKELETON.format(
        id=id,
        term=id.replace("-", " "),
        title=question or id.replace("-", " ").capitalize(),
        part="The course" if question else "Lessons of my own",
        simulation=id if id in SIMULATIONS else next(iter(SIMULATIONS)),
    )
