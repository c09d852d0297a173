"""How the ledger keeps a claim of the paper: what is said, what was measured, and the verdict that follows.

A claim has *cases*: quantities that the paper says something about, each with what it says and a tolerance of the
published set. One function, `verdict`, turns them into a verdict.
"""

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
SECTIONS = ("Abstract", "Sec. I", "Sec. II", "Sec. III", "Sec. IV", "App. A")


# The rule


@dataclass(frozen=True)
class Tolerance:
    """How far a measured number may be from what the paper says: one of the set below, none other.

    Parameters
    ----------
    name : str
        Its name in a row.
    words : str
        For which of the paper's words it stands.
    plus : float
        What may be added or taken away.
    share : float
        The same, as a share of the claimed number; of 1 if that is 0.
    times : float
        The factor that is allowed either way.
    errors : float
        How many standard errors of the mean; what is claimed to be *more* or *less* must be so by as many.
    beyond : float
        The factor by which what is claimed to be *much* more or less must be so.
    """

    name: str
    words: str
    plus: float = 0.0
    share: float = 0.0
    times: float = 1.0
    errors: float = 0.0
    beyond: float = 1.0

    @property
    def reach(self):
        """The number in the tolerance, as a row shows it."""
        if self.plus:
            return f"± {number(self.plus)}"
        if self.share:
            return f"± {self.share:.0%}".replace("%", " %")
        if self.beyond > 1:
            return f"at least {self.beyond:g} times"
        return f"{self.errors:g} s.e." if self.errors else f"× or ÷ {self.times:.3g}"

    def bounds(self, low, high, error):
        """The claimed range (low, high) with this tolerance, for a mean of standard error `error`."""
        chance = self.errors * error * (1 if np.isfinite(low) and np.isfinite(high) else -1)
        down, up = (1 / self.times, self.times) if self.times > 1 else (1, 1)
        add = [self.plus + chance + (self.share * (abs(x) or 1) if self.share else 0) for x in (low, high)]
        low, high = low * self.beyond, high / self.beyond
        return low * (down if low > 0 else up) - add[0], high * (up if high > 0 else down) + add[1]


EXACT = Tolerance("exact", "an identity, a conserved quantity, an equality", plus=1e-9)
POWER = Tolerance("power", "the power of γ, or of N, with which something goes", plus=0.1)
ABOUT = Tolerance("about", "“≈”, two numbers or vectors said to be equal (an angle in rad)", share=0.1)
SCALE = Tolerance("scale", "“∼”, “≲”, “≳”, a time scale, an order of magnitude", times=10**0.5)
CURVE = Tolerance("curve", "a curve agrees, or arrives, in a panel from −1 to 1", plus=0.05)
ROUGH = Tolerance("rough curve", "“-like”, “reasonably well”, “reasonable agreement”", plus=0.15)
CHANCE = Tolerance("chance", "a statistic equals a number, or is more or less than it", errors=3.0)
MUCH = Tolerance("much", "“≪”, “≫”", beyond=10.0)
TOLERANCES = (EXACT, POWER, ABOUT, SCALE, CURVE, ROUGH, CHANCE, MUCH)


