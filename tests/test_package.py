import subprocess
import sys

import oile


def test_importing_oile_stays_light():
    code = "import sys, oile; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "oile" in loaded
    assert not {"qutip", "matplotlib", "scipy", "numba", "sympy", "tqdm"} & set(loaded)


def test_every_public_name_is_there_and_documented():
    for name in oile.__all__:
        assert getattr(oile, name).__doc__


def test_the_gas_and_what_is_done_to_it_come_from_one_place():
    from oile import ensemble

    for name in ("Ensemble", "Trajectory", "bipolar", "isotropic_velocities", "simulate", "simulate_many"):
        assert getattr(ensemble, name) is getattr(oile, name)
