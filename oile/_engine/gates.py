"""Compiled loop of the full state: one exact gate for each encounter."""

import numpy as np

from oile._engine.compiled import compiled


@compiled
def run(psi, omega, velocity, gamma, pairings):
    """Apply the encounters in order to the state `psi`, in place; particle 0 is the most significant bit."""
    N = len(omega)
    for step in pairings:
        left_out = N * (N - 1) // 2  # the sum of all labels, less those that meet
        for k in range(len(step)):
            a, b = step[k]
            left_out -= a + b
            phi = gamma * (1.0 - np.sum(velocity[a] * velocity[b]))
            D, mean = (omega[a] - omega[b]) * gamma / 2, (omega[a] + omega[b]) * gamma / 2
            turn = np.hypot(phi, D)
            sinc = np.sin(turn) / turn if turn > 0 else 1.0
            stay, hop = complex(np.cos(turn), D * sinc), complex(0.0, -phi * sinc)
            up, down = np.exp(1j * (mean - phi)), np.exp(-1j * (mean + phi))
            bit_a, bit_b = 1 << (N - 1 - a), 1 << (N - 1 - b)
            low, high = min(bit_a, bit_b), max(bit_a, bit_b)
            for i in range(0, len(psi), 2 * high):
                for j in range(i, i + high, 2 * low):
                    for n in range(j, j + low):  # both bits 0: both spins up
                        x, y = psi[n + bit_b], psi[n + bit_a]  # a up, b down; a down, b up
                        psi[n] *= up
                        psi[n + bit_b] = stay * x + hop * y
                        psi[n + bit_a] = hop * x + stay.conjugate() * y
                        psi[n + low + high] *= down
        if N % 2:
            bit, phase = 1 << (N - 1 - left_out), np.exp(0.5j * omega[left_out] * gamma)
            for n in range(len(psi)):
                psi[n] *= phase.conjugate() if n & bit else phase
