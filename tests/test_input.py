"""Every public function, argument by argument: what is bad is refused by name, what is unusual is right.

The table says of what kind each argument is; kinds say what is bad about a value.
"""

import inspect
import re
import subprocess
import sys

import numpy as np
import pint
import pytest
from matplotlib.figure import Figure

import oile
from oile import flavors, lindblad, manybody, modes, plotting


def gas():
    return oile.bipolar(np.random.default_rng(1), 2, 2, theta=0.0)


def states(n=4):
    return np.array([[0.5, 0.25, 0.125], [0, 0, 1], [0, -0.5, 0.5], [0.25, 0, -0.5]])[:n]


def of(function):
    return lambda **arguments: function(np.ones(3), **arguments)


class Kilometers:
    """What quantities with a unit look like in astropy."""

    unit, value = "km", 0.5

    def to_value(self, unit):
        raise ValueError(f"'km' and '{unit}' are not convertible")

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value)


MASKED = np.ma.masked_array([0.5, 0.5, 0.5], [False, True, False])
RAGGED = [[0.1], [0.1, 0.2]]
NOT_NUMBERS = ["0.1", bytearray(b"01"), {"a": 1}, object(), np.array([0.1, None]), RAGGED, Kilometers(), MASKED]
NOT_REAL = [*NOT_NUMBERS, 0.1j, np.nan, [np.inf], True]
KINDS = {
    "number": [*NOT_REAL, [0.1, 0.2]],
    "positive number": [*NOT_REAL, -1, 0, [0.1, 0.2]],
    "number >= 0": [*NOT_REAL, -1, [0.1, 0.2]],
    "array >= 0": [*NOT_REAL, -1, [0.1, -0.1]],
    "array": NOT_REAL,
    "array that fits": [*NOT_REAL, np.full(7, 0.1)],
    "frequencies": [*NOT_REAL, np.full(7, 0.1), [[0.1]]],
    "vector": [*NOT_REAL, [0, 0, 2], [0, 0], [[0, 0, 1]], 1],
    "vectors": [*NOT_REAL, [0, 0, 2], [0, 0], np.zeros((3, 2)), 1],
    "gas of vectors": [*NOT_REAL, [[0, 0, 2]] * 4, np.zeros((4, 2)), [0, 0, 1], 1],
    "integer": ["3", 1.5, 3.0, None, True, -1, [2, 3], 2**70, np.uint64(2**63), np.nan, 1j, Kilometers(), MASKED],
    "integers": ["3", 1.5, None, True, -1, [2, -3], 2**70, np.uint64(2**63), np.nan, 1j, MASKED, [[1], [1, 2]]],
    "generator": [None, 5, "seed", np.random, np.random.RandomState(1), np.random.PCG64(1)],
    "generator or none": [5, "seed", np.random, np.random.RandomState(1)],
    "function": [3, "f", [1], np.ones(3)],
    "ensemble": [None, 5, "gas", {"P": 1}, np.zeros((4, 3)), [gas()], oile.Trajectory([0], np.zeros((1, 4, 3)))],
    "times": [*NOT_REAL, None, [], [-1], [1, 0], [[0, 1]], 1.0],
    "probability": ["0.5", None, True, 0.5j, np.nan, -0.1, 1.1, [0.5], Kilometers()],
    "phases": [*NOT_REAL, [], [-1, 3], [2.0], [[1.0]], 1.0],
    "coupling": [3, "f", lambda t: 0.5 * np.ones(len(t)), lambda t: -np.ones(len(t)), lambda t: "x", lambda t: [1, 1]],
    "density": [*NOT_NUMBERS, np.nan, 1, np.eye(3), np.eye(2), [[0.5, 1], [0, 0.5]], np.diag([1.5, -0.5]), [[1, 0]]],
    "unitary": [*NOT_NUMBERS, 1, np.eye(3), 2 * np.eye(2), [[1, 1], [0, 1]], np.full((2, 2), np.nan)],
    "weights": [*NOT_REAL, [-1, 2], [0.5, 0.6], 1.0],
    "levels": [*NOT_REAL, [0.0, 0.1, 0.2], 0.1, [0.1], [[0.1], [0.2], [0.3], [0.4]]],
    "two levels": [0.3, "ab", {1, 2}, [[0, 1]], [[0, 1], [0, 1, 2]], [[0, 1], [0, np.nan]], [[0, 1], ["a", "b"]]],
    "two frequencies": [0.3, "ab", None, [0.1], [0.1, 0.2, 0.3], (0.1, "x"), (0.1, np.nan), (0.1, MASKED), np.array(1)],
    "flags": [1, "yes", None, [0, 1], [True] * 3, np.array([None, True]), [[True], [True, False]]],
    "flavor": ["tau", 1, None, ["e"], "E", np.array(["e", "x"])],
    "state": [*NOT_NUMBERS, np.nan, 1, [1, 0, 0], [1, 1], [[1, 0]], [2.0, 0.0], []],
    "tolerance": [*NOT_REAL, -1, 0, 1, 2.0, [0.1, 0.2]],
    "yes or no": ["no", 0, None, [True], np.ones(2)],
    "no support": [(0, 1), 3],
    "labels": [1, ["a", "b"], None],
    "axes": [None, "ax", np.ones(3)],
    "values over particles": [*NOT_REAL, np.zeros(3), np.zeros((2, 3)), np.zeros((3, 0)), np.zeros((3, 2, 3))],
    "pairs": [*NOT_NUMBERS, None, [[0, 1]], [[[0, 0], [1, 2]]], [[[0, 1], [2, 4]]], [[[0.0, 1.0], [2.0, 3.0]]]],
    "two masses": ["ab", 1, [0, 0], [1, 0], [0, 2], [0, -1], (0.0, 1.0), [0, 1, 2]],
    "spectrum": [*NOT_REAL, [], 1.0],
    "executor": [3, "threads", object, dict()],
    "folder": [3, ["a"], __file__, b"folder"],
    "word": [3, ["a"], b"key"],
    "kind": ["Q", 1, None, ["P"]],
    "values": [
        "0.1",
        {"a": 1},
        None,
        np.array([0.1, None]),
        [[1], [1, 2], [1]],
        np.zeros((2, 4, 3)),
        1.0,
        Kilometers(),
    ],
    "recorded times": [*NOT_REAL, None, 1.0, [[0, 1, 2]], [0, 1]],
}
TWO = np.eye(2) / 2


