"""What is asked of people: signatures, seals, and drafts that came back, for every kind of document in one place."""
