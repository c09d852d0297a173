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
