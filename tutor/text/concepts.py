"""Writes concepts and named formulas as a book does, such as L2 penalty; lessons know them by ids: `l2-penalty`."""

from tutor.errors import clip

MAX_CONCEPT_NAME = 60
"""The most characters of a name: an imported record may hold names of any length."""
_SPELLED = (
    *("Adam", "AdamW", "Bayes", "Gaussian", "Glorot", "He", "Hessian", "Jacobian", "KL", "L1", "L2", "LSTM"),
    *("Nesterov", "Newton", "ReLU", "RMSProp", "SVD", "XOR"),
)
SPELLINGS = {word.lower(): word for word in _SPELLED}
"""Words of an id that are not written in small letters → how they are written."""
COMPOUNDS = ("cross entropy", "cross validation", "held out", "second order", "stand in", "two way")
"""Pairs of words that keep their hyphen."""
NAMES = {
    "depthwise": "depthwise convolution",
    "exploding": "exploding gradients",
    "normalise": "normalisation",
    "second-order": "second-order methods",
    "sigmoid-quarter": "slope of the sigmoid",
    "training-test": "training and test loss",
    "variational": "variational autoencoder",
}
"""The names of concepts whose ids are too short to be names."""


def concept_name(concept: str) -> str:
    """The name of the concept with this id: `weighted sum`, `L2 penalty`, `cross-entropy`."""
    return NAMES.get(concept) or spell_words(clip(concept, MAX_CONCEPT_NAME))


def spell_words(id: str) -> str:
    """The words of an id as they are written: `KL divergence`."""
    words = " ".join(SPELLINGS.get(word, word) for word in id.split("-"))
    for compound in COMPOUNDS:
        if compound in words:
            hyphenated = compound.replace(" ", "-")
            words = f" {words} ".replace(f" {compound} ", f" {hyphenated} ").strip()  # between blanks: whole words only
    return words
