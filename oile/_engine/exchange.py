"""One encounter of two density matrices of d flavors, exact, for many pairs side by side.

Matrices are arrays ``[2, d, d, pairs]``, real and imaginary parts, and levels ``[d, pairs]``: loops run along the
pairs, so that the compiler makes vectors of them. An antineutrino's matrix is the transpose of its density operator.
"""

from oile._engine.compiled import compiled, inlined
from oile._engine.pairs import versine_sinc

__all__ = ["alike", "opposite", "phase", "times"]

SMALL = 0.5  # norm up to which an exponential is summed up rather than squared


@inlined
def times(a, b):
    """A product of complex numbers, without a look at infinities."""
    return complex(a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real)


@compiled
def alike(x, y, a, b, phi, dt, n, d, factors, u, v, amp):
    """Eqs. (2)-(4) for two neutrinos `x`, `y`; for two antineutrinos with all phases reversed. In place.

    The exchange couples |ij> and |ji> alone: d(d-1)/2 doublets, each solved exactly in the frame of the mean levels,
    with the amplitudes ``C - iE`` to stay and ``-iB`` to be exchanged.
    """
    C, E, B = amp[0], amp[1], amp[2]
    for i in range(d):
        for j in range(i, d):
            for k in range(n):
                D = (a[i, k] - a[j, k] - b[i, k] + b[j, k]) * dt / 2
                versine, sinc = versine_sinc(phi[k] * phi[k] + D * D, factors)
                C[i, j, k] = C[j, i, k] = 1.0 - versine
                E[i, j, k] = D * sinc
                E[j, i, k] = -(D * sinc)
                B[i, j, k] = B[j, i, k] = phi[k] * sinc
    for i in range(d):
        for h in range(i + 1, d):
            for k in range(n):
                u[0, i, h, k] = u[1, i, h, k] = v[0, i, h, k] = v[1, i, h, k] = 0.0
            for j in range(d):
                for k in range(n):
                    c, e = C[i, j, k] * C[h, j, k], E[i, j, k] * E[h, j, k]
                    m = C[i, j, k] * E[h, j, k] - E[i, j, k] * C[h, j, k]
                    keep = complex(c + e, m)  # A_ij A*_hj
                    xo, yo = complex(x[0, i, h, k], x[1, i, h, k]), complex(y[0, i, h, k], y[1, i, h, k])
                    xij, yij = complex(x[0, i, j, k], x[1, i, j, k]), complex(y[0, i, j, k], y[1, i, j, k])
                    xjh, yjh = complex(x[0, j, h, k], x[1, j, h, k]), complex(y[0, j, h, k], y[1, j, h, k])
                    one = complex(B[h, j, k] * E[i, j, k], B[h, j, k] * C[i, j, k])  # A_ij (i B_hj)
                    two = complex(B[i, j, k] * E[h, j, k], -B[i, j, k] * C[h, j, k])  # (-i B_ij) A*_hj
                    bb = B[i, j, k] * B[h, j, k]
                    xx, yy = times(xij, yjh), times(xjh, yij)
                    p = times(keep, xo) * y[0, j, j, k] + times(one, xx) + times(two, yy) + bb * x[0, j, j, k] * yo
                    one, two = complex(-one.real, one.imag), complex(-two.real, two.imag)
                    q = times(keep.conjugate(), yo) * x[0, j, j, k]
                    q += times(one, times(yij, xjh)) + times(two, times(yjh, xij)) + bb * y[0, j, j, k] * xo
                    u[0, i, h, k] += p.real
                    u[1, i, h, k] += p.imag
                    v[0, i, h, k] += q.real
                    v[1, i, h, k] += q.imag
            for k in range(n):  # what one gains the other loses: each population is conserved to rounding
                xy = times(complex(x[0, i, h, k], x[1, i, h, k]), complex(y[0, i, h, k], -y[1, i, h, k]))
                bb = B[i, h, k] * B[i, h, k]
                u[0, h, i, k] = bb * (x[0, h, h, k] * y[0, i, i, k] - x[0, i, i, k] * y[0, h, h, k]) + 2 * (
                    B[i, h, k] * (E[i, h, k] * xy.real - C[i, h, k] * xy.imag)
                )
    for i in range(d):
        for h in range(i + 1, d):
            for k in range(n):
                angle = (a[i, k] - a[h, k] + b[i, k] - b[h, k]) * dt / 2
                versine, sinc = versine_sinc(angle * angle, factors)
                z = complex(1.0 - versine, -(angle * sinc))
                p, q = times(complex(u[0, i, h, k], u[1, i, h, k]), z), times(complex(v[0, i, h, k], v[1, i, h, k]), z)
                x[0, i, h, k], x[1, i, h, k], y[0, i, h, k], y[1, i, h, k] = p.real, p.imag, q.real, q.imag
                x[0, i, i, k] += u[0, h, i, k]
                x[0, h, h, k] -= u[0, h, i, k]
                y[0, i, i, k] -= u[0, h, i, k]
                y[0, h, h, k] += u[0, h, i, k]