def table():
    """Each public function, arguments that are right, and of what kind each of them is."""

    def rng():
        return np.random.default_rng(1)

    encounter = dict(P="vectors", Q="vectors", gamma="array >= 0", g="array", omega="two frequencies", dt="array >= 0")
    matrices = dict(gamma="array >= 0", g="array", levels="two levels", dt="array >= 0")
    run = dict(ensemble="ensemble", gamma="positive number", t="times", p="probability", phases="phases")
    run |= dict(mu="coupling", record="function")
    average = dict(p="probability", phases="phases")
    pairs = [[[0, 1], [2, 3]]]
    psi = [0.5, 0.5, 0.5, 0.5]
    P = states()
    v = np.zeros((4, 3))
    yield (
        oile.Ensemble,
        dict(P=P, omega=0.5, velocity=v),
        dict(P="gas of vectors", omega="array that fits", velocity="vectors"),
    )
    yield (
        oile.Trajectory,
        dict(t=[0, 1, 2], values=np.zeros((3, 4, 3))),
        dict(t="recorded times", values="values", kind="kind"),
    )
    yield (
        oile.bipolar,
        dict(rng=rng()),
        dict(
            rng="generator or none",
            n_e="integer",
            n_x="integer",
            omega_e="number",
            omega_x="number",
            theta="number",
            velocity="vectors",
        ),
    )
    yield oile.bloch, dict(rho=TWO), dict(rho="density")
    yield oile.density, dict(P=P[0]), dict(P="vector")
    yield oile.encounter, dict(P=P[0], Q=P[1], gamma=0.5), encounter
    yield oile.encounter_exact, dict(P=P[0], Q=P[1], gamma=0.5), encounter
    yield (
        oile.ensemble_rhs,
        dict(P=P, omega=P[:, 0], velocity=v, gamma=0.5),
        average | dict(P="gas of vectors", omega="frequencies", velocity="gas of vectors", gamma="number >= 0"),
    )
    yield oile.even_velocities, dict(N=4), dict(N="integer")
    yield oile.flavor_state, dict(flavor="e", theta=0.5), dict(flavor="flavor", theta="number")
    yield (
        oile.foreground,
        dict(P0=P[0], Q=P[1], gamma=0.5, n=2),
        dict(P0="vectors", Q="vectors", gamma="array >= 0", n="integers"),
    )
    yield oile.hamiltonian, dict(Q=P[0]), dict(Q="vector")
    yield (
        oile.integrate,
        dict(ensemble=gas(), gamma=0.5, t=[0, 1]),
        run | dict(gamma="number >= 0", rtol="tolerance", max_steps="integer", progress="yes or no"),
    )
    yield oile.isotropic_velocities, dict(N=4, rng=rng()), dict(N="integer", rng="generator")
    yield (
        oile.isospin,
        dict(P=P, omega=P[:, 0], antineutrino=[True, False] * 2),
        dict(P="vectors", omega="frequencies", antineutrino="flags"),
    )
    yield oile.jump_operators, dict(Q=P[0], gamma=0.5), dict(Q="vector", gamma="number >= 0")
    yield oile.medium_rhs, dict(P=P[0], Q=P[1], gamma=0.5), average | dict(P="vectors", Q="vectors", gamma="array >= 0")
    yield oile.simulate, dict(ensemble=gas(), gamma=0.5, t=[0, 1], rng=rng()), run | dict(rng="generator")
    yield (
        oile.simulate_many,
        dict(ensemble=gas(), gamma=0.5, t=[0, 1], rng=rng(), realizations=2),
        run
        | dict(
            rng="generator",
            realizations="integer",
            reduce="function",
            executor="executor",
            checkpoint="folder",
            checkpoint_key="word",
            progress="yes or no",
        ),
    )
    yield (
        oile.solve,
        dict(rhs=lambda P: 0 * P, P0=P, t=[0, 1]),
        dict(
            rhs="function",
            P0="vectors",
            t="times",
            rtol="tolerance",
            atol="tolerance",
            max_steps="integer",
        ),
    )
    yield (
        oile.uncorrelated_rhs,
        dict(P=P, omega=P[:, 0], gamma=0.5),
        average | dict(P="gas of vectors", omega="frequencies", gamma="number >= 0"),
    )
    yield (
        flavors.Ensemble,
        dict(rho=[TWO] * 4, levels=[0, 0.5], velocity=v),
        dict(rho="density", levels="levels", velocity="vectors", antineutrino="flags"),
    )
    yield flavors.content, dict(rho=TWO, U=np.eye(2)), dict(rho="density", U="unitary")
    yield flavors.mixture, dict(weights=[0.5, 0.5], U=np.eye(2)), dict(weights="weights", U="unitary")
    yield flavors.encounter, dict(rho=TWO, eta=TWO, gamma=0.5), matrices | dict(rho="density", eta="density")
    yield (
        flavors.encounter_antineutrino,
        dict(rho=TWO, rhobar=TWO, gamma=0.5),
        matrices | dict(rho="density", rhobar="density"),
    )
    yield (
        flavors.pmns,
        dict(theta12=0.5, theta13=0.25, theta23=0.75),
        dict.fromkeys(["theta12", "theta13", "theta23", "delta"], "number"),
    )
    yield manybody.bloch_vectors, dict(psi=psi), dict(psi="state")
    yield manybody.entanglement_entropy, dict(psi=psi, n=1), dict(psi="state", n="integer")
    yield (
        manybody.forgetting,
        dict(P=P, ensemble=gas(), gamma=0.5, pairs=pairs),
        dict(P="gas of vectors", ensemble="ensemble", gamma="number >= 0", pairs="pairs"),
    )
    yield manybody.pairings, dict(N=4, steps=2, rng=rng()), dict(N="integer", steps="integer", rng="generator")
    yield manybody.product_state, dict(P=[[0, 0, 1]] * 4), dict(P="gas of vectors")
    yield (
        manybody.remembering,
        dict(psi=manybody.product_state([[0, 0, 1]] * 4), ensemble=gas(), gamma=0.5, pairs=pairs),
        dict(psi="state", ensemble="ensemble", gamma="number >= 0", pairs="pairs"),
    )
    yield (
        modes.modes,
        dict(ensemble=gas(), gamma=0.5),
        average | dict(ensemble="ensemble", gamma="number >= 0", pair="two masses"),
    )
    yield (
        modes.slow_mode,
        dict(gamma=0.5, m=0.5, omega=[0.25, 0.5]),
        average
        | dict(gamma="number >= 0", m="number", omega="spectrum", weights="weights of modes", support="no support"),
    )
    ax = Figure().subplots()
    yield (
        plotting.band,
        dict(ax=ax, t=[0, 1, 2], values=np.zeros((3, 2))),
        dict(ax="axes", t="recorded times", values="values over particles"),
    )
    yield (
        panels,
        dict(labels="P"),
        dict(labels="labels", width="positive number", height="positive number", columns="integer"),
    )


