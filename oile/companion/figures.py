"""A figure to take away: its numbers, a vector copy, and a copy drawn for dark pages."""

import csv
from colorsys import hls_to_rgb, rgb_to_hls
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

import numpy as np

import oile
from oile._types import Reals

UNITS = "hbar = c = mu = 1: times in 1/mu, frequencies and rates in mu, phases in rad; all else is a pure number"
HEADER = 5  # lines before the names of the columns, each with a # in front
DARK = "#121212"  # the theme's background


def save_data(name: str, **columns: Reals) -> None:
    """Write the curves of a figure to `data/<name>.csv` beside the notebook, and the current figure as SVG and in dark.

    Columns may differ in length; a Bloch vector's history `P`, of shape (T, 3), becomes the columns
    `P_1, P_2, P_3`. Six significant digits: the figure, not the computation, is what they restore. Five lines with a
    ``#`` in front say where the numbers come from: ``pandas.read_csv(path, comment="#")`` and
    ``numpy.genfromtxt(path, delimiter=",", names=True, skip_header=5)`` skip them. If a figure is open, it is also
    written to `data/<name>.svg` and, recolored for a dark page, to `data/<name>-dark.png`.

    Parameters
    ----------
    name : str
        The figure's name, for example `"fig1"`.
    **columns : array_like, shape (T,) or (T, k)
        The columns by name.

    Raises
    ------
    ValueError
        If a column is no list of numbers or of vectors.
    """
    table = {}
    for key, values in columns.items():
        values = np.asarray(values)
        if values.ndim == 1:
            table[key] = values
        elif values.ndim == 2:
            table |= {f"{key}_{i}": values[:, i - 1] for i in range(1, values.shape[1] + 1)}
        else:
            raise ValueError(f"{key} must have shape (T,) or (T, k), got {values.shape}")
    path = Path("data", f"{name}.csv")
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write("".join(f"# {line}\n" for line in header(name)))
        writer = csv.writer(file)
        writer.writerow(table)
        for row in zip_longest(*table.values()):
            writer.writerow("" if x is None else f"{x:.6g}" for x in row)
    _save_pictures(path.with_suffix(""))


def header(name, shows="", made=""):
    """The lines before the columns of a figure's data: what it is, what it shows, units, how it was made, license."""
    return (
        f"Once-in-a-lifetime encounters, figure {name}",
        shows or "see the notebook that wrote this file",
        f"units: {UNITS}",
        f"made by: oile {oile.__version__}{made and ', '}{made}",
        "license: CC BY 4.0; please cite arXiv:2402.05022 and the companion",
    )


def _save_pictures(path):
    """The current figure, if there is one, as `path`.svg and `path`-dark.png."""
    import matplotlib.pyplot as plt  # here: data alone need no Matplotlib

    if not plt.get_fignums():
        return
    fig = plt.gcf()
    with plt.rc_context({"svg.hashsalt": path.name, "path.simplify_threshold": 0.3}):
        fig.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    with _darkened(fig):
        fig.savefig(path.with_name(f"{path.name}-dark.png"), facecolor=DARK)


@contextmanager
def _darkened(fig):
    """Artists in the colors of a dark page: light for dark, hues kept but never darker than they can be seen."""
    before = []
    for artist in fig.findobj(lambda artist: not hasattr(artist, "get_children") or not artist.get_children()):
        if getattr(artist, "get_array", lambda: None)() is not None:
            continue  # colored by numbers
        for part in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
            get, put = getattr(artist, f"get_{part}", None), getattr(artist, f"set_{part}", None)
            if get is not None and put is not None:
                before.append((put, get()))
        for effect in artist.get_path_effects() or ():
            if "foreground" in (stroke := getattr(effect, "_gc", {})):
                before.append((lambda color, stroke=stroke: stroke.update(foreground=color), stroke["foreground"]))
    for put, old in before:
        new = _dark(old)
        if new is not None:
            put(new)
    try:
        yield
    finally:
        for put, old in before:
            put(old)


def _dark(color):
    """One color or several for a dark page; None for what is no color ("auto", "none")."""
    from matplotlib.colors import to_rgba, to_rgba_array

    if isinstance(color, str) and color in ("none", "auto", "face"):
        return None
    several = not isinstance(color, str) and np.ndim(color) == 2
    rgba = to_rgba_array(color) if several else np.array([to_rgba(color)])
    for row in rgba:
        hue, lightness, saturation = rgb_to_hls(*row[:3])
        gray = max(row[:3]) - min(row[:3]) < 0.1
        row[:3] = hls_to_rgb(hue, 0.93 - 0.86 * lightness if gray else max(lightness, 0.62), saturation)
    return rgba if several else tuple(rgba[0])
