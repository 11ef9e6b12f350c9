"""Tables of symbols: the character that draws each command, and the spacing of each symbol."""

import unicodedata

from tutor import characters
from tutor.maths.tree import Kind

SYMBOL_COMMANDS: dict[str, tuple[str, Kind]] = {
    r"\mid": ("|", "rel"),
    r"\lvert": ("|", "open"),
    r"\rvert": ("|", "close"),
    r"\lVert": ("‖", "open"),
    r"\rVert": ("‖", "close"),
    r"\colon": (":", "punct"),
    r"\implies": ("⇒", "rel"),
    r"\impliedby": ("⇐", "rel"),
    r"\iff": ("⇔", "rel"),
    r"\longrightarrow": ("→", "rel"),
    r"\longleftarrow": ("←", "rel"),
    r"\Longrightarrow": ("⇒", "rel"),
    r"\longmapsto": ("↦", "rel"),
    r"\sim": ("∼", "rel"),
    r"\perp": ("⊥", "rel"),
    r"\parallel": ("∥", "rel"),
    r"\bot": ("⊥", "ord"),
    r"\triangleq": ("≜", "rel"),
    r"\setminus": ("∖", "bin"),
    r"\bigodot": ("⨀", "op"),
    r"\bmod": ("mod", "bin"),
    r"\backslash": ("\\", "slash"),
    r"\dots": ("…", "inner"),
    r"\&": ("&", "ord"),
    r"\leqslant": ("≤", "rel"),
    r"\geqslant": ("≥", "rel"),
    r"\prime": ("′", "ord"),
}
"""Commands whose symbol or spacing differs from what the Unicode tables give: command → (symbol, kind)."""

SPACES = {
    r"\,": 1,
    r"\:": 1,
    r"\>": 1,
    r"\;": 1,
    r"\!": 0,
    r"\ ": 1,
    "~": 1,
    r"\space": 1,
    r"\nobreakspace": 1,
    r"\thinspace": 1,
    r"\thickspace": 1,
    r"\negthinspace": 0,
    r"\enspace": 1,
    r"\quad": 3,
    r"\qquad": 5,
    r"\hspace": 1,
    r"\hskip": 1,
    r"\kern": 1,
    r"\mkern": 1,
    r"\mskip": 1,
    r"\mspace": 1,
}
"""Command → the blank cells that it leaves."""

_IGNORED = r"""
    \displaystyle \textstyle \scriptstyle \scriptscriptstyle \limits \nolimits \nonumber \notag
    \hline \hfil \mathstrut \strut \normalsize \small \large \Large \allowbreak \nobreak
"""
IGNORED_COMMANDS = frozenset(_IGNORED.split())
"""Commands that have no effect in a terminal, and are skipped."""

_NAMES = """
    arccos arcsin arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin sinh tan tanh
"""
FUNCTION_NAMES = frozenset(_NAMES.split())
_LIMIT_NAMES = "det gcd inf lim max min sup argmax argmin plim Pr"
LIMIT_NAMES = {name: name for name in _LIMIT_NAMES.split()} | {"liminf": "lim inf", "limsup": "lim sup"}
"""Function whose subscript goes below it in a display → how it is written."""

ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "mathring": "\u030a",
}
"""Accent → its combining mark."""

SPACING_ACCENTS = {"hat": "^", "bar": "▁", "tilde": "~", "dot": ".", "ddot": "..", "vec": "→", "check": "ˇ"}
"""Accent → the characters that are drawn above a base too wide for a combining mark."""

FONTS = {
    "mathrm": "rm",
    "mathit": "rm",
    "mathsf": "rm",
    "mathtt": "rm",
    "mathnormal": "",
    "mathbf": "BOLD",
    "boldsymbol": "BOLD",
    "bm": "BOLD",
    "pmb": "BOLD",
    "bold": "BOLD",
    "mathbb": "DOUBLE-STRUCK",
    "Bbb": "DOUBLE-STRUCK",
    "mathcal": "SCRIPT",
    "mathscr": "SCRIPT",
    "mathfrak": "FRAKTUR",
}
"""Font command → `rm`, which joins letters to a name, or the font's word in Unicode's names of characters."""

