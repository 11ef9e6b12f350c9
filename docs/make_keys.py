"""Write the table of keys into docs/keys.md: `python docs/make_keys.py`, after a key was added or changed."""

from pathlib import Path

from tutor.screens.catalogue import key_rows

PAGE = Path(__file__).with_name("keys.md")
HEAD = """\
# Keys

Each key, what it does, and where (the names are those of `[keys]` in [the settings](settings.md)). This page is written
by `python docs/make_keys.py`; a test holds it to the bindings. Enter goes on or opens, Esc goes one step back, `?`
(while you type F1) says what the keys do where you are. A key with more than one line means something else elsewhere;
`tests/screens/test_keys.py` lists these, and lets none be added unseen.

| key | does | where |
|---|---|---|
"""


if __name__ == "__main__":
    PAGE.write_text(HEAD + "\n".join(key_rows()) + "\n", "utf-8")
    print(PAGE)
