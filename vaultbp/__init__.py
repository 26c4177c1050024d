"""vaultbp reads a vault of notes, runs their code cells and checks their derivations."""

__version__ = "0.1.0"
