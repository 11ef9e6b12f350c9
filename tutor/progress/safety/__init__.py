"""How the record survives: backups, locks, integrity checks, repair."""
