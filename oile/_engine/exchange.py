"""One encounter of two density matrices of d flavors, exact, in terms of what it changes.

The pieces come first: coherence by coherence, `x` and `y` being those of the two particles. Then an encounter of any d.
`oile._engine.triples` puts the same pieces together for three flavors, many pairs side by side. An antineutrino's
matrix is the transpose of its density operator.
"""

import numpy as np

from oile._engine.compiled import inlined
from oile._engine.pairs import rotor, turned, versine_sinc

__all__ = ["alike", "crossed", "doublet", "exchanged", "opposite", "own", "third"]

SMALL = 0.5  # norm up to which an exponential is summed up rather than squared
TINY = 1e-18  # terms of it that are left out


@inlined
def doublet(D, phi, factors):
    """The states |ij>, |ji> of a pair that differ by the vacuum phase 2 D: ``1 - A`` and B.

    A is the amplitude to stay, -iB that to be exchanged.
    """
    versine, sinc = versine_sinc(phi * phi + D * D, factors)
    return complex(versine, D * sinc), phi * sinc


@inlined
def own(x, y, xi, xh, yi, yh, lack, B, versine, sin):
    """What the doublet of i and h, with |ii> and |hh>, changes in the coherences `x` and `y` of i and h."""
    cos, A = 1.0 - versine, 1.0 - lack
    both, odd = lack + versine * A, complex(0.0, sin) * A
    dx = complex(B * sin * (xi + xh), B * cos * (xi - xh)) * y - ((yi + yh) * both + (yi - yh) * odd) * x
    both, odd = both.conjugate(), -odd.conjugate()
    dy = complex(B * sin * (yi + yh), B * cos * (yi - yh)) * x - ((xi + xh) * both + (xi - xh) * odd) * y
    return dx, dy


@inlined
def third(x, y, xj, yj, xij, xjh, yij, yjh, lack_i, B_i, lack_h, B_h):
    """What a third state j changes in them, by the doublets of i and j and of h and j."""
    lost, swapped = lack_i + lack_h.conjugate() - lack_i * lack_h.conjugate(), B_i * B_h
    one, two = xij * yjh, xjh * yij
    dx = swapped * xj * y - yj * lost * x
    dx += 1j * (B_h * (1.0 - lack_i) * one - B_i * (1.0 - lack_h.conjugate()) * two)
    dy = swapped * yj * x - xj * lost.conjugate() * y
    dy += 1j * (B_h * (1.0 - lack_i.conjugate()) * two - B_i * (1.0 - lack_h) * one)
    return dx, dy


@inlined
def exchanged(x, y, xi, xh, yi, yh, lack, B):
    """What the first particle gains in state i and loses in h."""
    xy = x * y.conjugate()
    return B * (B * (xh * yi - xi * yh) - 2.0 * ((1.0 - lack) * xy).imag)


@inlined
def crossed(W_im, W_hm, x_mh, x_im, y_mh, y_im):
    """What the pairs |m m-bar> change in the coherences of i and h of a neutrino and an antineutrino."""
    one, two = x_mh * y_im, x_im * y_mh
    return W_im * one + W_hm.conjugate() * two, W_hm * one + W_im.conjugate() * two


@inlined
def alike(x, y, a, b, phi, dt, factors, lack, B, u, v):
    """Eqs. (2)-(4) for two neutrinos `x`, `y` with the levels `a`, `b`. In place; `lack`, `B`, `u`, `v` are room.

    The exchange couples |ij> and |ji> alone: d(d-1)/2 doublets.
    """
    d = len(a)
    versine, sinc = versine_sinc(phi * phi, factors)
    for i in range(d):
        for h in range(i + 1, d):
            D = (a[i] - a[h] - b[i] + b[h]) * dt / 2
            lack[i, h], B[i, h] = doublet(D, phi, factors)
            lack[h, i], B[h, i] = lack[i, h].conjugate(), B[i, h]
    for i in range(d):
        for h in range(i + 1, d):
            dx, dy = own(x[i, h], y[i, h], x[i, i].real, x[h, h].real, y[i, i].real, y[h, h].real,
                         lack[i, h], B[i, h].real, versine, phi * sinc)  # fmt: skip
            for j in range(d):
                if j != i and j != h:
                    ex, ey = third(x[i, h], y[i, h], x[j, j].real, y[j, j].real, x[i, j], x[j, h], y[i, j], y[j, h],
                                   lack[i, j], B[i, j].real, lack[h, j], B[h, j].real)  # fmt: skip
                    dx, dy = dx + ex, dy + ey
            r = rotor((a[i] - a[h] + b[i] - b[h]) * dt / 2, factors)
            u[i, h], v[i, h] = turned(x[i, h] + dx, r), turned(y[i, h] + dy, r)
            u[h, i] = exchanged(x[i, h], y[i, h], x[i, i].real, x[h, h].real, y[i, i].real, y[h, h].real,
                                lack[i, h], B[i, h].real)  # fmt: skip
    for i in range(d):
        for h in range(i + 1, d):  # what one gains the other loses: each population is conserved to rounding
            gain = u[h, i].real
            x[i, i], x[h, h], y[i, i], y[h, h] = x[i, i] + gain, x[h, h] - gain, y[i, i] - gain, y[h, h] + gain
            x[i, h], y[i, h] = u[i, h], v[i, h]
            x[h, i], y[h, i] = u[i, h].conjugate(), v[i, h].conjugate()


