"""Sound packs for the tests, as files and as zips."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.content.lessons import RICH

MANIFEST = """\
name: counting
version: "1.0"
title: Counting, slowly
authors: [Ada Lovelace]
licence: CC BY 4.0
requires: ">=0.1"
"""
ERRATUM = """
```{erratum} 1
You may read that one kernel is enough. **Check it:** step twice.
```
"""
LESSON = RICH.replace("\n## Questions\n", f"{ERRATUM}\n## Questions\n")
EXERCISE = """
```{code} code-toy
function: twice(x)
title: Twice a number
concept: counting
ask: 'Return twice x.'
parameters: {x: a number}
returns: a number
cases:
  - '1.0'
  - '-3.0'
  - '5.0'
reference: |
  def twice(x):
      return 2 * x
mistakes:
  - {change: {2 * x: x * x}, say: 'That is the square.'}
  - {change: {2 * x: x / 2}, say: 'That is the half.'}
  - {change: {2 * x: x}, say: 'That is the number itself.'}
hints: ['Add x to itself.', 'One product is enough.', '2 * x']
why: 'Twice a number is the number added to itself.'
```
"""
SOUND: Mapping[str, bytes] = {
    "pack.yaml": MANIFEST.encode(),
    "01-toy.md": LESSON.encode(),
    "README.md": b"# Counting\n",
    "LICENSE": b"CC BY 4.0\n",
    "assets/points.csv": b"x1,x2,label\n0,0,0\n1,1,1\n0,1,0\n1,0,1\n",
}


def as_folder(folder: Path, files: Mapping[str, bytes] = SOUND) -> Path:
    """Write a pack as a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def as_zip(path: Path, files: Mapping[str, bytes] = SOUND, *odd: tuple[zipfile.ZipInfo, bytes]) -> Path:
    """Write a pack as a zip, with entries that say odd things of themselves behind it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for info, data in odd:
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return path
