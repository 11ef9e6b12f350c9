"""The kinds of question: one line each. A kind is a file with its template and its instance."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import msgspec

from tutor.errors import ChainruleError, clip, nearest
from tutor.patterns import late
from tutor.questions.base import Question
from tutor.questions.runs import Run

TABLE = {
    "number": "number:Number",
    "choice": "choice:Choice",
    "choices": "choices:Choices",
    "expression": "expression:Expression",
    "order": "order:Order",
    "match": "match:Match",
    "text": "text:Text",
    "predict": "predict:Predict",
    "challenge": "challenge:Challenge",
}
"""What stands after `{question}` in a lesson → the file of the kind, and its template."""


class Kinds(Mapping[str, type[Question]]):
    """The templates by kind, each imported when it is first asked for: a page shows before it needs them all."""

    def __getitem__(self, kind: str) -> type[Question]:
        module, name = TABLE[kind].split(":")
        template: type[Question] = getattr(import_module(f"tutor.questions.kinds.{module}"), name)
        return template

    def __iter__(self) -> Iterator[str]:
        return iter(TABLE)

    def __len__(self) -> int:
        return len(TABLE)


KINDS = Kinds()
"""The template that reads the keys of each kind."""

Path = tuple[str | int, ...]


class QuestionFault(ChainruleError):  # noqa: N818  # what an author is told of is a fault, as in `Fault`
    """A question whose keys cannot be used, and where in it."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        """Keys and indices that lead to the place: `("options", 0, "why")`."""


def read_question(kind: str, data: Any) -> Question:
    """The question that a lesson's YAML `data` describes.

    Raises:
        QuestionFault: an unknown kind or key, a missing key, a value of the wrong type.
    """
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        advice = f"did you mean '{near}'?" if near else "known: " + ", ".join(KINDS)
        raise QuestionFault(f"there is no question kind '{clip(kind, 30)}'; {advice}")
    if not isinstance(data, Mapping):
        raise QuestionFault("a question is written as lines of `key: value`")
    try:
        return msgspec.convert(dict(data), KINDS[kind])
    except msgspec.ValidationError as error:
        raise _fault(str(error), KINDS[kind]) from None


_PLACE = late(r" - at `(?:key in )?\$([^`]*)`$")
_BOUND = late(r"Expected `[a-z]+` (>=|<=) ([-+.0-9e]+)")
_QUOTED = late("`([^`]*)`")
_STEP = late(r"\.([A-Za-z_0-9]+)|\[([0-9]+)\]")
_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a group of `key: value`",
    "null": "nothing",
}


def _fault(message: str, template: type[Question]) -> QuestionFault:
    """A message of msgspec in plain words, with the place it is about."""
    place = _PLACE.search(message)
    path: Path = tuple(int(index) if index else name for name, index in _STEP.findall(place[1] if place else ""))
    quoted = _QUOTED.findall(_PLACE.sub("", message))
    where = _written(path)
    if "unknown field" in message:
        known = _keys_at(path, template)
        near = nearest(quoted[0], known)
        advice = f"did you mean '{near}'?" if near else "known: " + ", ".join(known)
        return QuestionFault(f"there is no key '{clip(quoted[0], 30)}'{where}; {advice}", (*path, quoted[0]))
    if "missing required field" in message:
        return QuestionFault(f"the key '{quoted[0]}' is missing{where}", path)
    if message.startswith("Expected") and len(quoted) == 2:
        wanted, got = (_in_words(types) for types in quoted)
        name = where.removeprefix(" in ") or "it"
        advice = "; put it in quotes" if wanted == "text" else ""
        if got == "text" and wanted.startswith("a number"):
            advice = "; YAML reads 1e-3 as text, so write 0.001"
        return QuestionFault(f"{name} must be {wanted}, not {got}{advice}", path)
    if bound := _BOUND.match(message):
        side = "at least" if bound[1] == ">=" else "at most"
        return QuestionFault(f"{where.removeprefix(' in ') or 'it'} must be {side} {float(bound[2]):g}", path)
    return QuestionFault(f"{_PLACE.sub('', message).replace('`', '')}{where}", path)


def _in_words(types: str) -> str:
    names = [name for name in types.split(" | ") if name != "null"] or ["null"]
    if "float" in names and "int" in names:
        names.remove("int")
    return " or ".join(_TYPES.get(name, name) for name in names)


def _written(path: Path) -> str:
    """` in options[0].why`; nothing for the question itself."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f" in {text.removeprefix('.')}" if text else ""


def _keys_at(path: Path, template: type[Question]) -> list[str]:
    """The keys that may stand at `path` in a question of this kind."""
    if not path:
        return list(template.__struct_fields__)
    inner = path[-1] if len(path) > 2 or len(path) == 1 else ""
    if inner in {"answer", "value"}:
        return list(Run.__struct_fields__)
    return list(getattr(template.parts.get(str(path[0])), "__struct_fields__", ()))
