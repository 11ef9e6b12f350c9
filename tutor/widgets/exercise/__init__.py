"""An exercise in code on the screen: the editor, and what came of the check."""
