"""The pure rules of a meeting in session: no input, no output; clock, ids and salts are passed in."""
