"""Questions on screen: the card, the ways to answer, the verdict."""
