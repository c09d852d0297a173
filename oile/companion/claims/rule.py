"""The rule of the ledger: a claim has cases, a case has a tolerance of the published set, `verdict` does the rest."""

from dataclasses import dataclass, field

import numpy as np

REPRODUCED = "reproduced"
QUALIFIED = "reproduced with a qualification"
FAILED = "not reproduced"
UNTESTABLE = "not testable here"


@dataclass(frozen=True)
class Tolerance:
    """How far a measured number may be from what the paper says: one of the set below, none other.

    Parameters
    ----------
    name : str
        Its name in a row.
    words : str
        For which of the paper's words it stands.
    plus : float
        What may be added or taken away.
    share : float
        The same, as a share of the claimed number; of 1 if that is 0.
    times : float
        The factor that is allowed either way.
    errors : float
        How many standard errors of the mean; what is claimed to be *more* or *less* must be so by as many.
    beyond : float
        The factor by which what is claimed to be *much* more or less must be so.
    """

    name: str
    words: str
    plus: float = 0.0
    share: float = 0.0
    times: float = 1.0
    errors: float = 0.0
    beyond: float = 1.0

    @property
    def reach(self):
        """The number in the tolerance, as a row shows it."""
        if self.plus:
            return f"± {number(self.plus)}"
        if self.share:
            return f"± {self.share:.0%}".replace("%", " %")
        if self.beyond > 1:
            return f"at least {self.beyond:g} times"
        return f"{self.errors:g} s.e." if self.errors else f"× or ÷ {self.times:.3g}"

    def bounds(self, low, high, error):
        """The claimed range (low, high) with this tolerance, for a mean of standard error `error`."""
        chance = self.errors * error * (1 if np.isfinite(low) and np.isfinite(high) else -1)
        down, up = (1 / self.times, self.times) if self.times > 1 else (1, 1)
        add = [self.plus + chance + (self.share * (abs(x) or 1) if self.share else 0) for x in (low, high)]
        low, high = low * self.beyond, high / self.beyond
        return low * (down if low > 0 else up) - add[0], high * (up if high > 0 else down) + add[1]


EXACT = Tolerance("exact", "an identity, a conserved quantity, an equality", plus=1e-9)
POWER = Tolerance("power", "the power of γ, or of N, with which something goes", plus=0.1)
ABOUT = Tolerance("about", "“≈”, two numbers or vectors said to be equal (an angle in rad)", share=0.1)
SCALE = Tolerance("scale", "“∼”, “≲”, “≳”, a time scale, an order of magnitude", times=10**0.5)
CURVE = Tolerance("curve", "a curve agrees, or arrives, in a panel from −1 to 1", plus=0.05)
ROUGH = Tolerance("rough curve", "“-like”, “reasonably well”, “reasonable agreement”", plus=0.15)
CHANCE = Tolerance("chance", "a statistic equals a number, or is more or less than it", errors=3.0)
MUCH = Tolerance("much", "“≪”, “≫”", beyond=10.0)
TOLERANCES = (EXACT, POWER, ABOUT, SCALE, CURVE, ROUGH, CHANCE, MUCH)


@dataclass(frozen=True)
class Case:
    """One quantity of a claim: what the paper says it is, and what was measured.

    Parameters
    ----------
    what : str
        The quantity, in words.
    value : float or ndarray
        The measured number; an array holds one number for each realization.
    claimed : float or (float or None, float or None)
        What the paper says: a number, or a range that may be open to one side.
    tolerance : Tolerance
        An entry of `TOLERANCES`.

    Raises
    ------
    TypeError
        If the value is a truth value: a case is a number, its verdict is not set by hand.
    ValueError
        If the tolerance is not of the published set.
    """

    what: str
    value: object
    claimed: object
    tolerance: Tolerance

    def __post_init__(self):
        if np.asarray(self.value).dtype.kind not in "fi":
            raise TypeError(f"value must be a number or an array of numbers, not {self.value!r}")
        if self.tolerance not in TOLERANCES:
            raise ValueError(f"tolerance must be an entry of TOLERANCES, not {self.tolerance!r}")
        object.__setattr__(self, "value", np.asarray(self.value, float))

    @property
    def mean(self):
        """The number that is judged: the mean over realizations."""
        return float(np.mean(self.value))

    @property
    def error(self):
        """Standard error of the mean; zero for a single number."""
        return float(self.value.std(ddof=1) / np.sqrt(self.value.size)) if self.value.size > 1 else 0.0

    @property
    def range(self):
        """What is claimed, as (low, high); infinite on an open side."""
        low, high = self.claimed if isinstance(self.claimed, tuple) else (self.claimed, self.claimed)
        return (-np.inf if low is None else float(low)), (np.inf if high is None else float(high))

    @property
    def bounds(self):
        """What is claimed, with the tolerance."""
        return self.tolerance.bounds(*self.range, self.error)

    @property
    def holds(self):
        """Whether the measured number is what is claimed, within the tolerance."""
        low, high = self.bounds
        if self.tolerance.errors and not np.isfinite(self.range).all():  # more or less: equal is not enough
            return bool(low < self.mean < high)
        return bool(low <= self.mean <= high)

    @property
    def shown(self):
        """The measured number with its standard deviation over realizations, as text."""
        if self.tolerance is EXACT and self.holds and self.range[0] == self.range[1]:
            return f"{number(self.range[0])} to rounding"
        return pm(self.value) if self.value.size > 1 else number(self.mean)

    @property
    def said(self):
        """What is claimed, as text."""
        low, high = self.range
        much = "much " if self.tolerance is MUCH else ""
        if low == high:
            return number(low)
        if not np.isfinite(high):
            return f"{much}more than {number(low)}"
        return f"{much}less than {number(high)}" if not np.isfinite(low) else f"{number(low)} to {number(high)}"

    def __str__(self):
        sign = "✓" if self.holds else "✗"
        return f"{sign} {self.what}: {self.shown} [claimed: {self.said}; {self.tolerance.name}, {self.tolerance.reach}]"


