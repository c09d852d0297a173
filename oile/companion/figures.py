"""The numbers behind a figure, for the reader to download."""

import csv
from itertools import zip_longest
from pathlib import Path

import numpy as np


def save_data(name, **columns):
    """Write the curves of a figure to `data/<name>.csv` beside the notebook.

    Columns may differ in length; a Bloch vector's history `P`, of shape (T, 3), becomes the columns
    `P_1, P_2, P_3`. Six significant digits: the figure, not the computation, is what they restore.

    Parameters
    ----------
    name : str
        The figure's name, for example `"fig1"`.
    **columns : array_like, shape (T,) or (T, k)
        The columns by name.
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
    with path.open("w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(table)
        for row in zip_longest(*table.values()):
            writer.writerow("" if x is None else f"{x:.6g}" for x in row)
