r"""Once-in-a-lifetime encounter (OILE) models of a dense neutrino gas.

The models of A. Kost, L. Johns and H. Duan, Phys. Rev. D 109, 103037 (2024), arXiv:2402.05022: two neutrinos
meet once, evolve exactly, and forget their entanglement.

Conventions, the same everywhere
--------------------------------
Units
    ``hbar = c = 1``, and the neutrino-neutrino coupling sets the scale, ``mu = 1``: times in ``1/mu``, frequencies
    in ``mu``. ``gamma = mu dz`` is the phase of one encounter and, because ``mu = 1``, also its duration.
Arrays
    A Bloch vector is the last axis, ``P[..., 3]``; a gas is ``P[N, 3]``, its history ``P[T, N, 3]``.
Basis
    Mass basis, ``B = (0, 0, 1)``: alone, a Bloch vector obeys ``dP/dt = -omega B x P``.
Geometry
    ``g = 1 - v_a.v_b`` multiplies the coupling of a pair.
Randomness
    A `numpy.random.Generator` is passed in as ``rng``. Nothing draws from global state.
"""

from oile.average import integrate
from oile.ensemble import Ensemble, bipolar, even_velocities, isospin, isotropic_velocities
from oile.lindblad import hamiltonian, jump_operators
from oile.master import ensemble_rhs, medium_rhs, solve, uncorrelated_rhs
from oile.medium import foreground
from oile.pair import encounter, encounter_exact
from oile.simulation import simulate
from oile.states import bloch, density, flavor_state
from oile.sweep import simulate_many
from oile.trajectory import Trajectory

__all__ = [
    "Ensemble",
    "Trajectory",
    "bipolar",
    "bloch",
    "density",
    "encounter",
    "encounter_exact",
    "ensemble_rhs",
    "even_velocities",
    "flavor_state",
    "foreground",
    "hamiltonian",
    "integrate",
    "isospin",
    "isotropic_velocities",
    "jump_operators",
    "medium_rhs",
    "simulate",
    "simulate_many",
    "solve",
    "uncorrelated_rhs",
]
__version__ = "0.2.0"
