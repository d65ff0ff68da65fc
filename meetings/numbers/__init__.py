"""Numbers of official documents: one series per unit, kind and year, from one source alone."""
