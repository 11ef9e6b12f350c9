"""Lesson text: Markdown with formulas, figures and notes."""