def panels(labels, width=6.4, height=1.5, columns=1):
    fig, axes = plotting.panels(labels, width=width, height=height, columns=columns)
    plotting.plt.close(fig)
    return axes.size


KINDS["weights of modes"] = [*NOT_REAL, [-1, 2], [1.0, 1.0, 1.0], [0.0, 0.0]]
TABLE = {f"{function.__module__}.{function.__name__}": (function, good, kinds) for function, good, kinds in table()}
BAD = [
    (name, argument, bad)
    for name, (_, _, kinds) in TABLE.items()
    for argument in kinds
    for bad in KINDS[kinds[argument]]
]


def test_the_table_holds_every_public_function_and_hundreds_of_calls():
    public = {id(getattr(m, name)) for m in (oile, flavors, manybody, modes, lindblad) for name in m.__all__}
    drawing = {id(plotting.band), id(panels)}
    assert public | drawing == {id(function) for function, _, _ in TABLE.values()}
    assert len(BAD) >= 400
    for name, (function, good, kinds) in TABLE.items():
        for argument in inspect.signature(function).parameters:
            assert argument in kinds or argument == "style", f"{name}: {argument}"
        assert set(good) <= set(kinds)


@pytest.mark.parametrize("name", TABLE)
def test_right_arguments_are_taken(name):
    function, good, _ = TABLE[name]
    function(**good)


