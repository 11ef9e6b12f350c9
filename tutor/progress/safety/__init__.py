"""Protects the record: backups, integrity checks, repair, and merging two records."""
