"""Screens: each composes widgets, subscribes to their messages and delegates."""