@dataclass(frozen=True)
class Case:
    """One quantity of a claim: what the paper says it is, and what was measured.

    Parameters
    ----------
    what : str
        The quantity, in words.
    value : float or ndarray
        The measured number; an array holds one number for each realization.
    claimed : float or (float or None, float or None)
        What the paper says: a number, or a range that may be open to one side.
    tolerance : Tolerance
        An entry of `TOLERANCES`.

    Raises
    ------
    TypeError
        If the value is a truth value: a case is a number, its verdict is not set by hand.
    ValueError
        If the tolerance is not of the published set.
    """

    what: str
    value: object
    claimed: object
    tolerance: Tolerance

    def __post_init__(self):
        if np.asarray(self.value).dtype.kind not in "fi":
            raise TypeError(f"value must be a number or an array of numbers, not {self.value!r}")
        if self.tolerance not in TOLERANCES:
            raise ValueError(f"tolerance must be an entry of TOLERANCES, not {self.tolerance!r}")
        object.__setattr__(self, "value", np.asarray(self.value, float))

    @property
    def mean(self):
        """The number that is judged: the mean over realizations."""
        return float(np.mean(self.value))

    @property
    def error(self):
        """Standard error of the mean; zero for a single number."""
        return float(self.value.std(ddof=1) / np.sqrt(self.value.size)) if self.value.size > 1 else 0.0

    @property
    def range(self):
        """What is claimed, as (low, high); infinite on an open side."""
        low, high = self.claimed if isinstance(self.claimed, tuple) else (self.claimed, self.claimed)
        return (-np.inf if low is None else float(low)), (np.inf if high is None else float(high))

    @property
    def bounds(self):
        """What is claimed, with the tolerance."""
        return self.tolerance.bounds(*self.range, self.error)

    @property
    def holds(self):
        """Whether the measured number is what is claimed, within the tolerance."""
        low, high = self.bounds
        return bool(low <= self.mean <= high)

    @property
    def shown(self):
        """The measured number with its standard deviation over realizations, as text."""
        if self.tolerance is EXACT and self.holds and self.range[0] == self.range[1]:
            return f"{number(self.range[0])} to rounding"
        return pm(self.value) if self.value.size > 1 else number(self.mean)

    @property
    def said(self):
        """What is claimed, as text."""
        low, high = self.range
        much = "much " if self.tolerance is MUCH else ""
        if low == high:
            return number(low)
        if not np.isfinite(high):
            return f"{much}more than {number(low)}"
        return f"{much}less than {number(high)}" if not np.isfinite(low) else f"{number(low)} to {number(high)}"

    def __str__(self):
        sign = "✓" if self.holds else "✗"
        return f"{sign} {self.what}: {self.shown} [claimed: {self.said}; {self.tolerance.name}, {self.tolerance.reach}]"


def verdict(cases):
    """The verdict on a claim: it holds in all of its cases, in some, in none; or there is none that can be tested.

    Examples
    --------
    >>> verdict([Case("period", 6.3, 2 * np.pi, ABOUT)])
    'reproduced'
    >>> verdict([Case("along", 1.0, 1, EXACT), Case("across", 2.0, 1, EXACT)])
    'reproduced with a qualification'
    >>> verdict([Case("across", 2.0, 1, EXACT)]), verdict([])
    ('not reproduced', 'not testable here')
    """
    held = [case.holds for case in cases]
    if not held:
        return UNTESTABLE
    return REPRODUCED if all(held) else QUALIFIED if any(held) else FAILED


@dataclass(frozen=True)
class Measured:
    """What a run says about a claim.

    Parameters
    ----------
    *cases : Case
        The quantities; the verdict follows from them alone.
    note : str
        A sentence or two that help to read them.
    values : dict
        The raw numbers by name; an array holds one number for each realization.
    """

    cases: tuple
    note: str = ""
    values: dict = field(default_factory=dict)

    def __init__(self, *cases, note="", values=None):
        for name, value in (("cases", cases), ("note", note), ("values", values or {})):
            object.__setattr__(self, name, value)

    @property
    def verdict(self):
        """One of the four verdicts."""
        return verdict(self.cases)


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
    return Counter({verdict: 0 for verdict in MARKS}) + Counter(entry.verdict for entry in CLAIMS.values())


# Numbers in sentences


def number(x):
    """A number with three digits, in powers of ten where it is small.

    Examples
    --------
    >>> number(2.0), number(0.05774), number(-0.6), number(6.4e-11), number(37.0)
    ('2', '0.0577', '−0.6', '6·10⁻¹¹', '37')
    """
    return power(x) if 0 < abs(x) < 1e-3 else f"{x:.3g}".replace("-", "−")


def pm(draws, digits=None):
    """Mean ± standard deviation over realizations; the deviation decides how many digits are shown, four at most.

    Examples
    --------
    >>> pm([40.0, 41.0, 39.0, 40.5]), pm([0.152, 0.148, 0.155])
    ('40.1 ± 0.9', '0.152 ± 0.004')
    """
    mean, sd = np.mean(draws), np.std(draws, ddof=1)
    if abs(mean) < 1e-3 and sd < 1e-3:
        return f"{power(mean)} ± {power(sd)}"
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
    if x == 0:
        return "0"
    digit, exponent = f"{x:.0e}".split("e")
    ten = "10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return ten if digit == "1" else f"{digit}·{ten}".replace("-", "−")


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


