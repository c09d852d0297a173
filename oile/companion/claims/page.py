"""The ledger as it is read: a card for a chapter, the whole table with its filter, and both in a terminal."""

from dataclasses import dataclass
from html import escape

import numpy as np

from oile.companion.claims.ledger import CLAIMS, SECTIONS, Claim, in_order, tally
from oile.companion.claims.rule import (
    EXACT,
    FAILED,
    QUALIFIED,
    REPRODUCED,
    SCALE,
    TOLERANCES,
    UNTESTABLE,
    Measured,
)

COLORS = {
    REPRODUCED: "#009E73",
    QUALIFIED: "#E69F00",
    FAILED: "#D55E00",
    UNTESTABLE: "#888888",
}
MARKS = {REPRODUCED: "✓", QUALIFIED: "≈", FAILED: "✗", UNTESTABLE: "–"}


# Plain HTML, in colors that follow the page's own


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

    columns = ("2 1 11em", "6 1 17em", "1 1 8em")  # side by side in a window of 1200 pixels

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
