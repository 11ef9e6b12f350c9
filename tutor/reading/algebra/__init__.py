"""Expressions as people type them: read, compared for equality, written as a formula. Nothing is ever executed."""
