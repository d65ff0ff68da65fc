"""The append-only, hash-chained record of a meeting (the format is fixed; see ARCHITECTURE.md)."""
