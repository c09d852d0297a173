"""What the engine is compared with: the same gas by QuTiP, by plain NumPy, and by C programs."""

import subprocess
from pathlib import Path
from time import process_time

import numpy as np

from oile import bipolar, flavors

FLAGS = ["-O3", "-march=native", "-ffast-math", "-fno-tree-slp-vectorize"]  # the fastest of those tried


def compile_c(folder):
    """Compile the C programs into the folder; the compiler's version."""
    for name in ("scalar", "flavors"):
        source = Path(__file__).with_name(f"{name}.c")
        subprocess.run(["cc", *FLAGS, "-o", Path(folder) / name, source, "-lm"], check=True)
    return subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def in_c(program, N, encounters, gamma):
    """Nanoseconds per encounter of a C program."""
    output = subprocess.run([program, *map(str, (N, encounters, gamma))], capture_output=True, text=True, check=True)
    return float(output.stdout.split()[0])


def check_flavors_c(program, gamma=0.3):
    """The encounter of the C program for three flavors is that of `oile.flavors`."""
    output = subprocess.run([program, "2", "1", str(gamma)], capture_output=True, text=True, check=True)
    rows = np.array(output.stdout.split(), float).reshape(2, 2, 16)  # before, after
    i, j = np.triu_indices(3, 1)
    rho = np.zeros((2, 2, 3, 3), complex)
    rho[:, :, range(3), range(3)] = rows[..., :3]
    rho[:, :, i, j] = rows[..., 3:9:2] + 1j * rows[..., 4:9:2]
    rho[:, :, j, i] = rho[:, :, i, j].conj()
    (a, b), whose = rows[0], rows[1, :, 15].astype(int)
    met = flavors.encounter(*rho[0], gamma, g=1 - a[12:15] @ b[12:15], levels=(a[9:12], b[9:12]))
    assert np.allclose(rho[1], np.array(met)[whose], rtol=0, atol=1e-14)


def numpy_step(N, encounters, gamma):
    """Nanoseconds per encounter of whole steps with NumPy: real arithmetic on one contiguous array per quantity."""
    rng = np.random.default_rng(1)
    gas = bipolar(rng, n_e=N * 6 // 10, n_x=N - N * 6 // 10)
    X = np.ascontiguousarray(np.concatenate([gas.P, gas.omega[:, None], gas.velocity], axis=1).T)
    steps = max(1, encounters * 2 // N)
    start = process_time()
    for _ in range(steps):
        order = rng.permutation(N)
        a, b = order[: N // 2], order[N // 2 :]
        p1, p2, p3, omega_a, *v = X[:, a]
        q1, q2, q3, omega_b, *u = X[:, b]
        phi = gamma * (1.0 - (v[0] * u[0] + v[1] * u[1] + v[2] * u[2]))
        D, h = (omega_a - omega_b) * (gamma / 2), (omega_a + omega_b) * (gamma / 2)
        k = np.sqrt(phi * phi + D * D) + 1e-300
        sin, cos, c, sinc = np.sin(phi), np.cos(phi), np.cos(k), np.sin(k) / k
        e, f = D * sinc, phi * sinc
        p, q, z = p1 + 1j * p2, q1 + 1j * q2, np.exp(-1j * h)
        kappa, s_sin, s_cos = c - 1j * e, f * sin, f * cos
        overlap = p.conj() * q
        d = f * (f * (q3 - p3) - c * overlap.imag - e * overlap.real)
        p_ = z * (kappa * (cos + 1j * (q3 * sin)) * p + (s_sin - 1j * (p3 * s_cos)) * q)
        q_ = z * (kappa.conj() * (cos + 1j * (p3 * sin)) * q + (s_sin - 1j * (q3 * s_cos)) * p)
        X[0, a], X[1, a], X[2, a] = p_.real, p_.imag, p3 + d
        X[0, b], X[1, b], X[2, b] = q_.real, q_.imag, q3 - d
    return (process_time() - start) / (steps * (N // 2)) * 1e9


def qobj_loop(N, encounters, gamma):
    """Nanoseconds per encounter of a loop over QuTiP objects, one exact step after the other."""
    from qutip import Qobj, qeye, sigmax, sigmay, sigmaz, tensor

    rng = np.random.default_rng(1)
    gas = bipolar(rng, n_e=N * 6 // 10, n_x=N - N * 6 // 10)
    sigma, one = (sigmax(), sigmay(), sigmaz()), qeye(2)
    exchange = sum(tensor(s, s) for s in sigma)
    beta_a, beta_b = tensor(sigmaz(), one), tensor(one, sigmaz())
    chi = [(one + sum(float(x) * s for x, s in zip(P, sigma))) / 2 for P in gas.P]
    met = 0
    start = process_time()
    while met < encounters:
        order = rng.permutation(N)
        for a, b in zip(order[: N // 2], order[N // 2 :]):
            g = float(1.0 - gas.velocity[a] @ gas.velocity[b])
            H = (-gas.omega[a] / 2) * beta_a + (-gas.omega[b] / 2) * beta_b + (g / 2) * exchange
            U = (-1j * gamma * H).expm()
            rho = U * tensor(chi[a], chi[b]) * U.dag()
            chi[a], chi[b] = rho.ptrace(0), rho.ptrace(1)
        met += N // 2
    elapsed = process_time() - start
    assert isinstance(chi[0], Qobj)
    return elapsed / met * 1e9
