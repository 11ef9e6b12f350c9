"""The kinds of question, one line each, and reading a question of any kind from a lesson's YAML."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import msgspec

from tutor.errors import ChainruleError, clip, nearest
from tutor.patterns import compile_lazily
from tutor.questions.base import Question
from tutor.text.numbers import format_number

KIND_TABLE = {
    "number": "number:NumberQuestion",
    "choice": "choice:ChoiceQuestion",
    "choices": "choices:ChoicesQuestion",
    "expression": "expression:ExpressionQuestion",
    "order": "order:OrderQuestion",
    "match": "match:MatchQuestion",
    "text": "text:TextQuestion",
    "predict": "predict:PredictQuestion",
    "challenge": "challenge:ChallengeQuestion",
}
"""The word after `{question}` in a lesson → the kind's file and template."""


class Kinds(Mapping[str, type[Question]]):
    """The templates by kind, each imported when it is first asked for: a page needs few of them."""

    def __getitem__(self, kind: str) -> type[Question]:
        return _import_template(KIND_TABLE[kind])

    def __iter__(self) -> Iterator[str]:
        return iter(KIND_TABLE)

    def __len__(self) -> int:
        return len(KIND_TABLE)


@cache
def _import_template(location: str) -> type[Question]:
    """The template at `module:Class`; found once, since every answer of a record that is imported asks its kind."""
    module, name = location.split(":")
    template: type[Question] = getattr(import_module(f"tutor.questions.kinds.{module}"), name)
    return template


KINDS = Kinds()
"""The template that reads the keys of each kind."""

MAX_FAULTS = 20
"""The most faults of one question's keys that are named."""
KeyPath = tuple[str | int, ...]
"""Keys and indices that lead to a place in a question's YAML: `("options", 0, "why")`."""


class QuestionFault(ChainruleError):  # noqa: N818  # an author's mistake is called a fault everywhere
    """A question whose keys cannot be used, and where in it."""

    def __init__(self, message: str, path: KeyPath = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.more: tuple[QuestionFault, ...] = ()
        """What else is wrong with the keys of the same question."""


def read_question(kind: str, data: Any) -> Question:
    """The question that a lesson's YAML `data` describes.

    Raises:
        QuestionFault: an unknown kind or key, a missing key, a value of the wrong type; its `more` has the others.
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
        first, *more = _find_faults(data, KINDS[kind]) or [_as_fault(str(error), KINDS[kind])]
    first.more = tuple(more)
    raise first


def _find_faults(data: Mapping[Any, Any], template: type[Question]) -> list[QuestionFault]:
    """All that is wrong with the keys: msgspec stops at the first fault, so each key is converted by itself."""
    messages = _find_messages(data, template, "", template.parts)
    return [_as_fault(message, template) for message in messages[:MAX_FAULTS]]


def _find_messages(
    data: Mapping[Any, Any], record: type[msgspec.Struct], place: str, parts: Mapping[str, type[msgspec.Struct]]
) -> list[str]:
    """What msgspec says of each key of the `record` at `place`, whose lists have such `parts`."""
    known = {item.encode_name: item for item in msgspec.structs.fields(record)}
    unknown = [str(key) for key in data if key not in known]
    misspelt = {nearest(key, known) for key in unknown}
    missing = [name for name, item in known.items() if item.required and name not in {*data, *misspelt}]
    messages = [f"Object contains unknown field `{key}` - at `${place}`" for key in unknown]
    messages += [f"Object missing required field `{name}` - at `${place}`" for name in missing]
    for name in filter(known.__contains__, data):
        value, wanted, where = data[name], known[name].type, f"{place}.{name}"
        message = _message_of(value, wanted)
        if message is None:
            continue
        found: list[str] = []
        for number, entry in enumerate(value if isinstance(value, list) else []):
            if isinstance(entry, dict) and name in parts:
                found += _find_messages(entry, parts[name], f"{where}[{number}]", {})
            elif (of_entry := _message_of([entry], wanted)) is not None and "$[0]" in of_entry:
                found.append(_at(of_entry, f"{where}[{number}]", "[0]"))
        messages += found or [_at(message, where)]
    return messages


def _message_of(value: Any, wanted: Any) -> str | None:
    """What msgspec has against a value; `None` for nothing."""
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        return str(error)
    return None


def _at(message: str, place: str, inner: str = "") -> str:
    """A message about a part of a question, whose location begins at the question; `inner` stood for the part."""
    location = _LOCATION.search(message)
    rest = location[1].removeprefix(inner) if location else ""
    return f"{_LOCATION.sub('', message)} - at `${place}{rest}`"


_LOCATION = compile_lazily(r" - at `(?:key in )?\$([^`]*)`$")
_LIMIT = compile_lazily(r"Expected `[a-z]+` (>=|<=) ([-+.0-9e]+)")
_QUOTED = compile_lazily("`([^`]*)`")
_PATH_STEP = compile_lazily(r"\.([A-Za-z_0-9]+)|\[([0-9]+)\]")
_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a group of `key: value`",
    "null": "nothing",
}


def _as_fault(message: str, template: type[Question]) -> QuestionFault:
    """A message of msgspec in plain words, with the place it is about."""
    location = _LOCATION.search(message)
    path: KeyPath = tuple(
        int(index) if index else name for name, index in _PATH_STEP.findall(location[1] if location else "")
    )
    quoted = _QUOTED.findall(_LOCATION.sub("", message))
    where = _format_path(path)
    if "unknown field" in message:
        known = _keys_at(path, template)
        near = nearest(quoted[0], known)
        advice = f"did you mean '{near}'?" if near else "known: " + ", ".join(known)
        return QuestionFault(f"there is no key '{clip(quoted[0], 30)}'{where}; {advice}", (*path, quoted[0]))
    if "missing required field" in message:
        return QuestionFault(f"the key '{quoted[0]}' is missing{where}", path)
    if message.startswith("Expected") and len(quoted) == 2:
        wanted, got = (_name_types(types) for types in quoted)
        name = where.removeprefix(" in ") or "it"
        advice = "; put it in quotes" if wanted == "text" else ""
        if got == "text" and wanted.startswith("a number"):
            advice = "; YAML reads 1e-3 as text, so write 0.001"
        return QuestionFault(f"{name} must be {wanted}, not {got}{advice}", path)
    if bound := _LIMIT.match(message):
        side = "at least" if bound[1] == ">=" else "at most"
        return QuestionFault(
            f"{where.removeprefix(' in ') or 'it'} must be {side} {format_number(float(bound[2]))}", path
        )
    return QuestionFault(f"{_LOCATION.sub('', message).replace('`', '')}{where}", path)


def _name_types(types: str) -> str:
    names = [name for name in types.split(" | ") if name != "null"] or ["null"]
    if "float" in names and "int" in names:
        names.remove("int")
    return " or ".join(_TYPES.get(name, name) for name in names)


def _format_path(path: KeyPath) -> str:
    """` in options[0].why`; nothing for the question itself."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f" in {text.removeprefix('.')}" if text else ""


def _keys_at(path: KeyPath, template: type[Question]) -> list[str]:
    """The keys allowed at `path` in a question of this kind."""
    if not path:
        return list(template.__struct_fields__)
    key = path[0] if len(path) == 2 else path[-1]
    return list(getattr(template.parts.get(str(key)), "__struct_fields__", ()))
