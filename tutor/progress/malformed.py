"""What is wrong with a line of an exported record, in plain words: which key, and what belongs there."""

import re

from tutor.errors import clip

_PLACE = re.compile(r" - at `(?:key in )?\$([^`]{0,200})`$")
_QUOTED = re.compile("`([^`]{0,200})`")
_BOUND = re.compile(r"Expected `[a-z]+` (of length )?(>=|<=) ([-+.0-9e]+)")
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "a time",
}
_TIME = "a time with its zone, such as 2026-03-01T12:00:00+00:00"
NO_JSON = "this line is not JSON as chainrule export writes it"


def in_words(message: str) -> str:
    """What `message`, which msgspec says of a line, means to a person."""
    place = _PLACE.search(message)
    said = message[: place.start()] if place else message
    key = clip(place[1].removeprefix("."), 40) if place and place[1] else "the line"
    quoted = [clip(name, 30) for name in _QUOTED.findall(said)]
    if "missing required field" in said:
        return f"the key {quoted[0]} is missing"
    if "unknown field" in said:
        return f"there is no key {quoted[0]} in a line of this type; leave it out"
    if bound := _BOUND.match(said):
        side, unit = "at least" if bound[2] == ">=" else "at most", " characters" if bound[1] else ""
        return f"{key} must {'have' if unit else 'be'} {side} {float(bound[3]):,g}{unit}"
    if "RFC3339" in said or "`datetime`" in said:
        return f"{key} must be {_TIME}"
    if said == "Expected `str`":
        return f"{key} must be text"
    if said.startswith("Expected") and len(quoted) == 2:
        wanted, got = (" or ".join(_WORDS.get(name, name) for name in types.split(" | ")) for types in quoted)
        return f"{key} must be {wanted}, not {'a fraction' if quoted[1] == 'float' else got}"
    if said.startswith("Invalid"):
        value = said.rpartition("value ")[2]
        return f"{key} cannot be {clip(value, 30)}" if value.startswith(("'", '"')) else f"{key} cannot be read"
    return f"{key} is too large a number" if "out of range" in said else NO_JSON
