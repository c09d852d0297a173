"""How the ledger keeps a claim of the paper: its words, where the book takes it up, and the verdict on record."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from oile.companion.claims.rule import FAILED, QUALIFIED, REPRODUCED, UNTESTABLE

VERDICTS = (REPRODUCED, QUALIFIED, FAILED, UNTESTABLE)
SECTIONS = ("Abstract", "Sec. I", "Sec. II", "Sec. III", "Sec. IV", "App. A")


@dataclass(frozen=True)
class Claim:
    """A statement of the paper, where the book takes it up, and the verdict on record."""

    id: str
    section: str
    words: str
    verdict: str
    chapter: str
    test: str
    measure: callable

    def judged(self):
        """Measure the claim; raise if the verdict is no longer the one on record."""
        measured = self.measure()
        if measured.verdict != self.verdict:
            cases = "\n".join(map(str, measured.cases))
            raise AssertionError(f"{self.id} was {self.verdict}, now it is {measured.verdict}:\n{cases}")
        return measured


CLAIMS = {}


def claim(section, words, verdict, chapter, test=None):
    """Enter the function below into the ledger, under its own name; it returns `Measured`."""

    def enter(measure):
        id = measure.__name__.replace("_", "-")
        own = f"tests/test_claims.py::test_a_claim_has_the_verdict_on_record[{id}]"
        CLAIMS[id] = Claim(id, section, words, verdict, chapter, test or own, cache(measure))
        return CLAIMS[id].measure

    return enter


def tally():
    """How many claims have each verdict, as measured now; raises if one has changed."""
    for entry in CLAIMS.values():
        entry.judged()
    return Counter({verdict: 0 for verdict in VERDICTS}) + Counter(entry.verdict for entry in CLAIMS.values())


def in_order():
    """The claims in the paper's order: by section, then as they are entered."""
    return sorted(CLAIMS.values(), key=lambda entry: SECTIONS.index(entry.section))


def measured(id):
    """The raw numbers of one claim, by name."""
    return CLAIMS[id].judged().values
