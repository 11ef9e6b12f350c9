"""Write the table of keys into docs/keys.md: `python docs/make_keys.py`, after a key was added or changed."""

from pathlib import Path

from tutor.screens.catalogue import key_rows

PAGE = Path(__file__).with_name("keys.md")
HEAD = """\
# Keys

One key has one meaning, on every screen. Enter goes on, Esc goes back, `?` says what the keys do where you are. The
last line of the screen names each command by one key, the same on a page and in an open line: `^n` (Ctrl and N) rather
than `n`. The letters are there for the quick. `h` `j` `k` `l` and the arrows move, digits choose, and each other letter
is one verb:

| letter | while you type, too | means |
|---|---|---|
| `Enter` | `Enter` | go on: open, answer, to what you have not seen |
| `Esc`, `b` | `Esc` | back: to the page, the screen or the list before |
| `?` | `?`, `F1` | help |
| `n`, `p` | `ctrl+n`, `ctrl+b` | next, previous |
| `m` | `ctrl+p` | the course map |
| `/` | `ctrl+p` | find |
| `s` | `F3` | the simulation, and back |
| `g` | `ctrl+g` | go to: a step of a run, a page of the lesson |
| `ctrl+o` | `ctrl+o` | jump: letters on everything on the screen |
| `r` | `F4` | again, with other numbers |
| `f` | `F6` | flag a question |
| `P` | | present: only the picture, its sentence and the step |
| `z` | | a quiz: on what you choose, on this lesson, on what is weak |
| `d` | | what is due |
| `i` | | your progress |
| `t` | | the tasks of a simulation |
| `v` | | view: the next picture, in words, look again |
| `w` | | watch what the text describes |
| `a` | | ask me: predict |
| `e`, `x` | | edit a parameter, a weight |
| `c`, `C` | | compare, and no more |
| `o` | | open a preset, or a page of the web |
| `u` | | undo an answer |
| `W` | | changes act on the whole run |
| `y`, `S` | | copy the command, read the source |
| `q` | `ctrl+q` | quit |
| | `F2` | hint |
| | `ctrl+s` | hand in an exam |
| | `F9` | show the answer instead of a second try |
| | `F5` `F7` `F8` | playground, glossary, formulas |
| `T` | | the tour |

Space goes on in a text; it plays a run and ticks an option, as it does in other programs: the one exception.

## Every key

The names are those of `[keys]` in [the settings](settings.md). This part is written by `python docs/make_keys.py`; a
test holds it to the bindings, and `tests/screens/test_keys.py` lets no key mean a second thing unseen.

| key | does | where |
|---|---|---|
"""


if __name__ == "__main__":
    PAGE.write_text(HEAD + "\n".join(key_rows()) + "\n", "utf-8")
    print(PAGE)
