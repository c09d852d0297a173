"""Test the package where it is not at home: other Pythons, the oldest versions it names, a wheel in an empty place.

    python tools/elsewhere.py                             this Python, the newest versions that fit
    python tools/elsewhere.py --resolution lowest-direct  the oldest versions that pyproject.toml names
    python tools/elsewhere.py --python 3.12 --python 3.13 other Pythons; those that are missing are said to be
    python tools/elsewhere.py --wheel dist/oile-*.whl     that wheel instead of the checkout

Each environment is made anew in a temporary folder, outside the checkout, with a copy of the package's own tests.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = "exact,plot,data"
AT_HOME = {
    "test_book.py",
    "test_claims.py",
    "test_explorers.py",
    "test_makefile.py",
    "test_notebooks.py",
    "test_pdf.py",
    "test_project.py",
    "test_release.py",
    "test_reference.py",
    "test_tools.py",
}
NOT_NEEDED = {"nbval", "playwright", "pyyaml"}  # by the tests of the package itself


def run(*command, **options):
    """A command that must succeed; what it says is shown."""
    subprocess.run([str(word) for word in command], check=True, **options)


def tools():
    """What the tests need beside the package."""
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["test"]
    return [name for name in group if isinstance(name, str) and not NOT_NEEDED & {name.partition(">")[0]}]


def test(python, wheel, resolution):
    """Make an environment for the interpreter `python`, install, run the package's tests; whether they passed."""
    with tempfile.TemporaryDirectory(prefix="oile-") as folder:
        folder = Path(folder)
        run(python, "-m", "venv", folder / "env")
        inside = folder / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        run(inside, "-m", "pip", "install", "--quiet", "uv")
        install = [inside, "-m", "uv", "pip", "install", "--quiet", "--python", inside]
        run(*install, "--resolution", resolution, f"oile[{EXTRAS}] @ {(wheel or ROOT).resolve().as_uri()}")
        frozen = subprocess.run([*install[:4], "freeze"], capture_output=True, text=True, check=True).stdout
        (folder / "frozen.txt").write_text("".join(line + "\n" for line in frozen.splitlines() if " @ " not in line))
        run(*install, "--constraint", folder / "frozen.txt", *tools())
        shutil.copytree(ROOT / "tests", folder / "tests", ignore=lambda _, names: AT_HOME & set(names))
        shutil.copy(ROOT / "pyproject.toml", folder)
        run(inside, "-m", "uv", "pip", "list", "--python", inside)
        command = [inside, "-m", "pytest", "-q", "-n", "logical", "--dist", "loadfile", "-o", "addopts=-ra", "tests"]
        return subprocess.run([str(word) for word in command], cwd=folder).returncode == 0


def main():
    """Do what the command line says; the number of environments in which a test failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--python", action="append", metavar="X.Y", help="a Python to test with, more than once")
    parser.add_argument("--wheel", type=Path, help="a wheel to test instead of the checkout")
    parser.add_argument("--resolution", default="highest", choices=["highest", "lowest-direct"])
    args = parser.parse_args()
    failed = 0
    for version in args.python or [None]:
        python = sys.executable if version is None else shutil.which(f"python{version}")
        works = python and subprocess.run([python, "-c", "import venv"], capture_output=True).returncode == 0
        if not works:
            print(f"Python {version} is not on this machine", flush=True)
            continue
        print(f"Python {version or sys.version.split()[0]}, {args.resolution}", flush=True)
        failed += not test(python, args.wheel, args.resolution)
    return failed


if __name__ == "__main__":
    sys.exit(min(main(), 1))
