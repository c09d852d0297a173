"""Encounters of three flavors, many pairs side by side: `oile._engine.exchange` along columns.

Column c of the workspace is ``w[c * WIDE : (c + 1) * WIDE]``: the first twelve numbers of the rows of the first
particles (populations, coherences 12, 13, 23, levels), those of the second ones, their phases, room. Loops run along
the columns and all offsets are constants, so that the compiler makes vectors of them.
"""

from oile._engine.compiled import compiled, inlined
from oile._engine.exchange import SMALL, TINY, crossed, doublet, exchanged, own, third
from oile._engine.pairs import rotor, turned, versine_sinc

__all__ = ["COLUMNS", "WIDE", "alike", "opposite"]

WIDE = 64  # pairs side by side
COLUMNS = 25 + 21
X, Y, PHI, T, M, E = (WIDE * c for c in (0, 12, 24, 25, 31, 43))


@inlined
def state(w, k):
    """Populations and coherences from the columns that begin at `k`."""
    return (
        w[k],
        w[k + WIDE],
        w[k + 2 * WIDE],
        complex(w[k + 3 * WIDE], w[k + 4 * WIDE]),
        complex(w[k + 5 * WIDE], w[k + 6 * WIDE]),
        complex(w[k + 7 * WIDE], w[k + 8 * WIDE]),
    )


@inlined
def put(w, k, z):
    """A complex number into two columns."""
    w[k], w[k + WIDE] = z.real, z.imag


@inlined
def add(w, k, re, im):
    """To a complex number in two columns."""
    w[k], w[k + WIDE] = w[k] + re, w[k + WIDE] + im


@inlined
def power(e1, e2, e3, f, t11, t12, t13, t22, t23, t33):
    """A symmetric matrix times ``e - f J``, which it commutes with."""
    s1, s2, s3 = f * (t11 + t12 + t13), f * (t12 + t22 + t23), f * (t13 + t23 + t33)
    return e1 * t11 - s1, e1 * t12 - s2, e1 * t13 - s3, e2 * t22 - s2, e2 * t23 - s3, e3 * t33 - s3


@inlined
def into(w, k, x1, x2, x3, x12, x13, x23):
    """Populations and coherences into columns."""
    w[k], w[k + WIDE], w[k + 2 * WIDE] = x1, x2, x3
    put(w, k + 3 * WIDE, x12)
    put(w, k + 5 * WIDE, x13)
    put(w, k + 7 * WIDE, x23)


@inlined
def block(w, k):
    """The symmetric matrix of the pairs of one flavor."""
    return (
        complex(w[M + k], w[M + WIDE + k]),
        complex(w[M + 2 * WIDE + k], w[M + 3 * WIDE + k]),
        complex(w[M + 4 * WIDE + k], w[M + 5 * WIDE + k]),
        complex(w[M + 6 * WIDE + k], w[M + 7 * WIDE + k]),
        complex(w[M + 8 * WIDE + k], w[M + 9 * WIDE + k]),
        complex(w[M + 10 * WIDE + k], w[M + 11 * WIDE + k]),
    )


@inlined
def within(w1, w2, w3, z11, z22, z33, z12, z13, z23):
    """The Hermitian form of `z` with one row of W."""
    squares = (w1 * w1.conjugate()).real * z11 + (w2 * w2.conjugate()).real * z22 + (w3 * w3.conjugate()).real * z33
    cross = w1 * w2.conjugate() * z12 + w1 * w3.conjugate() * z13 + w2 * w3.conjugate() * z23
    return squares + 2.0 * cross.real


