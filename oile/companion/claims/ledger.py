"""How the ledger keeps a claim of the paper: what is said, what was measured, and the verdict that follows."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html import escape

import numpy as np

REPRODUCED = "reproduced"
QUALIFIED = "reproduced with a qualification"
FAILED = "not reproduced"
UNTESTABLE = "not testable here"
COLORS = {
    REPRODUCED: "#009E73",
    QUALIFIED: "#E69F00",
    FAILED: "#D55E00",
    UNTESTABLE: "#888888",
}
MARKS = {REPRODUCED: "✓", QUALIFIED: "≈", FAILED: "✗", UNTESTABLE: "–"}
SECTIONS = ("Abstract", "Sec. II", "Sec. III", "Sec. IV", "App. A")


@dataclass(frozen=True)
class Measured:
    """What a run says about a claim; the verdict follows from the two comparisons alone.

    Parameters
    ----------
    text : str
        The numbers in a sentence, formatted from the run.
    holds : bool or None
        Whether the claim holds as it is stated; None if this model cannot tell.
    but : str
        The qualification, with its numbers, for a claim that holds only with one.
    weaker : bool
        Whether the claim holds with that qualification.
    values : dict
        The raw numbers by name; an array holds one number for each realization.
    """

    text: str
    holds: bool | None
    but: str = ""
    weaker: bool = False
    values: dict = field(default_factory=dict)

    @property
    def verdict(self):
        """One of the four verdicts."""
        if self.holds is None:
            return UNTESTABLE
        return REPRODUCED if self.holds else QUALIFIED if self.weaker else FAILED


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
            raise AssertionError(f"{self.id} was {self.verdict}, now it is {measured.verdict}: {measured.text}")
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
    return Counter({verdict: 0 for verdict in MARKS}) + Counter(entry.verdict for entry in CLAIMS.values())


# Numbers in sentences


def pm(draws, digits=None):
    """Mean ± standard deviation over realizations; the deviation decides how many digits are shown, four at most.

    Examples
    --------
    >>> pm([40.0, 41.0, 39.0, 40.5]), pm([0.152, 0.148, 0.155])
    ('40.1 ± 0.9', '0.152 ± 0.004')
    """
    mean, sd = np.mean(draws), np.std(draws, ddof=1)
    if digits is None:
        first = np.floor(np.log10(sd)) if sd > 0 else -3
        digits = min(4, max(0, int(-first) + (sd < 3 * 10**first)))  # one more for a deviation that starts with 1 or 2
    return f"{mean:.{digits}f} ± {sd:.{digits}f}".replace("-", "−")


def span(draws, digits=0):
    """Median and range over realizations, for what is skewed.

    Examples
    --------
    >>> span([52, 41, 44, 72, 44])
    '44 (41 to 72)'
    """
    middle, low, high = (f"{x:.{digits}f}".replace("-", "−") for x in (np.median(draws), np.min(draws), np.max(draws)))
    return f"{middle} ({low} to {high})"


def power(x):
    """A number in powers of ten, with one digit.

    Examples
    --------
    >>> power(0.00042), power(6.4e-11), power(0.001)
    ('4·10⁻⁴', '6·10⁻¹¹', '10⁻³')
    """
    digit, exponent = f"{x:.0e}".split("e")
    ten = "10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return ten if digit == "1" else f"{digit}·{ten}"


def order(x, y):
    """The exponent n of a power law y ~ x^n, by least squares in the logarithms.

    Examples
    --------
    >>> round(order([0.1, 0.01], [5e-3, 5e-6]), 6)
    3.0
    """
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


# The ledger on a page: plain HTML, in colors that follow the page's own


def badge(verdict):
    """The verdict in words, with a colored bar."""
    style = f"border-left: 0.4em solid {COLORS[verdict]}; padding-left: 0.4em"
    return f'<span style="{style}">{MARKS[verdict]} {escape(verdict)}</span>'


def link(target, text):
    """A link that reads on a light and on a dark card."""
    return f'<a style="color: inherit; text-decoration: underline" href="{target}">{text}</a>'


def findings(measured):
    """What was measured, and the qualification."""
    return escape(measured.text) + (f"<br><em>But:</em> {escape(measured.but)}" if measured.but else "")


@dataclass(frozen=True)
class Row:
    """One claim as a card, for the chapter that shows it."""

    claim: Claim
    measured: Measured

    def __repr__(self):
        but = f" But: {self.measured.but}" if self.measured.but else ""
        return f"{self.claim.section}: {self.claim.words}\n{self.measured.text}{but}\n[{self.claim.verdict}]"

    def _repr_html_(self):
        return (
            f'<div id="claim-{self.claim.id}" '
            'style="border: 1px solid #8886; border-radius: 0.4em; padding: 0.5em 0.8em">'
            f"<strong>The paper, {self.claim.section}:</strong> {escape(self.claim.words)}<br>"
            f"<strong>Measured:</strong> {findings(self.measured)}<br>"
            f"{badge(self.claim.verdict)} · {link(f'claims.html#claim-{self.claim.id}', 'ledger')}</div>"
        )


def show(id):
    """Measure one claim and show it as a card; raises if its verdict is no longer the one on record."""
    return Row(CLAIMS[id], CLAIMS[id].judged())


def measured(id):
    """The raw numbers of one claim, by name."""
    return CLAIMS[id].judged().values


class Table:
    """All claims in the paper's order, a row each; in a narrow window the columns of a row come one below the other."""

    columns = ("2 1 11em", "6 1 20em", "1 1 8em")

    def __repr__(self):
        return "\n\n".join(repr(show(entry.id)) for entry in in_order())

    def row(self, *cells, role="cell", id=""):
        """One row of the table."""
        inside = "".join(
            f'<div role="{role}" style="flex: {flex}; min-width: 0; overflow-wrap: anywhere">{cell}</div>'
            for flex, cell in zip(self.columns, cells)
        )
        style = "display: flex; flex-wrap: wrap; gap: 0.2em 1.2em; border-top: 1px solid #8886; padding: 0.5em 0"
        return f'<div role="row" id="{id}" style="{style}">{inside}</div>'.replace(' id=""', "")

    def _repr_html_(self):
        heads = (f"<strong>{name}</strong>" for name in ("The paper says", "Measured", "Verdict"))
        rows, section = [self.row(*heads, role="columnheader")], None
        for entry in in_order():
            if entry.section != section:
                section = entry.section
                rows.append(self.row(f"<strong>{section}</strong>", "", ""))
            cell = link(f"{entry.chapter}.html#claim-{entry.id}", "cell")
            module, test = entry.test.removeprefix("tests/").split(".py::test_")
            test = f"<br><small>{module}: {escape(test.replace('_', ' '))}</small>"
            rows.append(
                self.row(
                    f"{escape(entry.words)}<br><small>{entry.id}</small>",
                    findings(entry.judged()) + test,
                    f"{badge(entry.verdict)}<br>{cell}",
                    id=f"claim-{entry.id}",
                )
            )
        return f'<div role="table">{"".join(rows)}</div>'


def in_order():
    """The claims in the paper's order: by section, then as they are entered."""
    return sorted(CLAIMS.values(), key=lambda entry: SECTIONS.index(entry.section))