@pytest.mark.parametrize(("name", "argument"), [(name, argument) for name in TABLE for argument in TABLE[name][2]])
def test_bad_arguments_are_refused_by_name(name, argument):
    function, good, kinds = TABLE[name]
    for bad in KINDS[kinds[argument]]:
        message = refusal(function, good | {argument: bad})
        assert re.search(rf"(?s)\b{argument}\b.* must ", message), f"{name}({argument}={bad!r}): {message}"


def refusal(function, arguments):
    try:
        function(**arguments)
    except (TypeError, ValueError) as error:
        return str(error)
    return "went through"


class Series:
    """What a column of a table is to NumPy."""

    def __init__(self, value):
        self.value = np.array(value)

    def __array__(self, dtype=None, copy=None):
        return self.value


def quantity(value):
    return pint.Quantity(np.array(value), "")


def frozen(value):
    array = np.array(value)
    array.flags.writeable = False
    return array


def strided(value):
    return np.repeat(np.array(value), 2, axis=-1)[..., ::2] if np.ndim(value) else np.array(value)


def single(value):
    return np.complex64 if np.iscomplexobj(value) else np.float32


UNUSUAL = {
    "read-only": frozen,
    "Fortran order": lambda value: np.array(value, order="F"),
    "strided": strided,
    "single precision": lambda value: np.array(value).astype(single(value)),
    "a list": lambda value: np.array(value).tolist(),
    "a series": Series,
    "nothing masked": np.ma.masked_array,
    "a quantity": quantity,
    "big-endian": lambda value: np.array(value).astype(np.array(value).dtype.newbyteorder(">")),
}
INTEGRAL = ("integer", "integers", "pairs")
NUMERIC = {kind for kind in KINDS if kind in INTEGRAL or "number" in kind or "array" in kind or "vector" in kind}
NUMERIC |= {"frequencies", "times", "probability", "phases", "density", "unitary", "weights", "levels", "state"}
NUMERIC |= {"spectrum", "recorded times", "values"}


