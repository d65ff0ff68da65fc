"""The papers of a meeting: PDF files kept by their content."""