def picture(case, width=150, height=16):
    """The claimed range with its tolerance as a bar, the measured number as a dot with its standard deviation.

    Nothing for what is exact: there digits say as much. Ranges of a factor are drawn in the logarithm.
    """
    if case.tolerance is EXACT and case.holds:
        return ""
    low, high = case.bounds
    sd = float(case.value.std(ddof=1)) if case.value.size > 1 else 0.0
    marks = [case.mean - sd, case.mean, case.mean + sd, *case.range, low, high]
    log = case.tolerance is SCALE and all(x > 0 for x in marks)
    scale = np.log if log else np.asarray
    seen = scale(np.array([x for x in marks if np.isfinite(x)]))
    span = np.ptp(seen) or 1.0
    left, right = seen.min() - 0.15 * span, seen.max() + 0.15 * span

    def at(x):
        return 2 + (width - 4) * float(np.clip((scale(x) - left) / (right - left) if np.isfinite(x) else x > 0, 0, 1))

    color, middle = COLORS[REPRODUCED if case.holds else FAILED], height / 2
    shapes = [
        f'<rect x="{at(low):.1f}" y="2" width="{max(at(high) - at(low), 2):.1f}" height="{height - 4}" rx="2" '
        'fill="#888" fill-opacity="0.35"/>',
        *(
            f'<line x1="{at(x):.1f}" x2="{at(x):.1f}" y1="1" y2="{height - 1}" stroke="#888" stroke-width="1.5"/>'
            for x in sorted(set(case.range))
            if np.isfinite(x)
        ),
        f'<line x1="{at(case.mean - sd):.1f}" x2="{at(case.mean + sd):.1f}" y1="{middle}" y2="{middle}" '
        f'stroke="{color}" stroke-width="2"/>',
        f'<circle cx="{at(case.mean):.1f}" cy="{middle}" r="3.5" fill="{color}"/>',
    ]
    label = escape(f"measured {case.shown}, claimed {case.said}, tolerance {case.tolerance.reach}")
    return (
        f'<svg role="img" aria-label="{label}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'style="vertical-align: middle; max-width: 100%">{"".join(shapes)}</svg>'
    )


def findings(measured):
    """The cases, one a line: the quantity, the number, what is claimed, the tolerance, and a picture."""
    lines = [
        f'<div style="margin-bottom: 0.3em"><span aria-hidden="true">{"✓" if case.holds else "✗"}</span> '
        f"{escape(case.what)}: <strong>{escape(case.shown)}</strong> {picture(case)}<br>"
        f"<small>{'' if case.holds else 'not as '}claimed: {escape(case.said)} "
        f"({escape(case.tolerance.name)}, {escape(case.tolerance.reach)})</small></div>"
        for case in measured.cases
    ]
    return "".join(lines) + (f"<div>{escape(measured.note)}</div>" if measured.note else "")


@dataclass(frozen=True)
class Row:
    """One claim as a card, for the chapter that shows it."""

    claim: Claim
    measured: Measured

    def __repr__(self):
        head = f"{MARKS[self.claim.verdict]} {self.claim.section}: {self.claim.words}"
        lines = [*(f"    {case}" for case in self.measured.cases)]
        if self.measured.note:
            lines.append(f"    {self.measured.note}")
        return "\n".join([head, *lines, f"    {self.claim.id}: {self.claim.verdict}"])

    def _repr_html_(self):
        return (
            f'<div id="claim-{self.claim.id}" '
            'style="border: 1px solid #8886; border-radius: 0.4em; padding: 0.5em 0.8em">'
            f"<strong>The paper, {self.claim.section}:</strong> {escape(self.claim.words)}<br>"
            f"<strong>Measured:</strong> {findings(self.measured)}"
            f"{badge(self.claim.verdict)} · {link(f'claims.html#claim-{self.claim.id}', 'ledger')}</div>"
        )


def show(id):
    """Measure one claim and show it as a card; raises if its verdict is no longer the one on record."""
    return Row(CLAIMS[id], CLAIMS[id].judged())


def measured(id):
    """The raw numbers of one claim, by name."""
    return CLAIMS[id].judged().values


