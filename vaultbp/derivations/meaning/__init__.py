"""What a note says: its formulas as terms, its definitions in order, the words beside them."""
