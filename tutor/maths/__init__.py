"""Formulas: LaTeX laid out for a terminal, in two dimensions, in one line, or in ASCII."""
