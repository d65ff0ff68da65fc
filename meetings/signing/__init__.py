"""Signatures on what a meeting leaves behind: who signs in which order, by which means, and whether a file holds."""