def verdict(cases):
    """The verdict on a claim: it holds in all of its cases, in some, in none; or there is none that can be tested.

    Examples
    --------
    >>> verdict([Case("period", 6.3, 2 * np.pi, ABOUT)])
    'reproduced'
    >>> verdict([Case("along", 1.0, 1, EXACT), Case("across", 2.0, 1, EXACT)])
    'reproduced with a qualification'
    >>> verdict([Case("across", 2.0, 1, EXACT)]), verdict([])
    ('not reproduced', 'not testable here')
    """
    held = [case.holds for case in cases]
    if not held:
        return UNTESTABLE
    return REPRODUCED if all(held) else QUALIFIED if any(held) else FAILED


@dataclass(frozen=True)
class Measured:
    """What a run says about a claim.

    Parameters
    ----------
    *cases : Case
        The quantities; the verdict follows from them alone.
    note : str
        A sentence or two that help to read them.
    values : dict
        The raw numbers by name; an array holds one number for each realization.
    """

    cases: tuple
    note: str = ""
    values: dict = field(default_factory=dict)

    def __init__(self, *cases, note="", values=None):
        for name, value in (("cases", cases), ("note", note), ("values", values or {})):
            object.__setattr__(self, name, value)

    @property
    def verdict(self):
        """One of the four verdicts."""
        return verdict(self.cases)


# Numbers in sentences


def number(x):
    """A number with three digits, in powers of ten where it is small.

    Examples
    --------
    >>> number(2.0), number(0.05774), number(-0.6), number(6.4e-11), number(37.0)
    ('2', '0.0577', '−0.6', '6·10⁻¹¹', '37')
    """
    return power(x) if 0 < abs(x) < 1e-3 else f"{x:.3g}".replace("-", "−")


def pm(draws, digits=None):
    """Mean ± standard deviation over realizations; the deviation decides how many digits are shown, four at most.

    Examples
    --------
    >>> pm([40.0, 41.0, 39.0, 40.5]), pm([0.152, 0.148, 0.155])
    ('40.1 ± 0.9', '0.152 ± 0.004')
    """
    mean, sd = np.mean(draws), np.std(draws, ddof=1)
    if abs(mean) < 1e-3 and sd < 1e-3:
        return f"{power(mean)} ± {power(sd)}"
    if digits is None:
        first = np.floor(np.log10(sd)) if sd > 0 else -3
        digits = min(4, max(0, int(-first) + (sd < 3 * 10**first)))  # one more for a deviation that starts with 1 or 2
    return f"{mean:.{digits}f} ± {sd:.{digits}f}".replace("-", "−")


def span(draws, digits=0):
    """Median and range over realizations, for what is skewed.

    Examples
    --------
    >>> span([52, 41, 44, 72, 44])
    '44 (41 to 72)'
    """
    middle, low, high = (f"{x:.{digits}f}".replace("-", "−") for x in (np.median(draws), np.min(draws), np.max(draws)))
    return f"{middle} ({low} to {high})"


def power(x):
    """A number in powers of ten, with one digit.

    Examples
    --------
    >>> power(0.00042), power(6.4e-11), power(0.001)
    ('4·10⁻⁴', '6·10⁻¹¹', '10⁻³')
    """
    if x == 0:
        return "0"
    digit, exponent = f"{x:.0e}".split("e")
    ten = "10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return ten if digit == "1" else f"{digit}·{ten}".replace("-", "−")


def order(x, y):
    """The exponent n of a power law y ~ x^n, by least squares in the logarithms.

    Examples
    --------
    >>> round(order([0.1, 0.01], [5e-3, 5e-6]), 6)
    3.0
    """
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])