@inlined
def pairs_turned(e, phi, M, T):
    """``exp(-i(e - phi J)) - 1`` on the pairs of one flavor, `e` on the diagonal and J all ones, into `M`."""
    d = len(e)
    norm = 0.0
    for i in range(d):
        norm = max(norm, abs(e[i]) + d * abs(phi))
    scale, squarings = 1.0, 0
    while norm > SMALL:
        norm, scale, squarings = norm / 2, scale / 2, squarings + 1
    for i in range(d):
        for j in range(d):
            M[i, j], T[i, j] = 0.0, 1.0 if i == j else 0.0
    n, size, unit = 1, norm, complex(0.0, -1.0)
    while size > TINY:  # powers of a real matrix
        for j in range(d):
            total = 0.0
            for i in range(d):
                total += T[i, j].real
            for i in range(d):
                T[i, j] = (e[i] * T[i, j] - phi * total) * (scale / n)
                M[i, j] += unit * T[i, j]
        n, unit = n + 1, complex(unit.imag, -unit.real)
        size *= norm / n
    for _ in range(squarings):
        for i in range(d):
            for j in range(d):
                T[i, j] = 2.0 * M[i, j]
                for m in range(d):
                    T[i, j] += M[i, m] * M[m, j]
        for i in range(d):
            for j in range(d):
                M[i, j] = T[i, j]


@inlined
def opposite(x, y, a, b, phi, dt, factors, e, W, T, u, v):
    """Eqs. (2)-(4) for a neutrino `x` and an antineutrino `y`. In place; `e`, `W`, `T`, `u`, `v` are room.

    Only pairs of one flavor, |i i-bar>, are coupled: a symmetric block of size d. `W` is what it does beyond vacuum,
    ``exp(i e) exp(-i(e - phi J)) - 1``. What the neutrinos in a state gain the antineutrinos in it gain too.
    """
    d = len(a)
    low, high = np.inf, -np.inf
    for i in range(d):
        e[i] = (a[i] + b[i]) * dt
        low, high = min(low, e[i]), max(high, e[i])
    for i in range(d):
        e[i] -= (low + high) / 2
    pairs_turned(e, phi, W, T)
    for i in range(d):
        r = rotor(-e[i], factors)
        for m in range(d):
            W[i, m] = turned(W[i, m], r)
        W[i, i] -= r
    for i in range(d):
        for h in range(i + 1, d):
            dx, dy = 0j, 0j
            for m in range(d):
                ex, ey = crossed(W[i, m], W[h, m], x[m, h], x[i, m], y[m, h], y[i, m])
                dx, dy = dx + ex, dy + ey
            u[i, h] = turned(x[i, h] + dx, rotor((a[i] - a[h]) * dt, factors))
            v[i, h] = turned(y[i, h] + dy, rotor((b[h] - b[i]) * dt, factors))
    rest = 0.0
    for i in range(d):
        gain = 0.0
        for m in range(d):
            through = W[i, m].conjugate()
            if m == i:
                through += 2.0
            for h in range(d):
                gain += (W[i, h] * x[h, m] * y[h, m].conjugate() * through).real
        u[i, i] = gain if i < d - 1 else -rest
        rest += gain
    for i in range(d):
        x[i, i], y[i, i] = x[i, i] + u[i, i], y[i, i] + u[i, i]
        for h in range(i + 1, d):
            x[i, h], y[i, h] = u[i, h], v[i, h]
            x[h, i], y[h, i] = u[i, h].conjugate(), v[i, h].conjugate()
