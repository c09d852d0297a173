"""Drawing only: the paper's line styles and its columns of panels. The look is `plt.style.use("oile.oile")`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from oile import _checks
from oile._types import AnyArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

plt = _checks.library("matplotlib.pyplot", "plot")
effects = _checks.library("matplotlib.patheffects", "plot")

__all__ = ["STYLES", "THIN", "band", "panels"]

STYLES = (
    {"linestyle": (0, (1, 1.2)), "color": "#E69F00"},  # dotted: the largest gamma
    {"linestyle": (0, (5, 1.5)), "color": "#0072B2"},  # dashed
    {"linestyle": (0, (6, 1.5, 1, 1.5)), "color": "#222222"},  # dot-dashed: the smallest
)
"""Line styles of the paper's Figs. 1 and 2 for its three values of gamma, from the largest to the smallest."""

THIN = {
    "linestyle": "-",
    "color": "#CC3377",
    "linewidth": 0.7,
    "zorder": 3,
    "path_effects": (effects.Stroke(linewidth=1.3, foreground="white"), effects.Normal()),
}
"""The paper's thin solid lines, solutions of a master equation: they lie over curves of width 2.4, whose edges show."""


def panels(*labels: str, width: float = 6.4, height: float = 1.5, columns: int = 1) -> tuple[Figure, AnyArray]:
    r"""A column of panels over one time axis, as in Figs. 1 and 2; with `columns`, several side by side.

    Parameters
    ----------
    *labels : str
        What each panel shows, from top to bottom.
    width, height : float
        Width of the figure and height of a panel [inch].
    columns : int
        Number of columns; each has its own time axis.

    Returns
    -------
    (Figure, ndarray of Axes), shape (len(labels),) or (len(labels), columns)

    Raises
    ------
    ValueError, TypeError
        For labels that are no strings, or none of them, and sizes that are not positive.

    Examples
    --------
    >>> fig, axes = panels("$P_1$", "$P_2$", "$P_3$")
    >>> [ax.get_ylabel() for ax in axes]
    ['$P_1$', '$P_2$', '$P_3$']
    >>> plt.close(fig)
    """
    if not labels or not all(isinstance(label, str) for label in labels):
        raise TypeError(f"labels must be one string for each panel, got {_checks.shown(labels)}")
    columns = int(_checks.integer("columns", columns, 1, shape=()))
    width, height = (_checks.number(n, x, 0.0, strictly=True) for n, x in (("width", width), ("height", height)))
    fig, axes = plt.subplots(
        len(labels),
        columns,
        sharex="col",
        squeeze=False,
        figsize=(width, height * len(labels) + 0.4),
    )
    for row, label in zip(axes, labels, strict=True):
        row[0].set_ylabel(label)
    for ax in axes[-1]:
        ax.set_xlabel(r"time $\mu t$")
    for ax in axes[:, 0]:
        ax.yaxis.set_label_coords(-0.09 * columns, 0.5)
    return fig, axes[:, 0] if columns == 1 else axes


def band(ax: Axes, t: AnyArray, values: AnyArray, **style: Any) -> None:
    """The range of `values` (T, N) over the particles as a shadow, from the minimum to the maximum.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    t : ndarray, shape (T,)
        Times [1/mu].
    values : ndarray, shape (T, N)
        One component of the Bloch vectors.
    **style
        An entry of `STYLES`; only its color counts.

    Raises
    ------
    ValueError, TypeError
        If `ax` is no axes, or the shapes of `t` and `values` do not fit.
    """
    if not hasattr(ax, "fill_between"):
        raise TypeError(f"ax must be an Axes, got {_checks.shown(ax)}")
    t, values = _checks.real("t", t, shape=(None,)), _checks.real("values", values, shape=(None, None))
    if len(t) != len(values) or values.size == 0:
        raise ValueError(f"t and values must have the same first axis, got shapes {t.shape} and {values.shape}")
    low, high = np.min(values, axis=1), np.max(values, axis=1)
    ax.fill_between(t, low, high, color=style.get("color"), alpha=0.15, linewidth=0)
