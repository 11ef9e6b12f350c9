"""The kinds of question, one line each, and reading a question of any kind from a lesson's YAML."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import msgspec

from tutor.errors import ChainruleError, advise_on_name, clip, nearest
from tutor.patterns import compile_lazily
from tutor.questions.base import Question
from tutor.text.numbers import format_number

KIND_TABLE = {
    "number": "number:NumberQuestion",
    "choice": "single_choice:SingleChoiceQuestion",
    "choices": "multiple_choice:MultipleChoiceQuestion",
    "expression": "expression:ExpressionQuestion",
    "order": "order:OrderQuestion",
    "match": "match:MatchQuestion",
    "text": "text:TextQuestion",
    "predict": "predict:PredictQuestion",
    "challenge": "challenge:ChallengeQuestion",
}
"""The word after `{question}` in a lesson → the kind's file and template."""


class Kinds(Mapping[str, type[Question]]):
    """Kind → its template, a class that is imported at the first access: a page needs only a few of them."""

    def __getitem__(self, kind: str) -> type[Question]:
        return _import_template(KIND_TABLE[kind])

    def __iter__(self) -> Iterator[str]:
        return iter(KIND_TABLE)

    def __len__(self) -> int:
        return len(KIND_TABLE)


@cache
def _import_template(location: str) -> type[Question]:
    """Import the template at `module:Class`; cached, since importing a record asks for it at every answer."""
    module, name = location.split(":")
    template: type[Question] = getattr(import_module(f"tutor.questions.kinds.{module}"), name)
    return template


KINDS = Kinds()
"""The template that reads the keys of each kind."""

MAX_FAULTS = 20
"""The most faults that are reported for the keys of one question."""
KeyPath = tuple[str | int, ...]
"""Keys and indices that lead to a place in a question's YAML: `("options", 0, "why")`."""


class QuestionFault(ChainruleError):  # noqa: N818  # an author's mistake is called a fault everywhere
    """A fault in the keys of a question, and the path to where it is."""

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
        advice = advise_on_name(kind, KINDS, otherwise="known: " + ", ".join(KINDS))
        raise QuestionFault(f"there is no question kind '{clip(kind, 30)}'; {advice}")
    if not isinstance(data, Mapping):
        raise QuestionFault("a question is written as lines of `key: value`")
    template = KINDS[kind]
    try:
        return msgspec.convert(dict(data), template)
    except msgspec.ValidationError as error:
        first, *others = _find_faults(data, template) or [_as_fault(str(error), template)]
    first.more = tuple(others)
    raise first


def _find_faults(data: Mapping[Any, Any], template: type[Question]) -> list[QuestionFault]:
    """Find all faults of the keys: msgspec stops at the first one, so each key is converted by itself."""
    messages = _find_messages(data, template, "", template.parts)
    return [_as_fault(message, template) for message in messages[:MAX_FAULTS]]


