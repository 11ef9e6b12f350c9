"""Expressions, for lessons and for learners: one lexer, one parser, one tree. Nothing is ever executed.

`grammars` lists what each kind of expression may contain; `parser` turns text into the tree of `tree`. A lesson's
expression is then computed by `evaluate`; a learner's formula is compared with the right one by `equality`.
"""
