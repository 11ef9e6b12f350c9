"""Glossary, formula sheet and errata on screen."""
