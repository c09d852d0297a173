"""The claims ledger: every statement of the paper that can be checked, measured in one place.

    from oile.companion.claims import show
    show("medium-period")

`pair` (Sec. II) and `appendix` hold what is exact; `gas`, `late`, `sync`, `limits` (Secs. III, IV) are statistics over
the realizations of `runs`. `rule` says how a verdict follows from numbers, `ledger` keeps the rows, `page` shows them.
"""

from oile.companion.claims import appendix, gas, late, limits, pair, sync  # noqa: F401  these enter their claims into the ledger
from oile.companion.claims.ledger import CLAIMS, in_order, measured, tally
from oile.companion.claims.page import Rule, Table, show

__all__ = ["CLAIMS", "Rule", "Table", "in_order", "measured", "show", "tally"]