# Pairs of a character and its raised, or lowered, form.
_SUPERSCRIPT_PAIRS = "=⁼(⁽)⁾aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰoᵒpᵖrʳsˢuᵘvᵛwʷxˣyʸzᶻ"
_SUPERSCRIPT_PAIRS += "AᴬBᴮDᴰEᴱGᴳHᴴIᴵJᴶKᴷLᴸMᴹNᴺOᴼPᴾRᴿTᵀUᵁVⱽWᵂ⊤ᵀβᵝγᵞδᵟθᶿφᵠϕᵠχᵡ**′′††∘°"
_SUBSCRIPT_PAIRS = "+₊−₋=₌(₍)₎hₕβᵦγᵧρᵨφᵩϕᵩχᵪ"
SUPERSCRIPTS = characters.SUPERSCRIPTS | dict(zip(_SUPERSCRIPT_PAIRS[::2], _SUPERSCRIPT_PAIRS[1::2], strict=True))
SUBSCRIPTS = characters.SUBSCRIPTS | dict(zip(_SUBSCRIPT_PAIRS[::2], _SUBSCRIPT_PAIRS[1::2], strict=True))

PRIMES = ("", "′", "″", "‴", "⁗")

_SYMBOLS_BY_KIND: tuple[tuple[Kind, str], ...] = (
    ("bin", "+-−*±∓×÷·∗⊙⊗⊕⊖⊘∘∧∨∩∪∖⋅⊓⊔⋆∙†‡•⊎⊛⧵⋄"),
    ("rel", "=<>:∼~⟂⩽⩾⟶⟵⟹⟸⟺"),
    ("op", "∏∐∑∫∬∭∮⋀⋁⋂⋃⨀⨁⨂⨄"),
    ("open", "([{⟨⌊⌈⟦"),
    ("close", ")]}⟩⌋⌉⟧"),
    ("punct", ",;."),
    ("bar", "|‖"),
    ("inner", "…⋯⋮⋱⋰"),
    ("slash", "/"),
    ("post", "!%?"),
    ("ord", "∀∁∂∃∄∅∆∇∎∞√∛∜∟∠∡∢⊤"),
)
_KINDS: dict[str, Kind] = {symbol: kind for kind, symbols in _SYMBOLS_BY_KIND for symbol in symbols}

BRACKETS = frozenset("([{⟨⌊⌈⟦)]}⟩⌋⌉⟧")
LIMIT_SYMBOLS = frozenset("∏∐∑⋀⋁⋂⋃⨀⨁⨂⨄")
DIFFERENTIALS = frozenset("∂dΔδ∇")
"""Signs that have no gap after them, even with a power of their own, as in d²x."""


def spacing_kind(symbol: str) -> Kind:
    """TeX's spacing class of `symbol`."""
    listed_kind = _KINDS.get(symbol)
    if listed_kind is not None:
        return listed_kind
    # Unicode's arrows and mathematical operators, most of which are relations.
    is_relation = len(symbol) == 1 and ("\u2190" <= symbol <= "\u22ff" or "\u27f0" <= symbol <= "\u27ff")
    return "rel" if is_relation else "ord"


def strip_style(symbol: str) -> str:
    """Replace an italic, sans-serif or typewriter letter by the ordinary one; bold letters stay bold."""
    name = unicodedata.name(symbol, "")
    if not name.startswith("MATHEMATICAL") or "BOLD" in name:
        return symbol
    if any(style in name for style in ("ITALIC", "SANS-SERIF", "MONOSPACE")):
        return unicodedata.normalize("NFKC", symbol)
    return symbol


def apply_font(symbol: str, font: str) -> str:
    """`symbol` in `font`, a word from the values of `FONTS`; unchanged if Unicode has no such character."""
    # For example, GREEK SMALL LETTER ALPHA becomes MATHEMATICAL BOLD SMALL ALPHA.
    name = unicodedata.name(symbol, "").removeprefix("LATIN ").removeprefix("GREEK ")
    name = name.replace("LUNATE EPSILON", "EPSILON").replace("LETTER ", "")
    # A few letters were added to Unicode before the others, under names such as BLACK-LETTER CAPITAL C.
    early_font = "BLACK-LETTER" if font == "FRAKTUR" else font
    for full_name in (f"MATHEMATICAL {font} {name}", f"{early_font} {name}"):
        try:
            return unicodedata.lookup(full_name)
        except KeyError:
            continue
    return symbol


def translate_all(text: str, table: dict[str, str]) -> str | None:
    """Replace each character of `text` by its entry in `table`; `None` if a character has no entry."""
    try:
        return "".join([table[character] for character in text])
    except KeyError:
        return None
