"""How the record survives: backups, integrity checks, repair, merging what two records hold."""
