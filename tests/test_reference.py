"""The published numbers, against the package of today: a fresh small sample, the same steps, the same rates."""

import csv

import numpy as np
import pytest

import reference
from oile import encounter
from oile.modes import modes


def table(name):
    """Rows of a published table, as dictionaries."""
    lines = (reference.HERE / f"{name}.csv").read_text().splitlines()
    assert all(line.startswith("# ") for line in lines[:5])
    assert lines[2] == "# units: times in 1/mu, frequencies and rates in mu, phases in radians"
    assert lines[3].endswith(f"seed {reference.SEED}")
    assert lines[4].startswith("# license: CC BY 4.0")
    return list(csv.DictReader(lines[5:]))


@pytest.fixture
def anew(tmp_path, monkeypatch):
    """Tables are written to another place, of few realizations."""
    monkeypatch.setattr(reference, "HERE", tmp_path)
    monkeypatch.setitem(reference.RUNS, "random", [(0.1, (1, 2), (6, 5))])
    return tmp_path


def test_steps_are_written_as_they_were_published(anew, monkeypatch):
    reference.write("steps")
    assert [path.name for path in anew.glob("*.csv")] == ["steps.csv"]
    new = table("steps")
    monkeypatch.undo()
    for row, old in zip(new, table("steps"), strict=True):
        places = [key for key in row if key[0] == "P"]
        assert {key: row[key] for key in row if key not in places} == {
            key: old[key] for key in old if key not in places
        }
        assert np.allclose(*([float(of[key]) for key in places] for of in (row, old)), rtol=0, atol=1e-14)


def test_an_average_is_written_with_its_standard_error(anew):
    reference.write("random")
    rows = table("random")
    assert len(rows) == 2 * 2 * 5
    for p, count in ((1, 6), (0, 5)):
        values = reference.sample("random", 0.1, (1, 2), p, count, [reference.SEED, p, 10])
        mean, error = values.mean(axis=0).ravel(), values.std(axis=0, ddof=1).ravel() / np.sqrt(count)
        mine = [row for row in rows if int(row["p"]) == p]
        assert {int(row["realizations"]) for row in mine} == {count}
        assert [float(row["mean"]) for row in mine] == pytest.approx(mean, rel=0, abs=1e-9)
        assert [float(row["standard_error"]) for row in mine] == pytest.approx(error, rel=0.06)
    assert not list((anew / ".unfinished").iterdir())


def test_a_table_that_was_interrupted_is_the_old_one_and_its_realizations_are_kept(anew, monkeypatch):
    kept = []

    def power_cut(*_, checkpoint, **__):
        kept.append(checkpoint)
        raise KeyboardInterrupt

    (anew / "random.csv").write_text("old")
    monkeypatch.setattr(reference, "simulate_many", power_cut)
    with pytest.raises(KeyboardInterrupt):
        reference.write("random")
    assert (anew / "random.csv").read_text() == "old"
    assert kept == [anew / ".unfinished" / "random-0.1-1"]


@pytest.mark.parametrize("p", [1, 0])
@pytest.mark.parametrize(("gas", "gamma"), [("random", 0.1), ("random", 0.01), ("flavors", 0.1), ("even", 0.1)])
def test_a_fresh_sample_agrees_with_the_published_averages(gas, gamma, p):
    rows = [row for row in table(gas) if float(row["gamma"]) == gamma and int(row["p"]) == p]
    t = sorted({float(row["t"]) for row in rows})
    names = reference.QUANTITIES[gas][1]
    assert len(rows) == len(t) * len(names)
    values = reference.sample(gas, gamma, t, p, 60, seed=1)
    mean, error = values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values))
    for row in rows:
        k, q = t.index(float(row["t"])), names.index(row["quantity"])
        apart = abs(mean[k, q] - float(row["mean"]))
        assert apart < 5 * np.hypot(error[k, q], float(row["standard_error"])) + 1e-8, row


def test_each_average_says_how_many_realizations_it_is_of():
    for gas, runs in reference.RUNS.items():
        said = {(float(row["gamma"]), int(row["p"]), int(row["realizations"])) for row in table(gas)}
        assert said == {(gamma, p, counts[1 - p]) for gamma, _, counts in runs for p in (1, 0)}


def test_the_closed_form_takes_the_published_steps():
    gas, P = reference.five(), None
    rows = table("steps")
    assert len(rows) == 11
    for row in rows:
        after = np.array([[float(row[f"P{i}_{n}"]) for i in (1, 2, 3)] for n in range(5)])
        if P is not None:
            gamma, idle = float(row["gamma"]), int(row["idle"])
            for met in (row["a"], row["b"]):
                pair = [int(n) for n in met.split("-")]
                g = 1 - gas["velocity"][pair[0]] @ gas["velocity"][pair[1]]
                P[pair] = encounter(*P[pair], gamma, g=g, omega=gas["omega"][pair])
            turned = (P[idle, 0] + 1j * P[idle, 1]) * np.exp(-1j * gas["omega"][idle] * gamma)
            P[idle, :2] = turned.real, turned.imag
            assert np.allclose(P, after, rtol=0, atol=1e-14)
        P = after


def test_the_published_rates_are_those_of_today():
    for row in table("rates"):
        found = modes(reference.STATES[row["gas"]], float(row["gamma"]), p=int(row["p"]))[0]
        published = float(row["real"]) + 1j * float(row["imaginary"])
        assert abs(found[0].real - published.real) < 2e-9
        assert abs(found - published).min() < 2e-9