@compiled
def alike(w, n, dt, factors):
    """Two neutrinos each, or two antineutrinos with levels and phases reversed."""
    for k in range(n):
        x1, x2, x3, x12, x13, x23 = state(w, k)
        y1, y2, y3, y12, y13, y23 = state(w, Y + k)
        a12, a23 = (w[9 * WIDE + k] - w[10 * WIDE + k]) * dt / 2, (w[10 * WIDE + k] - w[11 * WIDE + k]) * dt / 2
        b12 = (w[Y + 9 * WIDE + k] - w[Y + 10 * WIDE + k]) * dt / 2
        b23 = (w[Y + 10 * WIDE + k] - w[Y + 11 * WIDE + k]) * dt / 2
        phi = w[PHI + k]
        versine, sinc = versine_sinc(phi * phi, factors)
        sin = phi * sinc
        l12, B12 = doublet(a12 - b12, phi, factors)
        l23, B23 = doublet(a23 - b23, phi, factors)
        l13, B13 = doublet(a12 + a23 - b12 - b23, phi, factors)

        p12, q12 = own(x12, y12, x1, x2, y1, y2, l12, B12, versine, sin)
        p13, q13 = own(x13, y13, x1, x3, y1, y3, l13, B13, versine, sin)
        p23, q23 = own(x23, y23, x2, x3, y2, y3, l23, B23, versine, sin)
        e12, f12 = third(x12, y12, x3, y3, x13, x23.conjugate(), y13, y23.conjugate(), l13, B13, l23, B23)
        e13, f13 = third(x13, y13, x2, y2, x12, x23, y12, y23, l12, B12, l23.conjugate(), B23)
        e23, f23 = third(x23, y23, x1, y1, x12.conjugate(), x13, y12.conjugate(), y13,
                         l12.conjugate(), B12, l13.conjugate(), B13)  # fmt: skip
        g12 = exchanged(x12, y12, x1, x2, y1, y2, l12, B12)
        g13 = exchanged(x13, y13, x1, x3, y1, y3, l13, B13)
        g23 = exchanged(x23, y23, x2, x3, y2, y3, l23, B23)
        r12, r23 = rotor(a12 + b12, factors), rotor(a23 + b23, factors)
        r13 = r12 + r23 - r12 * r23

        into(w, k, x1 + g12 + g13, x2 - g12 + g23, x3 - g13 - g23,
             turned(x12 + p12 + e12, r12), turned(x13 + p13 + e13, r13), turned(x23 + p23 + e23, r23))  # fmt: skip
        into(w, Y + k, y1 - g12 - g13, y2 + g12 - g23, y3 + g13 + g23,
             turned(y12 + q12 + f12, r12), turned(y13 + q13 + f13, r13), turned(y23 + q23 + f23, r23))  # fmt: skip


@compiled
def pairs_turned(w, n):
    """``exp(-i(e - phi J)) - 1``, `e` on the diagonal and J all ones: columns 11, 12, 13, 22, 23, 33 into `M`."""
    norm = 0.0
    for k in range(n):
        biggest = max(abs(w[E + k]), abs(w[E + WIDE + k]), abs(w[E + 2 * WIDE + k]))
        norm = max(norm, biggest + 3.0 * abs(w[PHI + k]))
    scale, squarings = 1.0, 0
    while norm > SMALL:
        norm, scale, squarings = norm / 2, scale / 2, squarings + 1
    for c in range(6):
        for k in range(n):
            w[T + c * WIDE + k] = 1.0 if c in (0, 3, 5) else 0.0
            w[M + 2 * c * WIDE + k] = w[M + (2 * c + 1) * WIDE + k] = 0.0
    n_term, size, sign = 1, norm, -1.0
    while size > TINY:  # powers of a real, symmetric matrix, two at a time: an imaginary term and a real one
        f, g = scale / n_term, scale / (n_term + 1)
        for k in range(n):
            e1, e2, e3, phi = w[E + k], w[E + WIDE + k], w[E + 2 * WIDE + k], w[PHI + k]
            t11, t12, t13 = w[T + k], w[T + WIDE + k], w[T + 2 * WIDE + k]
            t22, t23, t33 = w[T + 3 * WIDE + k], w[T + 4 * WIDE + k], w[T + 5 * WIDE + k]
            o11, o12, o13, o22, o23, o33 = power(e1 * f, e2 * f, e3 * f, phi * f, t11, t12, t13, t22, t23, t33)
            t11, t12, t13, t22, t23, t33 = power(e1 * g, e2 * g, e3 * g, phi * g, o11, o12, o13, o22, o23, o33)
            w[T + k], w[T + WIDE + k], w[T + 2 * WIDE + k] = t11, t12, t13
            w[T + 3 * WIDE + k], w[T + 4 * WIDE + k], w[T + 5 * WIDE + k] = t22, t23, t33
            add(w, M + k, sign * t11, sign * o11)
            add(w, M + 2 * WIDE + k, sign * t12, sign * o12)
            add(w, M + 4 * WIDE + k, sign * t13, sign * o13)
            add(w, M + 6 * WIDE + k, sign * t22, sign * o22)
            add(w, M + 8 * WIDE + k, sign * t23, sign * o23)
            add(w, M + 10 * WIDE + k, sign * t33, sign * o33)
        size *= norm * norm / ((n_term + 1) * (n_term + 2))
        n_term, sign = n_term + 2, -sign
    for _ in range(squarings):
        for k in range(n):
            m11, m12, m13, m22, m23, m33 = block(w, k)
            put(w, M + k, 2.0 * m11 + m11 * m11 + m12 * m12 + m13 * m13)
            put(w, M + 2 * WIDE + k, 2.0 * m12 + m11 * m12 + m12 * m22 + m13 * m23)
            put(w, M + 4 * WIDE + k, 2.0 * m13 + m11 * m13 + m12 * m23 + m13 * m33)
            put(w, M + 6 * WIDE + k, 2.0 * m22 + m12 * m12 + m22 * m22 + m23 * m23)
            put(w, M + 8 * WIDE + k, 2.0 * m23 + m12 * m13 + m22 * m23 + m23 * m33)
            put(w, M + 10 * WIDE + k, 2.0 * m33 + m13 * m13 + m23 * m23 + m33 * m33)


