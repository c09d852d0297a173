import re
from dataclasses import replace
from html import escape
from pathlib import Path

import nbformat
import numpy as np
import pytest

from oile.companion.claims import CLAIMS, Rule, Table, in_order, ledger, measured, page, pair, runs, show, sync, tally
from oile.companion.claims.rule import (
    ABOUT,
    CHANCE,
    CURVE,
    EXACT,
    FAILED,
    MUCH,
    POWER,
    QUALIFIED,
    REPRODUCED,
    SCALE,
    TOLERANCES,
    UNTESTABLE,
    Case,
    Measured,
    Tolerance,
)

ROOT = Path(__file__).resolve().parent.parent
PROVEN = ("oile.companion.claims.pair", "oile.companion.claims.appendix")  # without chance
STATISTICS = [id for id, claim in CLAIMS.items() if claim.measure.__module__ not in PROVEN]


def numbers(values):
    """All arrays with one number for each realization, by a name of their own."""
    for name, value in values.items() if isinstance(values, dict) else enumerate(values):
        if isinstance(value, dict | list):
            yield from ((f"{name} {key}", x) for key, x in numbers(value))
        elif np.ndim(value) == 1 and len(value) >= runs.LATE:
            yield str(name), value


@pytest.mark.parametrize("id", CLAIMS)
def test_a_claim_has_the_verdict_on_record(id):
    show(id)


@pytest.mark.parametrize("id", STATISTICS)
def test_other_velocities_and_pairings_give_the_same_verdict_and_numbers_within_their_spread(id, monkeypatch):
    """Two means over independent realizations differ by about a standard error; five leave one chance in a thousand."""
    claim = CLAIMS[id]
    stated = dict(numbers(claim.measure().values))
    monkeypatch.setattr(runs, "SEED", 7)
    again = claim.measure.__wrapped__()
    assert again.verdict == claim.verdict
    for name, two in numbers(again.values):
        one = stated[name]
        error = np.hypot(one.std(ddof=1), two.std(ddof=1)) / np.sqrt(len(one))
        assert abs(one.mean() - two.mean()) <= 5 * error + 1e-12, name


@pytest.mark.parametrize("id", CLAIMS)
def test_a_claim_is_shown_in_its_chapter_and_guarded_by_a_test(id):
    claim = CLAIMS[id]
    cells = nbformat.read(ROOT / "chapters" / f"{claim.chapter}.ipynb", as_version=4).cells
    assert any(f'show("{id}")' in cell.source for cell in cells if cell.cell_type == "code"), claim.chapter
    path, name = re.sub(r"\[.*", "", claim.test).split("::")
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), claim.test


def test_a_verdict_follows_from_the_numbers():
    right, wrong = Case("", 1.0, 1, EXACT), Case("", 1.1, 1, EXACT)
    assert Measured(right, right).verdict == REPRODUCED
    assert Measured(right, wrong).verdict == QUALIFIED
    assert Measured(wrong, wrong).verdict == FAILED
    assert Measured().verdict == UNTESTABLE


@pytest.mark.parametrize(
    ("value", "claimed", "tolerance", "holds"),
    [
        (2 * np.pi + 1e-12, 2 * np.pi, EXACT, True),
        (2 * np.pi + 1e-6, 2 * np.pi, EXACT, False),
        (2.08, 2, POWER, True),
        (1.88, 2, POWER, False),
        (-1.46, -4 / 3, ABOUT, True),
        (-1.48, -4 / 3, ABOUT, False),
        (0.09, 0, ABOUT, True),
        (0.3, 0.1, SCALE, True),
        (0.03, 0.1, SCALE, False),
        (0.06, 0, CURVE, False),
        (9.0, (1, None), MUCH, False),
        (11.0, (1, None), MUCH, True),
        (0.11, (None, 1), MUCH, False),
        ([0.0, 1.0, 2.0, 1.0], 0, CHANCE, True),  # 1 +- 0.41
        ([0.0, 1.0, 2.0, 1.0], (0, None), CHANCE, False),
        ([2.0, 1.0, 2.0, 1.0], 0, CHANCE, False),  # 1.5 +- 0.29
        ([2.0, 1.0, 2.0, 1.0], (0, None), CHANCE, True),
        ([2.0, 1.0, 2.0, 1.0], (None, 3), CHANCE, True),
        ([2.0, 1.0, 2.0, 1.0], (None, 2), CHANCE, False),
        ([1.0, 1.0, 1.0], (1, None), CHANCE, False),  # no scatter, and no difference either
        ([1.0, 1.0, 1.0], (None, 1), CHANCE, False),
        ([1.0, 1.0, 1.0], 1, CHANCE, True),
        ([1.0, 2.0], 2.8, CHANCE, True),  # 1.5 +- 0.5
        ([0.0, 0.0, 3.0], 1, EXACT, True),
        (np.nan, 0, CURVE, False),
    ],
)
def test_a_case_holds_within_its_tolerance_and_not_beyond(value, claimed, tolerance, holds):
    assert Case("", value, claimed, tolerance).holds is holds


