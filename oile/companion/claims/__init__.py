"""The claims ledger: every statement of the paper that can be checked, measured in one place.

    from oile.companion.claims import show
    show("medium-period")

`pair` (Sec. II) and `appendix` hold what is exact; `gas`, `late` and `sync` (Secs. III, IV) what is statistics over the
realizations of `runs`; `ledger` says how a verdict follows from numbers.
"""

from oile.companion.claims import appendix, gas, late, pair, sync  # noqa: F401  these enter their claims into the ledger
from oile.companion.claims.ledger import CLAIMS, Rule, Table, in_order, measured, show, tally

__all__ = ["CLAIMS", "Rule", "Table", "in_order", "measured", "show", "tally"]