def result(function, arguments):
    """What a call returns, as arrays; drawn from the same numbers each time."""
    if "rng" in arguments:
        arguments = arguments | {"rng": np.random.default_rng(5)}
    out = function(**arguments)
    if hasattr(out, "__dataclass_fields__"):
        out = [getattr(out, field) for field in out.__dataclass_fields__]
    if hasattr(out, "full"):
        out = out.full()
    parts = out if isinstance(out, tuple | list) else [out]
    return [part.full() if hasattr(part, "full") else np.array(part) for part in parts]


def same(a, b, tolerance=0.0):
    if len(a) != len(b):
        return False
    pairs = list(zip(a, b, strict=True))
    return all(
        np.array_equal(x, y) if x.dtype.kind not in "fc" else np.allclose(x, y, rtol=tolerance, atol=tolerance)
        for x, y in pairs
    )


@pytest.mark.parametrize("name", TABLE)
def test_unusual_input_is_taken_as_it_is_meant_and_left_as_it_was(name):
    function, good, kinds = TABLE[name]
    expected = result(function, good)
    for argument, value in good.items():
        if kinds[argument] not in NUMERIC:
            continue
        for form, change in UNUSUAL.items():
            if form == "single precision" and kinds[argument] in INTEGRAL:
                continue
            given = change(value)
            before = np.array(getattr(given, "magnitude", given))
            got = result(function, good | {argument: given})
            assert same(got, expected, 1e-13), f"{name}: {argument} as {form}"
            after = np.array(getattr(given, "magnitude", given))
            assert after.tobytes() == before.tobytes(), f"{name}: {argument} as {form} was modified"


def test_integers_are_numbers():
    P, Q = [[0, 0, 1], [1, 0, 0]]
    assert same(result(oile.encounter, dict(P=P, Q=Q, gamma=1)), oile.encounter([0.0, 0.0, 1.0], [1.0, 0.0, 0.0], 1.0))
    whole, real = (oile.bipolar(np.random.default_rng(1), 2, 2, kind(1), kind(2), kind(0)) for kind in (int, float))
    runs = [oile.simulate(g, 1, [0, 3], rng=np.random.default_rng(2), p=1) for g in (whole, real)]
    assert np.array_equal(runs[0].P, runs[1].P)


@pytest.mark.parametrize("times", [[0], [0, 0], [2, 2, 2]])
def test_times_may_stand_still(times):
    assert oile.simulate(gas(), 0.5, times, rng=np.random.default_rng(1)).P.shape == (len(times), 4, 3)
    assert oile.integrate(gas(), 0.5, times).P.shape == (len(times), 4, 3)
    assert np.array_equal(oile.solve(lambda P: P, states(), times), [states()] * len(times))


@pytest.mark.parametrize("model", [oile.encounter, oile.encounter_exact, oile.medium_rhs])
def test_nobody_may_meet_nobody(model):
    none = np.zeros((0, 3))
    try:
        out = model(none, none, 0.5)
    except ValueError:
        assert model is oile.encounter_exact  # NumPy cannot tell the shape of what it never computed
        return
    assert np.shape(out)[-2:] == (0, 3)


def test_no_matrices_are_a_value_too():
    none = np.zeros((0, 3, 3))
    assert flavors.content(none, np.eye(3)).shape == (0, 3)
    assert flavors.encounter(none, none, 0.5)[0].shape == (0, 3, 3)