def test_no_verdict_is_set_by_hand_and_no_row_has_a_tolerance_of_its_own():
    with pytest.raises(TypeError, match="value must be a number"):
        Case("", True, 1, EXACT)
    with pytest.raises(ValueError, match="tolerance must be an entry of TOLERANCES"):
        Case("", 1.0, 1, Tolerance("mine", "", plus=0.3))
    with pytest.raises(TypeError):
        Measured(holds=True)
    for claim in CLAIMS.values():
        assert all(case.tolerance in TOLERANCES for case in claim.judged().cases)
        assert all(f"{case.tolerance.name}, {case.tolerance.reach}" in str(case) for case in claim.judged().cases)


def test_the_tolerances_are_those_that_were_published():
    numbers = [t.plus or t.share or t.errors or t.times * t.beyond for t in TOLERANCES]
    assert numbers == [1e-9, 0.1, 0.1, 10**0.5, 0.05, 0.15, 3, 10]


def test_each_published_tolerance_is_used_and_has_its_number_on_the_page():
    used = {case.tolerance for claim in CLAIMS.values() for case in claim.judged().cases}
    assert used == set(TOLERANCES)
    assert all(tolerance.reach in repr(Rule()) and tolerance.reach in Rule()._repr_html_() for tolerance in TOLERANCES)


def test_the_ledger_shows_every_claim_once_with_its_words_numbers_and_verdict():
    table, text = Table()._repr_html_(), repr(Table())
    assert text.endswith(f"{len(CLAIMS)} claims: " + ", ".join(f"{n} {verdict}" for verdict, n in tally().items() if n))
    assert sum(tally().values()) == table.count("data-verdict=") == len(CLAIMS)
    for id, claim in CLAIMS.items():
        head = f'id="claim-{id}" data-section="{claim.section}" data-verdict="{claim.verdict}"'
        assert table.count(head) == text.count(f"    {id}: {claim.verdict}") == 1
        row = table[table.index(head) :].partition('role="row"')[0]
        assert escape(claim.words) in row
        assert claim.test.partition("::test_")[2].partition("[")[0].replace("_", " ") in row
        assert f"{claim.chapter}.html#claim-{id}" in row
        card = show(id)._repr_html_()
        assert f"claims.html#claim-{id}" in card
        assert escape(claim.words) in card
        assert card.count(page.badge(claim.verdict)) == row.count(page.badge(claim.verdict)) == 1
        assert escape(claim.judged().note) in row
        for case in claim.judged().cases:
            sign, not_as = ("✓", "") if case.holds else ("✗", "not as ")
            found = f"{sign}</span> {escape(case.what)}: <strong>{escape(case.shown)}</strong>"
            said = f"<small>{not_as}claimed: {escape(case.said)} ({case.tolerance.name}, {case.tolerance.reach})"
            assert found in row
            assert found in card
            assert said in row
    sections = list(dict.fromkeys(claim.section for claim in in_order()))
    assert sections == ["Abstract", "Sec. I", "Sec. II", "Sec. III", "Sec. IV", "App. A"]
    assert [table.index(f'id="claim-{claim.id}"') for claim in in_order()] == sorted(
        table.index(f'id="claim-{id}"') for id in CLAIMS
    )
    for section in {claim.section for claim in CLAIMS.values()}:
        assert table.count(f"<option>{section}</option>") == 1


def test_no_claim_hides_another_of_the_same_name():
    entered = (path.read_text(encoding="utf-8").count("\n@claim(") for path in Path(page.__file__).parent.glob("*.py"))
    assert sum(entered) == len(CLAIMS)


@pytest.mark.parametrize("verdict", page.COLORS)
def test_a_verdict_has_a_color_a_sign_and_words_of_its_own(verdict):
    shown = page.badge(verdict)
    assert [other for other in page.COLORS if page.COLORS[other] in shown] == [verdict]
    assert shown.endswith(f"{page.MARKS[verdict]} {verdict}</span>")
    assert len(set(page.MARKS.values())) == 4


@pytest.mark.parametrize("wrong", [REPRODUCED, FAILED, UNTESTABLE])
@pytest.mark.parametrize("ask", [show, measured, lambda id: tally()])
def test_a_verdict_on_record_that_is_not_the_measured_one_raises_wherever_it_is_asked_for(wrong, ask, monkeypatch):
    for module in (ledger, page):
        monkeypatch.setattr(module, "CLAIMS", {"step-size": replace(CLAIMS["step-size"], verdict=wrong)})
    with pytest.raises(AssertionError, match=f"step-size was {wrong}, now it is {QUALIFIED}"):
        ask("step-size")


def test_words_are_text_wherever_they_are_shown(monkeypatch):
    words = "“γ < 1 & more”"
    monkeypatch.setitem(CLAIMS, "step-size", replace(CLAIMS["step-size"], words=words))
    for shown in (show("step-size")._repr_html_(), Table()._repr_html_()):
        assert escape(words) in shown
        assert words not in shown


def test_numbers_of_a_claim_can_be_had_by_its_name():
    assert measured("step-size") is CLAIMS["step-size"].judged().values


