"""Rows, columns and matrices: which symbols are arrays, of what shape, in which layout."""