def _find_messages(
    data: Mapping[Any, Any], record: type[msgspec.Struct], path: str, parts: Mapping[str, type[msgspec.Struct]]
) -> list[str]:
    """The messages, as msgspec writes them, on the keys of `data`, which is to become a `record`.

    `path` leads from the question to `data`: "" or `.options[0]`. `parts` is key → type of the entries, for keys whose
    value is a list of records.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(record)}
    unknown = [str(key) for key in data if key not in fields]
    misspelt = {nearest(key, fields) for key in unknown}
    missing = [key for key, field in fields.items() if field.required and key not in {*data, *misspelt}]
    messages = [f"Object contains unknown field `{key}` - at `${path}`" for key in unknown]
    messages += [f"Object missing required field `{key}` - at `${path}`" for key in missing]
    for key, value in data.items():
        if key in fields:
            messages += _find_value_messages(value, fields[key].type, f"{path}.{key}", parts.get(key))
    return messages


def _find_value_messages(value: Any, wanted: Any, path: str, entry_type: type[msgspec.Struct] | None) -> list[str]:
    """The messages, as msgspec writes them, on the value at `path`, which is to be of the type `wanted`.

    The entries of a list are converted one by one, for a message on each; `entry_type` is given if they are records.
    """
    message = _message_of(value, wanted)
    if message is None:
        return []
    entry_messages: list[str] = []
    for index, entry in enumerate(value if isinstance(value, list) else []):
        entry_path = f"{path}[{index}]"
        if isinstance(entry, dict) and entry_type is not None:
            entry_messages += _find_messages(entry, entry_type, entry_path, {})
            continue
        message_alone = _message_of([entry], wanted)
        if message_alone is not None and "$[0]" in message_alone:  # about the entry, not about the list
            entry_messages.append(_relocate(message_alone, "[0]", entry_path))
    return entry_messages or [_relocate(message, "", path)]


def _message_of(value: Any, wanted: Any) -> str | None:
    """The message of msgspec when `value` cannot become the type `wanted`; `None` if it can."""
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        return str(error)
    return None


def _relocate(message: str, part_path: str, path: str) -> str:
    """Correct the location in the message of msgspec on a part that was converted alone.

    The `part_path` at its beginning is replaced by `path`: with "[0]" and ".options[2]", the message
    `Expected … - at `$[0].why`` becomes `Expected … - at `$.options[2].why``.
    """
    location = _LOCATION.search(message)
    path_inside = location[1].removeprefix(part_path) if location else ""
    return f"{_LOCATION.sub('', message)} - at `${path}{path_inside}`"


_LOCATION = compile_lazily(r" - at `(?:key in )?\$([^`]*)`$")
_LIMIT = compile_lazily(r"Expected `[a-z]+` (>=|<=) ([-+.0-9e]+)")
_QUOTED = compile_lazily("`([^`]*)`")
_PATH_STEP = compile_lazily(r"\.([A-Za-z_0-9]+)|\[([0-9]+)\]")
_TYPE_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a group of `key: value`",
    "null": "nothing",
}


def _as_fault(message: str, template: type[Question]) -> QuestionFault:
    """Turn a message of msgspec into a fault in plain words, with the place that it is about."""
    location = _LOCATION.search(message)
    path = _read_path(location[1]) if location else ()
    quoted = _QUOTED.findall(_LOCATION.sub("", message))  # the key or the types that the message names
    place = _format_path(path)
    in_place = f" in {place}" if place else ""
    if "unknown field" in message:
        known_keys = _keys_at(path, template)
        advice = advise_on_name(quoted[0], known_keys, otherwise="known: " + ", ".join(known_keys))
        return QuestionFault(f"there is no key '{clip(quoted[0], 30)}'{in_place}; {advice}", (*path, quoted[0]))
    if "missing required field" in message:
        return QuestionFault(f"the key '{quoted[0]}' is missing{in_place}", path)
    if message.startswith("Expected") and len(quoted) == 2:
        wanted, got = (_type_words(type_names) for type_names in quoted)
        advice = "; put it in quotes" if wanted == "text" else ""
        if got == "text" and wanted.startswith("a number"):
            advice = "; YAML reads 1e-3 as text, so write 0.001"
        return QuestionFault(f"{place or 'it'} must be {wanted}, not {got}{advice}", path)
    limit = _LIMIT.match(message)
    if limit is not None:
        bound = "at least" if limit[1] == ">=" else "at most"
        return QuestionFault(f"{place or 'it'} must be {bound} {format_number(float(limit[2]))}", path)
    return QuestionFault(f"{_LOCATION.sub('', message).replace('`', '')}{in_place}", path)


def _type_words(type_names: str) -> str:
    """The names that msgspec has for types, in plain words: `int | float | null` → "a number"."""
    names = [name for name in type_names.split(" | ") if name != "null"] or ["null"]
    if "float" in names and "int" in names:
        names.remove("int")
    return " or ".join(_TYPE_WORDS.get(name, name) for name in names)


def _read_path(location: str) -> KeyPath:
    """`.options[0].why` → `("options", 0, "why")`."""
    return tuple(int(index) if index else key for key, index in _PATH_STEP.findall(location))


def _format_path(path: KeyPath) -> str:
    """`("options", 0, "why")` → `options[0].why`; "" for the question itself."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _keys_at(path: KeyPath, template: type[Question]) -> list[str]:
    """The keys allowed at `path` in a question of this kind; empty where there are none.

    A path that is not empty leads to a record. `template.parts` has its type under the last key of the path: under
    `answer` for `answer`, `options` for `options[0]`, and `value` for `mistakes[0].value`.
    """
    if not path:
        return list(template.__struct_fields__)
    is_list_entry = isinstance(path[-1], int)
    part_key = path[-2] if is_list_entry else path[-1]
    part_type = template.parts.get(str(part_key))
    return list(part_type.__struct_fields__) if part_type else []