def test_angles_may_be_in_degrees_and_never_lose_their_unit():
    expected = oile.flavor_state("e", np.deg2rad(8.5))
    unit = pint.UnitRegistry()
    for theta in (8.5 * unit.degree, np.deg2rad(8.5) * unit.radian, np.deg2rad(8.5) * unit.dimensionless):
        assert np.allclose(oile.flavor_state("e", theta), expected, rtol=0, atol=1e-15)
    assert np.allclose(flavors.pmns(theta12=30 * unit.degree, theta13=0.0, theta23=0.0)[0, 1], 0.5)
    with pytest.raises(ValueError, match=r"gamma must be an angle or a number without a unit, got .*kilometer"):
        oile.encounter([0, 0, 1], [1, 0, 0], 1 * unit.kilometer)
    with pytest.raises(ValueError, match="omega must be an angle"):
        oile.encounter([0, 0, 1], [1, 0, 0], 0.1, omega=(1 * unit.eV, 2 * unit.eV))
    # kilometers per kilometer are a number; so are kilometers per meter, a thousand of them
    assert np.allclose(
        oile.foreground([0, 0, 1], [1, 0, 0], 1 * unit.m / (1 * unit.km), 3),
        oile.foreground([0, 0, 1], [1, 0, 0], 1e-3, 3),
        rtol=0,
        atol=1e-15,
    )
    in_a_list = [0 * unit.degree, 90 * unit.degree]
    assert np.allclose(
        oile.encounter([0, 0, 1], [1, 0, 0], in_a_list), oile.encounter([0, 0, 1], [1, 0, 0], [0, np.pi / 2])
    )


def test_units_of_astropy_are_understood():
    units = pytest.importorskip("astropy.units")
    assert np.allclose(oile.flavor_state("e", 8.5 * units.deg), oile.flavor_state("e", np.deg2rad(8.5)))
    assert np.allclose(oile.flavor_state("e", units.Quantity(0.3)), oile.flavor_state("e", 0.3))
    with pytest.raises(ValueError, match="theta must be an angle"):
        oile.flavor_state("e", 8.5 * units.km)


def test_unit_vectors_of_single_precision_are_unit_vectors():
    v = oile.isotropic_velocities(1000, np.random.default_rng(1)).astype(np.float32)
    assert np.linalg.norm(v.astype(float), axis=1).max() > 1 + 1e-8
    made = oile.Ensemble(v, 0.0, v)
    assert np.linalg.norm(made.P, axis=1).max() < 1 + 1e-15
    assert np.allclose(made.P, v, rtol=0, atol=1e-6)
    oile.Ensemble(made.P, 0.0, made.velocity)
    manybody.product_state(v[:4])
    with pytest.raises(ValueError, match=r"length 1 \+ 1e-05"):
        oile.density(np.array([0, 0, 1 + 1e-5], np.float32))
    with pytest.raises(ValueError, match=r"length 1 \+ 1e-07"):
        oile.density([0, 0, 1 + 1e-7])


def test_trial_steps_of_single_precision_are_not_shortened():
    P = np.array([0, 0, 1.05], np.float32)
    assert np.allclose(oile.medium_rhs(P, [0, 0, 0], 0.1), -0.1 * P.astype(float))


def test_matrices_of_single_precision_are_density_matrices():
    U = flavors.pmns(theta12=0.59, theta13=0.15, theta23=0.76, delta=1.0)
    rho = flavors.mixture([0.7, 0.2, 0.1], U)
    single = flavors.encounter(rho.astype(np.complex64), rho.astype(np.complex64), 0.1)[0]
    assert np.allclose(single, rho, rtol=0, atol=1e-6)
    assert abs(np.trace(single) - 1) < 1e-14
    assert np.allclose(flavors.content(rho, U.astype(np.complex64)), [0.7, 0.2, 0.1], atol=1e-6)
    with pytest.raises(ValueError, match="rho must have trace 1"):
        flavors.content((1 + 1e-4) * rho.astype(np.complex64), U)


@pytest.mark.parametrize(
    ("library", "extra", "call"),
    [
        ("qutip", "exact", "oile.density([0, 0, 1])"),
        ("qutip", "exact", "oile.encounter_exact([0, 0, 1], [0, 0, 1], 0.1)"),
        ("xarray", "data", "oile.Trajectory([0], [[[0, 0, 1]]]).to_xarray()"),
        ("matplotlib", "plot", "import oile.plotting"),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_extra(library, extra, call):
    code = f"import sys, oile; sys.modules[{library!r}] = None\n{call}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f'needs {library}, which is not installed: pip install "oile[{extra}]"' in done.stderr
