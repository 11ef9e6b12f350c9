"""Every command as it is typed, and the doors its output can leave by: for the suite, and in full for the benchmark."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from tests.commands import all_commands
from tests.packs.making import SOUND, as_folder, as_zip
from tutor.commands import COMMAND_MODULES

ENCODINGS = (
    *("cp1252", "latin-1", "ascii", "cp437", "cp850", "gbk", "shift_jis", "koi8-r", "utf-16", "utf-8", "utf-8-sig"),
    *("big5", "euc-jp", "iso8859-7", "cp1251", "utf-7", "iso2022_jp", "mac-roman", "cp037"),
)
HIDDEN = (
    "\0\x07\x08\x0b\x0c\r\x1b\x7f\x80\x85\x9b\xad\u034f\u061c\u200b\u200c\u200d\u200e\u2028\u2029\u202a\u202e\u2060"
)
HIDDEN += "\u2066\u2069\u3164\ufeff\ufff9\udc80\ud800\U000e0041"
"""Signs of every kind that act on a terminal, or that nobody sees."""

SCREENS = ("learn", "quiz", "sim", "placement")
"""Commands that draw on a terminal unless they are told to print."""
TYPED = "0.3\nhint\n−1\nskip\nquit\n"
BATCH = '{"kind": "number", "expected": "0.25", "answer": "1/4"}\nno JSON\n'
MORE = (
    "chainrule --help",
    "chainrule --version",
    "chainrule nosuchcommand",
    "chainrule sim --list --json",
    "chainrule ask adam-plain-step --json --answer −0.5",
    "chainrule grade number --expected −1 --answer x −−",
    "chainrule settings --json",
    "chainrule progress --markdown",
    "chainrule progress --csv",
    "chainrule regrade --json",
    "chainrule quiz --exam --plain --count 1 --seed 1",
)
"""What the examples of the commands leave out."""


@dataclass(frozen=True)
class Call:
    """A command, and what is typed to it."""

    arguments: tuple[str, ...]
    typed: str

    def __str__(self) -> str:
        return " ".join(self.arguments)


def calls() -> list[Call]:
    """Every example of every command, made to print, and its help."""
    found = []
    for name, command in all_commands().items():
        found += [_call(line) for line in command.examples if line != "chainrule check"]
        if name in COMMAND_MODULES:
            found.append(Call((name, "--help"), ""))
    return list(dict.fromkeys([*found, *map(_call, MORE)]))


def _call(line: str) -> Call:
    """A line as it is typed in a shell, without its pipes."""
    words = shlex.split(re.split(r" [|<>]+ ", line)[0])[1:]
    if words[0] in SCREENS and not {"--plain", "--json", "--list"} & {*words}:
        words.append("--plain")
    if words[0] in {"export", "class"}:
        words.append("--force")
    if words[0] == "serve" and not {"--add", "--add-all"} & {*words}:  # it would listen until it is stopped
        words = ["serve", "--roster", "class.json", "--list"]
    if words[0] == "reset":
        words.append("--yes")
    return Call(tuple(words), BATCH if "--batch" in words else TYPED)


def prepare(folder: Path, lessons: Path) -> None:
    """What the examples need in the folder where they are typed."""
    (folder / "lessons").mkdir(parents=True, exist_ok=True)
    (adam,) = lessons.glob("*-adam.md")
    (folder / "lessons" / adam.name).write_text(adam.read_text("utf-8"), "utf-8")
    (folder / "week-3.yaml").write_text("title: Week 3\nlessons: [adam]\n", "utf-8")
    (folder / "class.txt").write_text("Ada Lovelace\n", "utf-8")
    (folder / "record.jsonl").write_text("", "utf-8")
    pack = {**SOUND, "pack.yaml": SOUND["pack.yaml"].replace(b"name: counting", b"name: vectors")}
    as_zip(folder / "vectors-1.0.zip", pack)
    as_folder(folder / "vectors", {**pack, "pack.yaml": pack["pack.yaml"].replace(b'"1.0"', b'"1.1"')})
    head = {"chainrule": "record", "format": 3, "program": "0.1.0", "owner": "Ada"}
    (folder / "hand-ins").mkdir(exist_ok=True)
    (folder / "hand-ins" / "ada.jsonl").write_text(json.dumps(head) + "\n", "utf-8")
    (folder / "code-softmax.py").write_text("def softmax(logits):\n    return logits\n", "utf-8")


EVIL = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202edrow\u2066\u200b\x7f\ufeff"
"""What takes a terminal over, raw; and below as YAML and Markdown spell it."""
SPELLED = r"\x9b2J\u202e\u200b\x7f\ufeff"
ENTITIES = "&#x202e;&#x200b;&#xfeff;"

HOSTILE = (
    r"""---
id: hostile
title: "Hostile SPELLED lesson"
part: "First SPELLED steps"
concepts: [evil]
minutes: 5
---

## Why RAW it matters

Raw RAW and entities ENTITIES in prose, `code RAW`, **bold RAW** and [a RAW link](https://x.yz/RAW).

| a RAW | b |
|---|---|
| c RAW | d |

    indented RAW

```{erratum} 1
The notes say RAW three. ENTITIES
```

```{glossary}
evil SPELLED: "a meaning SPELLED"
"word SPELLED": "a meaning SPELLED"
```

```{picture} conv-cost
caption: "A caption SPELLED."
step: 1
```

```{simulation} adam
set: {learning_rate: 0.1}
try:
  - "Step SPELLED twice."
```

## Questions RAW

```{question} number
id: evil-number
given: {n: [3]}
ask: "What SPELLED is twice ${n}$?"
answer: 2 * n
mistakes:
  - {value: n * n, say: "That SPELLED is $n^2$."}
hints: ["Add SPELLED it."]
why: "Because SPELLED."
```

```{question} choice
id: evil-choice
ask: "Which SPELLED?"
options:
  - {text: "one SPELLED", right: true, why: "yes SPELLED"}
  - {text: "two SPELLED", why: "no SPELLED"}
hints: ["A hint SPELLED."]
why: "Because SPELLED."
```
""".replace("RAW", EVIL)
    .replace("SPELLED", SPELLED)
    .replace("ENTITIES", ENTITIES)
)


def hostile_pack(folder: Path) -> Path:
    """A folder with a lesson that has such signs wherever a lesson has text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "99-hostile.md").write_text(HOSTILE, "utf-8")
    return folder
