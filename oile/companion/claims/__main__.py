"""Measure every claim and print the ledger: ``python -m oile.companion.claims``."""

from oile.companion.claims import Table

if __name__ == "__main__":
    print(Table())