@compiled
def pairs_turned(a, b, phi, dt, n, d, M, T, S):
    """``exp(-i(e - phi J))`` on the pairs of one flavor, ``e_i = (a_i + b_i) dt`` and J all ones, into `M`."""
    norm = 0.0
    for k in range(n):
        for i in range(d):
            norm = max(norm, abs(a[i, k] + b[i, k]) * dt + d * abs(phi[k]))
    squarings = 0
    while norm > SMALL:
        norm, squarings = norm / 2, squarings + 1
    scale = 0.5**squarings
    for i in range(d):
        for j in range(d):
            for k in range(n):
                M[0, i, j, k] = T[0, i, j, k] = 1.0 if i == j else 0.0
                M[1, i, j, k] = T[1, i, j, k] = 0.0
    term, size = 1, norm
    while size > 1e-18:
        for j in range(d):
            for k in range(n):
                S[0, k] = S[1, k] = 0.0
            for i in range(d):
                for k in range(n):
                    S[0, k] += T[0, i, j, k]
                    S[1, k] += T[1, i, j, k]
            for i in range(d):
                for k in range(n):
                    e, f = (a[i, k] + b[i, k]) * dt * scale / term, phi[k] * scale / term
                    re, im = e * T[0, i, j, k] - f * S[0, k], e * T[1, i, j, k] - f * S[1, k]
                    T[0, i, j, k], T[1, i, j, k] = im, -re
                    M[0, i, j, k] += im
                    M[1, i, j, k] -= re
        term += 1
        size *= norm / term
    for _ in range(squarings):
        for i in range(d):
            for j in range(d):
                for k in range(n):
                    T[0, i, j, k] = T[1, i, j, k] = 0.0
                for m in range(d):
                    for k in range(n):
                        z = times(complex(M[0, i, m, k], M[1, i, m, k]), complex(M[0, m, j, k], M[1, m, j, k]))
                        T[0, i, j, k] += z.real
                        T[1, i, j, k] += z.imag
        M[:] = T[:]


@inlined
def phase(angle, factors):
    """``exp(-i angle)``."""
    versine, sinc = versine_sinc(angle * angle, factors)
    return complex(1.0 - versine, -(angle * sinc))


@compiled
def opposite(x, y, a, b, phi, dt, n, d, factors, u, v, amp, work):
    """Eqs. (2)-(4) for a neutrino `x` and an antineutrino `y`. In place.

    Only pairs of one flavor, |i i-bar>, are coupled: a symmetric block of size d. All others have their vacuum phases.
    What the neutrinos in a state gain the antineutrinos in it gain too.
    """
    M = amp[:2]
    pairs_turned(a, b, phi, dt, n, d, M, u, work[:, 0])
    for i in range(d):
        for k in range(n):
            p, q = phase(a[i, k] * dt, factors), phase(b[i, k] * dt, factors)
            work[0, i, k], work[1, i, k], work[2, i, k], work[3, i, k] = p.real, p.imag, q.real, q.imag
    for i in range(d):
        for h in range(i + 1, d):
            for k in range(n):
                p, q, r, s = 0j, 0j, 0j, 0j
                for m in range(d):
                    Mi, Mh = complex(M[0, i, m, k], M[1, i, m, k]), complex(M[0, h, m, k], M[1, h, m, k])
                    xmh, xim = complex(x[0, m, h, k], x[1, m, h, k]), complex(x[0, i, m, k], x[1, i, m, k])
                    ymh, yim = complex(y[0, m, h, k], y[1, m, h, k]), complex(y[0, i, m, k], y[1, i, m, k])
                    p += times(Mi, times(xmh, yim))
                    q += times(Mh.conjugate(), times(xim, ymh))
                    r += times(Mh, times(xmh, yim))
                    s += times(Mi.conjugate(), times(xim, ymh))
                ai, ah = complex(work[0, i, k], work[1, i, k]), complex(work[0, h, k], work[1, h, k])
                bi, bh = complex(work[2, i, k], work[3, i, k]), complex(work[2, h, k], work[3, h, k])
                left, right = times(ah, bi).conjugate(), times(ai, bh)
                xo, yo = complex(x[0, i, h, k], x[1, i, h, k]), complex(y[0, i, h, k], y[1, i, h, k])
                p = times(p, left) + times(q, right)
                p += (1.0 - y[0, i, i, k] - y[0, h, h, k]) * times(xo, times(ai, ah.conjugate()))
                q = times(r, left) + times(s, right)
                q += (1.0 - x[0, i, i, k] - x[0, h, h, k]) * times(yo, times(bh, bi.conjugate()))
                u[0, i, h, k], u[1, i, h, k], v[0, i, h, k], v[1, i, h, k] = p.real, p.imag, q.real, q.imag
    for k in range(n):
        total = 0.0
        for i in range(d - 1):
            gain = -(x[0, i, i, k] * y[0, i, i, k])
            for m in range(d):
                Mm = complex(M[0, i, m, k], M[1, i, m, k])
                gain += (Mm.real**2 + Mm.imag**2) * x[0, m, m, k] * y[0, m, m, k]
                for h in range(m + 1, d):
                    xy = times(complex(x[0, m, h, k], x[1, m, h, k]), complex(y[0, m, h, k], -y[1, m, h, k]))
                    gain += 2 * times(times(Mm, complex(M[0, i, h, k], -M[1, i, h, k])), xy).real
            u[0, i, i, k] = gain
            total += gain
        u[0, d - 1, d - 1, k] = -total
    for i in range(d):
        for k in range(n):
            x[0, i, i, k] += u[0, i, i, k]
            y[0, i, i, k] += u[0, i, i, k]
        for h in range(i + 1, d):
            for k in range(n):
                x[0, i, h, k], x[1, i, h, k] = u[0, i, h, k], u[1, i, h, k]
                y[0, i, h, k], y[1, i, h, k] = v[0, i, h, k], v[1, i, h, k]
