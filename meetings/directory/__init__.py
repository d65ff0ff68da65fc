"""Units, sites and people: effective-dated, so that a sitting shows the names of its day."""