class Rule:
    """The tolerances that the ledger knows, as a table."""

    def __repr__(self):
        return "\n".join(f"{t.name:12} {t.reach:14} {t.words}" for t in TOLERANCES)

    def _repr_html_(self):
        head = "<tr><th>Tolerance</th><th>May be off by</th><th>Stands for</th></tr>"
        rows = (f"<tr><td>{t.name}</td><td>{t.reach}</td><td>{escape(t.words)}</td></tr>" for t in TOLERANCES)
        return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


FILTER = """<form id="claims-filter" hidden style="margin: 0.5em 0">
<label>Verdict <select name="verdict"><option value="">all</option>{verdicts}</select></label>
<label style="margin-left: 1em">Section <select name="section"><option value="">all</option>{sections}</select></label>
<output style="margin-left: 1em"></output>
</form>"""
SCRIPT = """<script>
(function () {
  const form = document.getElementById("claims-filter");
  if (!form) return;
  const rows = document.querySelectorAll("#claims-table [data-section]");
  function apply() {
    let n = 0, m = 0;
    for (const row of rows) {
      const here = (!form.verdict.value || !row.dataset.verdict || row.dataset.verdict === form.verdict.value)
        && (!form.section.value || row.dataset.section === form.section.value);
      row.style.display = here ? "flex" : "none";
      if (row.dataset.verdict) { m += 1; n += here; }
    }
    form.querySelector("output").textContent = n + " of " + m + " claims";
  }
  form.addEventListener("change", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", function () { form.reset(); apply(); });
  form.hidden = false;
  apply();
})();
</script>"""


class Table:
    """All claims in the paper's order, a row each; in a narrow window the columns of a row come one below the other.

    Where scripts run, two selectors leave the rows of one verdict or one section; where they do not, all rows show.
    """

    columns = ("2 1 11em", "6 1 20em", "1 1 8em")

    def __repr__(self):
        counts = ", ".join(f"{n} {verdict}" for verdict, n in tally().items() if n)
        return "\n\n".join([*(repr(show(entry.id)) for entry in in_order()), f"{len(CLAIMS)} claims: {counts}"])

    def row(self, *cells, role="cell", **attributes):
        """One row of the table."""
        inside = "".join(
            f'<div role="{role}" style="flex: {flex}; min-width: 0; overflow-wrap: anywhere">{cell}</div>'
            for flex, cell in zip(self.columns, cells)
        )
        style = "display: flex; flex-wrap: wrap; gap: 0.2em 1.2em; border-top: 1px solid #8886; padding: 0.5em 0"
        more = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
        return f'<div role="row"{more} style="{style}">{inside}</div>'

    def _repr_html_(self):
        heads = (f"<strong>{name}</strong>" for name in ("The paper says", "Measured", "Verdict"))
        rows, section = [self.row(*heads, role="columnheader")], None
        for entry in in_order():
            if entry.section != section:
                section = entry.section
                rows.append(self.row(f"<strong>{section}</strong>", "", "", data_section=section))
            cell = link(f"{entry.chapter}.html#claim-{entry.id}", "cell")
            module, test = entry.test.removeprefix("tests/").split(".py::test_")
            test = f"<small>{module}: {escape(test.replace('_', ' '))}</small>"
            rows.append(
                self.row(
                    f"{escape(entry.words)}<br><small>{entry.id}</small>",
                    findings(entry.judged()) + test,
                    f"{badge(entry.verdict)}<br>{cell}",
                    id=f"claim-{entry.id}",
                    data_section=entry.section,
                    data_verdict=entry.verdict,
                )
            )
        used = {entry.section for entry in CLAIMS.values()}
        controls = FILTER.replace("{verdicts}", options(MARKS)).replace(
            "{sections}", options(section for section in SECTIONS if section in used)
        )
        return f'{controls}<div role="table" id="claims-table">{"".join(rows)}</div>{SCRIPT}'


def options(names):
    """Entries of a selector."""
    return "".join(f"<option>{escape(name)}</option>" for name in names)


def in_order():
    """The claims in the paper's order: by section, then as they are entered."""
    return sorted(CLAIMS.values(), key=lambda entry: SECTIONS.index(entry.section))
