"""Steps looked at a second time, by what only some notes do: one file, one thing that notes do."""
