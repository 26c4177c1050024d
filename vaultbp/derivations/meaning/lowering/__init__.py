"""How each kind of node becomes a term: one file for each group of kinds."""
