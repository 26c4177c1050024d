"""The language server: findings as one types, verdicts on hovering, fixes, links to follow."""
