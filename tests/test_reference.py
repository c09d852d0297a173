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
    assert [line[:2] for line in lines[:6]] == ["# "] * 5 + [lines[5][:2]]
    return list(csv.DictReader(lines[5:]))


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
