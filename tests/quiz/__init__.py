"""The self-quiz without a screen."""
