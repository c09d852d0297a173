"""Random states and numbers for the property tests."""

import numpy as np
from hypothesis import strategies as st


def numbers(low, high):
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)


@st.composite
def bloch_vectors(draw):
    """Mixed and pure states, uniform in the direction's angles, often at the poles and on the surface."""
    length, cos, azimuth = draw(numbers(0, 1)), draw(numbers(-1, 1)), draw(numbers(0, 2 * np.pi))
    sin = np.sqrt(1 - cos**2)
    return length * np.array([sin * np.cos(azimuth), sin * np.sin(azimuth), cos])


def random_vectors(n, rng):
    """n vectors uniform in the unit ball."""
    v = rng.standard_normal((n, 3))
    return v / np.linalg.norm(v, axis=1, keepdims=True) * rng.random((n, 1)) ** (1 / 3)
