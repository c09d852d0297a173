"""Time the engine beside its peers in one run, and store the numbers with where they come from.

What is compared is timed in turn, round after round, on one core and by the processor's own clock, and the shortest
time of each is kept: others may use the machine as well.
"""

import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from tqdm import tqdm

from benchmarks import peers
from benchmarks.stages import limits, poisson_times, stages
from oile import (
    average,
    bipolar,
    ensemble_rhs,
    flavors,
    integrate,
    isotropic_velocities,
    simulate,
    simulate_many,
    uncorrelated_rhs,
)
from oile._engine import averages
from oile.sweep import processors

RESULTS = Path(__file__).with_name("results.json")
GAMMA = 1e-3


def paper_gas(N, rng):
    return bipolar(rng, n_e=N * 6 // 10, n_x=N - N * 6 // 10)


def three_flavors(N, rng):
    """Two groups in two pure states, with vacuum levels: the gas of flavors.c."""
    first = np.arange(N) < N * 6 // 10
    psi = np.where(first[:, None], [0.8, 0.36, 0.48j], [0.1j, 0.7, np.sqrt(0.5)])
    levels = np.where(first, 0.1, 0.2)[:, None] * [-1.0, 0.0, 1.2]
    return flavors.Ensemble(psi[:, :, None] * psi[:, None].conj(), levels, isotropic_velocities(N, rng))


def engine(N, encounters, p=1.0, gamma=GAMMA, of=paper_gas):
    """Nanoseconds per drawn pair (per encounter in the Poisson limit) of a whole call of `simulate`."""
    rng = np.random.default_rng(1)
    gas = of(N, rng)
    steps = max(1, encounters // (N // 2))
    start = process_time()
    simulate(gas, gamma, [steps * gamma * (p or 1.0)], rng=rng, p=p, record=lambda states: states[0].real)
    return (process_time() - start) / (steps * (N // 2)) * 1e9


def in_turn(programs, rounds):
    """Shortest time of each of the programs, which take turns; twice in a row, as the first one finds caches cold."""
    times = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            times[name] += [program(), program()]
    return {name: min(values) for name, values in times.items()}


def encounters_by_size(folder):
    result = {}
    for N in tqdm((100, 1000, 10_000, 100_000, 1_000_000), desc="encounters"):
        n, few = max(200_000, 10 * N), max(20_000, N)
        programs = {
            "engine": lambda N=N, n=n: engine(N, n),
            "scalar C": lambda N=N, n=n: peers.in_c(folder / "scalar", N, n, GAMMA),
            "engine, p = 1/2": lambda N=N, n=n: engine(N, n, p=0.5),
            "engine, p = 0": lambda N=N, n=n: engine(N, n, p=0.0),
            "NumPy": lambda N=N, n=few: peers.numpy_step(N, n, GAMMA),
        }
        if N == 100:
            programs["QuTiP"] = lambda: peers.qobj_loop(100, 50, GAMMA)
        result[N] = in_turn(programs, rounds=40 if N < 10**6 else 5)
    return result


def encounters_of_three_flavors(folder):
    peers.check_flavors_c(folder / "flavors")
    engine(100, 1000, of=three_flavors)  # compiled now
    result = {}
    for N, n in tqdm(((100, 50_000), (10_000, 50_000)), desc="three flavors"):
        programs = {
            "engine": lambda N=N, n=n: engine(N, n, of=three_flavors),
            "scalar C": lambda N=N, n=n: peers.in_c(folder / "flavors", N, n, GAMMA),
        }
        result[N] = in_turn(programs, rounds=30)
    return result


def encounters_by_phase():
    """The larger the angles, the longer the series, up to those of the library."""
    gammas = (1e-3, 1e-2, 0.1, 1.0, 3.0)
    times = in_turn({gamma: lambda gamma=gamma: engine(1000, 300_000, gamma=gamma) for gamma in gammas}, rounds=40)
    return [{"gamma": gamma, "engine": time} for gamma, time in times.items()]


def double_sum(P, omega, velocity, gamma):
    """Eq. (14) with the N x N couplings written out."""
    N = len(P)
    g = 1.0 - velocity @ velocity.T
    np.fill_diagonal(g, 0.0)
    G = g @ P / (N - 1)
    inner = g @ np.cross(G, P) / (N - 1)  # < g_ab < g_bc P_c >_c x P_b >_b
    dissipation = (g**2).sum(axis=1, keepdims=True) * P / (N - 1) - g**2 @ P / (N - 1)
    second = np.cross(G, np.cross(G, P)) + np.cross(inner, P)
    vacuum = -omega[:, None] * np.cross([0.0, 0.0, 1.0], P)
    return vacuum + np.cross(G, P) - gamma * dissipation - gamma / 2 * second


def master_equations():
    result = {}
    for N in tqdm((100, 1000, 10_000, 100_000), desc="master equations"):
        gas = paper_gas(N, np.random.default_rng(1))
        P = gas.P + 0.0
        compiled, y, _ = average._bloch(gas, averages)
        arguments = {
            "Eq. (14)": (compiled, y, 1.0, 0.01, 0.005),
            "Eq. (14), NumPy": (ensemble_rhs, P, gas.omega, gas.velocity, 0.01),
            "Eq. (17)": (uncorrelated_rhs, P, gas.omega, 0.01),
        }
        assert np.allclose(
            compiled(*arguments["Eq. (14)"][1:]).reshape(3, -1).T, ensemble_rhs(*arguments["Eq. (14), NumPy"][1:])
        )
        if N <= 3000:
            arguments["Eq. (14), double sum"] = (double_sum, P, gas.omega, gas.velocity, 0.01)
            assert np.allclose(
                double_sum(P, gas.omega, gas.velocity, 0.01), ensemble_rhs(P, gas.omega, gas.velocity, 0.01)
            )

        def clock(call):
            start = process_time()
            call[0](*call[1:])
            return 1e3 * (process_time() - start)

        result[N] = in_turn({name: lambda call=call: clock(call) for name, call in arguments.items()}, rounds=20)
    return result


def eq14_to_mu_t_100(N=100_000):
    gas = paper_gas(N, np.random.default_rng(1))
    start = process_time()
    P3 = integrate(gas, 0.01, [0.0, 100.0], record=lambda P: P[:, 2].mean()).P
    assert abs(P3[-1] - gas.P[:, 2].mean()) < 1e-8
    return process_time() - start


def fresh(script, **environment):
    """What a script prints, in a process of its own."""
    environment = {**os.environ, **environment}
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    return float(output.stdout)


def start_up():
    clock = "from time import perf_counter; import numpy as np; start = perf_counter(); import oile\n"
    first = (
        "gas, rng = oile.bipolar(np.random.default_rng(1)), np.random.default_rng(1)\n"
        "start = perf_counter(); oile.simulate(gas, 1e-3, [0, 1], rng=rng)\n"
    )
    stop = "print(perf_counter() - start)"
    times = in_turn(
        {
            "import oile": lambda: fresh(clock + stop),
            "first simulate": lambda: fresh(clock + first + stop),
        },
        rounds=20,
    )

    def compiling():
        with tempfile.TemporaryDirectory() as empty:
            return fresh(clock + first + stop, NUMBA_CACHE_DIR=empty)

    return times | in_turn({"first simulate on a machine that has compiled nothing": compiling}, rounds=2)


def memory(N=1_000_000):
    """Peak memory of a million particles recorded 1000 times, beyond that of the Ensemble, and that of the Ensemble."""
    script = f"""
import numpy as np, pathlib, oile
rng = np.random.default_rng(1)
def status(name): return int(pathlib.Path("/proc/self/status").read_text().split(name)[1].split()[0]) * 1024
gas = oile.bipolar(rng)
oile.simulate(gas, 1e-3, [0, 1], rng=rng, record=np.mean)
gas = oile.bipolar(rng, n_e={N * 6 // 10}, n_x={N - N * 6 // 10})
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = status("VmRSS:")
oile.simulate(gas, 1e-3, np.linspace(0.001, 1, 1000), rng=rng, record=lambda P: P.mean(axis=0))
print(status("VmHWM:") - before)
"""
    return {"ensemble": 7 * 8 * N, "simulate": fresh(script)}


def last(trajectory):
    return trajectory.P[-1]


def sweep():
    """Seconds for 64 realizations of the paper's gas to mu t = 20 by one thread and by two."""
    gas, t = bipolar(np.random.default_rng(1)), [0.0, 20.0]

    def run(pool):
        start = perf_counter()
        simulate_many(gas, GAMMA, t, rng=np.random.default_rng(1), realizations=64, reduce=last, executor=pool)
        return perf_counter() - start

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(2) as two:
        return in_turn({1: lambda: run(one), 2: lambda: run(two)}, rounds=20)


def small_tasks():
    """Seconds for 2000 realizations of a millisecond each: one after the other, and by `simulate_many`."""
    gas, t, rng = bipolar(np.random.default_rng(1)), [0.0, 1.8], np.random.default_rng(1)

    def alone():
        start = perf_counter()
        for child in rng.spawn(2000):
            last(simulate(gas, GAMMA, t, rng=child))
        return perf_counter() - start

    def together():
        start = perf_counter()
        simulate_many(gas, GAMMA, t, rng=rng, realizations=2000, reduce=last)
        return perf_counter() - start

    return in_turn({"alone": alone, "simulate_many": together}, rounds=5) | {"threads": processors()}


def machine(compiler):
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = [line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name")]
    return {
        "date": datetime.date.today().isoformat(),
        "processor": model[0] if model else platform.processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "Python": platform.python_version(),
        "compiler": compiler,
        **{name: version(name) for name in ("oile", "numpy", "scipy", "numba", "llvmlite", "qutip")},
    }


def main():
    load = os.getloadavg()[0]
    engine(100, 1000), engine(100, 1000, p=0.5), engine(100, 1000, p=0.0)  # compiled now
    peers.qobj_loop(100, 50, GAMMA)
    with tempfile.TemporaryDirectory() as folder:
        compiler = peers.compile_c(folder)
        results = {
            "machine": machine(compiler) | {"load before": round(load, 2)},
            "encounter [ns]": encounters_by_size(Path(folder)),
            "encounter of three flavors [ns]": encounters_of_three_flavors(Path(folder)),
            "encounter by phase [ns]": encounters_by_phase(),
            "stages [ns]": {N: stages(N) for N in (100, 10_000, 1_000_000)},
            "waiting times [ns]": poisson_times(),
            "limits [1e9/s]": limits(),
            "right-hand side [ms]": master_equations(),
            "Eq. (14), N = 1e5, to mu t = 100 [s]": eq14_to_mu_t_100(),
            "start-up [s]": start_up(),
            "memory [B]": memory(),
            "sweep [s]": sweep(),
            "2000 small tasks [s]": small_tasks(),
        }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