@compiled
def opposite(w, n, dt, factors):
    """A neutrino and an antineutrino each."""
    for k in range(n):
        e1, e2 = (w[9 * WIDE + k] + w[Y + 9 * WIDE + k]) * dt, (w[10 * WIDE + k] + w[Y + 10 * WIDE + k]) * dt
        e3 = (w[11 * WIDE + k] + w[Y + 11 * WIDE + k]) * dt
        middle = (max(e1, e2, e3) + min(e1, e2, e3)) / 2
        w[E + k], w[E + WIDE + k], w[E + 2 * WIDE + k] = e1 - middle, e2 - middle, e3 - middle
    pairs_turned(w, n)
    put_together(w, n, dt, factors)


@compiled
def put_together(w, n, dt, factors):
    for k in range(n):
        x1, x2, x3, x12, x13, x23 = state(w, k)
        y1, y2, y3, y12, y13, y23 = state(w, Y + k)
        m11, m12, m13, m22, m23, m33 = block(w, k)
        r1, r2, r3 = rotor(-w[E + k], factors), rotor(-w[E + WIDE + k], factors), rotor(-w[E + 2 * WIDE + k], factors)
        w11, w12, w13 = turned(m11, r1) - r1, turned(m12, r1), turned(m13, r1)
        w21, w22, w23 = turned(m12, r2), turned(m22, r2) - r2, turned(m23, r2)
        w31, w32, w33 = turned(m13, r3), turned(m23, r3), turned(m33, r3) - r3
        x21, x32 = x12.conjugate(), x23.conjugate()
        y21, y31, y32 = y12.conjugate(), y13.conjugate(), y23.conjugate()

        p, q = crossed(w11, w21, x12, x1, y12, y1)
        r, s = crossed(w12, w22, x2, x12, y2, y12)
        t, u = crossed(w13, w23, x32, x13, y32, y13)
        p12, q12 = x12 + p + r + t, y12 + q + s + u
        p, q = crossed(w11, w31, x13, x1, y13, y1)
        r, s = crossed(w12, w32, x23, x12, y23, y12)
        t, u = crossed(w13, w33, x3, x13, y3, y13)
        p13, q13 = x13 + p + r + t, y13 + q + s + u
        p, q = crossed(w21, w31, x13, x21, y13, y21)
        r, s = crossed(w22, w32, x23, x2, y23, y2)
        t, u = crossed(w23, w33, x3, x23, y3, y23)
        p23, q23 = x23 + p + r + t, y23 + q + s + u

        z11, z22, z33 = x1 * y1, x2 * y2, x3 * y3
        z12, z13, z23 = x12 * y21, x13 * y31, x23 * y32
        g1 = 2.0 * (w11.real * z11 + (w12 * z12.conjugate() + w13 * z13.conjugate()).real)
        g1 += within(w11, w12, w13, z11, z22, z33, z12, z13, z23)
        g2 = 2.0 * (w22.real * z22 + (w21 * z12 + w23 * z23.conjugate()).real)
        g2 += within(w21, w22, w23, z11, z22, z33, z12, z13, z23)

        a12, a23 = (w[9 * WIDE + k] - w[10 * WIDE + k]) * dt, (w[10 * WIDE + k] - w[11 * WIDE + k]) * dt
        b21 = (w[Y + 10 * WIDE + k] - w[Y + 9 * WIDE + k]) * dt
        b32 = (w[Y + 11 * WIDE + k] - w[Y + 10 * WIDE + k]) * dt
        ra, rb, sa, sb = rotor(a12, factors), rotor(a23, factors), rotor(b21, factors), rotor(b32, factors)
        into(w, k, x1 + g1, x2 + g2, x3 - g1 - g2,
             turned(p12, ra), turned(turned(p13, ra), rb), turned(p23, rb))  # fmt: skip
        into(w, Y + k, y1 + g1, y2 + g2, y3 - g1 - g2,
             turned(q12, sa), turned(turned(q13, sa), sb), turned(q23, sb))  # fmt: skip