def places(case):
    """Where a picture has the measured number, and the edges of what is allowed."""
    drawn = page.picture(case)
    bar = re.search(r'<rect x="([\d.]+)" y="2" width="([\d.]+)"', drawn)
    dot = re.search(r'<circle cx="([\d.]+)".*fill="(#\w+)"', drawn)
    return float(dot[1]), float(bar[1]), float(bar[1]) + float(bar[2]), dot[2]


@pytest.mark.parametrize(
    ("value", "claimed", "tolerance"),
    [
        (2.02, 2, POWER),
        (1.5, 2, POWER),
        (2.5, 2, POWER),
        (0.3, 0.1, SCALE),
        (0.001, 0.1, SCALE),
        (11.0, (1, None), MUCH),
        (9.0, (1, None), MUCH),
        ([0.0, 1.0, 2.0, 1.0], 0, CHANCE),
        ([2.0, 1.0, 2.0, 1.0], (None, 2), CHANCE),
        (1.1, 1, EXACT),
    ],
)
def test_a_picture_has_the_number_inside_the_bar_just_if_the_claim_holds(value, claimed, tolerance):
    case = Case("", value, claimed, tolerance)
    dot, left, right, color = places(case)
    assert 0 <= left < right <= 150
    assert color == page.COLORS[REPRODUCED if case.holds else FAILED]
    if tolerance is not CHANCE:  # there the standard error decides, and the bar is that of the claim
        assert (left - 0.1 <= dot <= right + 0.1) is case.holds


def test_what_is_exact_needs_no_picture():
    assert page.picture(Case("", 1.0, 1, EXACT)) == ""


def test_a_changed_verdict_is_not_shown(monkeypatch):
    monkeypatch.setattr(pair, "encounter", lambda P, Q, gamma: (np.add(P, gamma**3), Q))
    claim = CLAIMS["step-size"]
    monkeypatch.setitem(CLAIMS, "step-size", replace(claim, measure=claim.measure.__wrapped__))
    with pytest.raises(AssertionError, match="step-size was reproduced with a qualification, now it is not reproduced"):
        show("step-size")


def test_a_whole_swap_with_a_mixed_background_leaves_no_correlation():
    information, length = pair.mutual_information([0, 0, 1], [0.5, 0, 0], np.pi / 2)
    assert abs(information) < 1e-12
    assert abs(length - 0.5) < 1e-12


def test_a_gas_in_pure_precession_has_the_corrected_frequency_and_not_that_of_eq_23():
    # P_a = alpha_a H_a, H_a = <P> - (omega_a - Omega) B, with <alpha> = 1 and <alpha omega> = Omega
    Omega, p, m, omega = 0.07, 0.25, 0.2, np.array([0.1, 0.2])
    weights = np.array([omega[1] - Omega, Omega - omega[0]]) / (omega[1] - omega[0])
    H = np.stack([[p, 0, m - w + Omega] for w in omega])
    t = np.arange(0, 500.0)
    c, s = np.cos(Omega * t), np.sin(Omega * t)
    turn = np.moveaxis(np.array([[c, s, 0 * t], [-s, c, 0 * t], [0 * t, 0 * t, 1 + 0 * t]]), 2, 0)  # -Omega about B
    J, M = (turn @ (w @ H) for w in (weights, weights * omega))
    frequency, angle, eq_23, corrected = sync.turning(t, J[None], M[None])
    assert np.allclose([frequency, corrected], Omega, rtol=1e-9)
    assert abs(eq_23[0] / Omega - 1) > 0.1
    assert np.allclose(np.cos(angle), (J * M).sum(axis=1) / np.linalg.norm(J, axis=1) / np.linalg.norm(M, axis=1))


def test_the_equation_index_is_complete_and_names_tests_that_exist():
    index = (ROOT / "reference" / "equations.md").read_text(encoding="utf-8")
    wanted = {f"eq-{n}" for n in range(1, 24)} - {"eq-6", "eq-8"}
    wanted |= {f"eq-{n}" for n in ("6a", "6b", "8a", "8b", "a1", "a2", "a3a", "a3b", "a3c", "a4")}
    rows = [row for row in index.splitlines() if row.startswith("| [(")]
    assert [re.search(r"\(#(eq-\w+)\)", row).group(1) for row in rows] == sorted(wanted, key=in_the_paper)
    for module, sentence in re.findall(r"`(test_\w+)`: ([\w ]+)", index):
        source = (ROOT / "tests" / f"{module}.py").read_text(encoding="utf-8")
        assert re.search(rf"^def test_{sentence.strip().replace(' ', '_')}\(", source, re.MULTILINE), sentence
    cited = [id for row in re.findall(r"ledger: ([\w, -]+)", index) for id in row.strip().split(", ")]
    assert len(cited) > 20
    assert set(cited) <= set(CLAIMS)


def in_the_paper(name):
    """Sorts eq-2, eq-6a, eq-6b, eq-10, eq-a1 as the paper has them."""
    appendix, number, letter = re.fullmatch(r"eq-(a?)(\d+)(\w?)", name).groups()
    return appendix, int(number), letter
