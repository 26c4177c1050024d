"""``python -m vaultbp``."""

from vaultbp.commands import main

if __name__ == "__main__":
    main()
