"""The self-quiz without a screen: which questions come, a quiz on its way, and what it showed at the end."""
