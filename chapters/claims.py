"""The claims ledger: every statement of the paper that can be checked, measured in one place.

    from claims import show
    show("medium-period")

`claims_pair` (Sec. II) and `claims_appendix` hold what is exact; `claims_gas`, `claims_late`, `claims_sync` (Secs. III,
IV) what is statistics over the realisations of `claims_runs`; `ledger` says how a verdict follows from numbers.
"""

import claims_appendix  # noqa: F401  these enter their claims into the ledger
import claims_gas  # noqa: F401
import claims_late  # noqa: F401
import claims_pair  # noqa: F401
import claims_sync  # noqa: F401
from ledger import CLAIMS, Table, in_order, measured, show, tally

__all__ = ["CLAIMS", "Table", "in_order", "measured", "show", "tally"]
