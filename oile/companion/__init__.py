"""What the chapters of the book share: the data of a figure, and `oile.companion.claims`, the ledger of claims."""

from oile.companion.figures import save_data

__all__ = ["save_data"]
