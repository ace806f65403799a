"""Trends: does a short yearly series rise or fall by more than chance, and by how much?

Ten to thirteen yearly figures of a wijk hang together from year to year: a high figure is followed by a high
one, also where nothing lasting happens. A test that takes the years as independent then finds a trend in
every third series. Here that coherence is estimated once for all series that are alike and taken into account.

The slope is that of Theil and Sen. Its standard error follows from an autoregressive process of order one
around a straight line:

- the autocorrelation comes from the restricted likelihood (Patterson and Thompson, Biometrika 58, 1971: free of
  most of the bias that detrending a short series brings), pooled over all series of a pool, under the reference
  prior for a process that may be as persistent as a random walk (Berger and Yang, Econometric Theory 10, 1994).
  A quantile above the middle of the posterior is taken, the higher the fewer series there are to learn from;
- the variance of a series is shrunk towards that of its pool, as far as the pool shows that its series are alike
  (Smyth, Statistical Applications in Genetics and Molecular Biology 3, 2004), on top of what their known noise
  explains;
- known noise of measurement sets a lower limit to the error.

Over the family of series that a reader looks at, the share of false alarms is held by Benjamini and Hochberg
(Journal of the Royal Statistical Society B 57, 1995). Size and power: docs/methode/trends.md.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special

from analysis._coherence import GRID, at, learn, likelihood, of_years, shrink
from analysis._door import WITH_VALUE, require
from analysis._grid import Floats, of_definition
from analysis._series import Laid, lay_out, refuse_absurd
from analysis.false_discovery import adjusted_within
from analysis.noise import measurement_errors, standard_errors, total_errors
from analysis.segments import cut

#: Fewer figures than this give a picture and no verdict.
FEWEST_POINTS: Final = 6
#: Of all verdicts in a family at most this share is expected to be a false alarm.
FALSE_DISCOVERY_RATE: Final = 0.05
#: A change over the whole period below this part of an ordinary figure counts as no change.
NEGLIGIBLE: Final = 0.10
VERDICTS: Final = ("rises", "falls", "about_equal", "too_uncertain", "no_verdict")

_CONFIDENCE: Final = 0.95
#: Large-sample variance of the Theil-Sen slope relative to least squares under normal errors (pi / 3).
_THEIL_SEN: Final = np.pi / 3
_BLOCK: Final = 2048
_KEYS: Final = ("region", "indicator", "year", "value")
_SIGN: Final = {"higher_is_worrying": -1.0, "lower_is_worrying": 1.0, "neutral": 0.0}


def trends(figures: pd.DataFrame) -> pd.DataFrame:
    """Estimate the trend of every series over its last unbroken piece.

    Parameters
    ----------
    figures : DataFrame
        One row per region, indicator and year with a figure: columns region, indicator, year and value. Optional:
        error (standard deviation of measurement of the figure, in its unit), segment (only rows of the highest
        segment of a series are used), pool (series that share one autocorrelation; the indicator if left out) and
        kind (``count`` where the figures count something, else ``rate``).
        Rows in any order; empty values are left out.

    Returns
    -------
    DataFrame
        One row per region x indicator, in order of appearance:

        - region, indicator;
        - first_year, last_year, n: the years and the number of figures of the piece;
        - broken: whether earlier figures exist that cannot be compared with it;
        - slope: Theil-Sen, per year (empty with fewer than two figures); lower, upper: its 95 % band;
        - line_first, line_last: height of the line in the first and the last year;
        - change, change_lower, change_upper: slope and band times the number of years;
        - autocorrelation, error: what the band rests on; p: two-sided, of no trend at all;
        - independent: for how many independent series the pool counts;
        - constant: all figures of the piece are equal;
        - ordinary: the size of an ordinary figure, the larger of the median of this series and, for all but counts,
          that of its pool.

        Band, error, autocorrelation and p are empty with fewer than `FEWEST_POINTS` figures.

    Raises
    ------
    ValueError
        If a column is missing, a region has two figures for one indicator and year, a value is infinite or beyond
        1e100, an error is negative or infinite, a year is not a whole number from 0 to 9999, or a figure has no
        region, indicator, pool or segment.
    """
    require(figures, _KEYS, "frame of figures")
    refuse_absurd(figures)
    laid = lay_out(figures)
    count = len(laid.head)
    slope, middle, measured = (np.full(count, np.nan) for _ in range(3))
    rss, evidence, ratio = (np.full((count, len(GRID)), np.nan) for _ in range(3))
    residual = np.zeros(laid.values.shape)
    for pattern in laid.patterns:
        rows, times, cells = pattern.rows, pattern.times, np.ix_(pattern.rows, pattern.columns)
        values = laid.values[cells]
        if len(times) >= 2:
            slope[rows] = theil_sen(times, values)
            middle[rows] = np.median(values - slope[rows][:, None] * (times - times.mean()), axis=1)
        if len(times) >= FEWEST_POINTS:
            years = of_years(times)
            rss[rows], evidence[rows], residual[cells] = likelihood(years, values)
            ratio[rows] = years.slope_variance
            measured[rows] = (years.weights**2 * laid.errors[cells] ** 2).sum(axis=1)
    learned = learn(laid.pool, evidence, residual)
    own = np.maximum(laid.n - 2.0, 1.0)
    scale = at(rss, learned.place) / own
    telling = np.isfinite(scale) & evidence.any(axis=1)
    scale, df = shrink(laid.pool, scale, own, learned.effective, laid.noise, telling)
    variance = np.where(laid.constant, 0.0, scale) * at(ratio, learned.place)
    error = np.sqrt(_THEIL_SEN * np.maximum(variance, measured))
    autocorrelation = np.interp(learned.place, np.arange(len(GRID)), GRID)
    table = _told(laid, slope, middle, error, df, autocorrelation)
    return table.assign(independent=np.where(np.isfinite(error), learned.effective, np.nan))


def _told(
    laid: Laid, slope: Floats, middle: Floats, error: Floats, df: Floats, autocorrelation: Floats
) -> pd.DataFrame:
    tested = np.isfinite(error)
    reach = special.stdtrit(df, (1 + _CONFIDENCE) / 2) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(slope == 0, 0.0, np.abs(slope) / error)
    p = np.where(tested, 2 * special.stdtr(df, -ratio), np.nan)
    span = (laid.last - laid.first).astype(np.float64)
    return laid.head.assign(
        first_year=laid.first,
        last_year=laid.last,
        n=laid.n,
        broken=laid.broken,
        slope=slope,
        lower=slope - reach,
        upper=slope + reach,
        line_first=middle - slope * (laid.centre - laid.first),
        line_last=middle + slope * (laid.last - laid.centre),
        change=slope * span,
        change_lower=(slope - reach) * span,
        change_upper=(slope + reach) * span,
        autocorrelation=np.where(tested, autocorrelation, np.nan),
        error=error,
        p=p,
        constant=laid.constant,
        ordinary=laid.ordinary,
    )


def trends_of_panel(
    panel: pd.DataFrame,
    definitions: pd.DataFrame,
    errors: pd.DataFrame | None = None,
    years: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """Estimate the trend of every series of a panel, on its last segment, with the known noise of its figures.

    Parameters
    ----------
    panel : DataFrame
        A panel.
    definitions : DataFrame
        Indexed by indicator id; see `analysis.noise.standard_errors` and `analysis.segments.number_segments`.
    errors : DataFrame, optional
        `standard_errors` of a panel that holds at least these rows under the same index.
    years : tuple of int, optional
        First and last year to look at; all if left out. Segments are those of the whole panel.

    Returns
    -------
    DataFrame
        What `trends` returns, with level and unit behind indicator. Only series with a figure in those years.

    Raises
    ------
    ValueError
        As `number_segments` and `standard_errors` do.
    """
    return trends_of_figures(figures_of_panel(panel, definitions, errors, years))


def trends_of_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Estimate trends as `trends` does, with level and unit of the latest figure of each series behind indicator.

    Parameters
    ----------
    figures : DataFrame
        What `figures_of_panel` returns, or a selection of whole series or years of it.
    """
    table = trends(figures)
    last = figures.sort_values("year").drop_duplicates(["region", "indicator"], keep="last")
    head = table[["region", "indicator"]].merge(
        last[["region", "indicator", "level", "unit"]], "left", on=["region", "indicator"]
    )
    table.insert(2, "level", head["level"].to_numpy())
    table.insert(3, "unit", head["unit"].to_numpy())
    return table


def figures_of_panel(
    panel: pd.DataFrame,
    definitions: pd.DataFrame,
    errors: pd.DataFrame | None = None,
    years: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """Return the figures of a panel in the form that `trends` and `analysis.turns` take.

    Parameters and errors as in `trends_of_panel`.

    Returns
    -------
    DataFrame
        Columns region, level, indicator, unit, year, value, segment, error (total), measurement (the part of it that is
        rounding and conversion) and pool, and kind where ``definitions`` have it; only rows with a figure. The
        wijken of an indicator learn from each other; its gemeente, far larger and smoother, is a pool of its own.
    """
    errors = standard_errors(panel, definitions) if errors is None else errors
    pieces = cut(panel, definitions)
    segment = np.empty(len(panel), dtype=np.int64)
    segment[pieces.order] = pieces.segment
    figures = panel[["region", "level", "indicator", "unit", "year", "value"]].assign(
        segment=segment,
        error=total_errors(panel, definitions, errors),
        measurement=measurement_errors(panel, errors),
        pool=panel["indicator"].astype("str") + " " + panel["level"].astype("str"),
    )
    if "kind" in definitions:
        figures["kind"] = of_definition(panel, definitions["kind"])
    figures = figures[panel["status"].isin(WITH_VALUE).to_numpy(dtype=np.bool_)]
    return figures if years is None else figures[figures["year"].between(*years)]


def judge(
    estimated: pd.DataFrame,
    directions: pd.Series[Any] | None = None,
    rate: float = FALSE_DISCOVERY_RATE,
    *,
    family: str | None = None,
) -> pd.DataFrame:
    """Give every trend a verdict, as one family: all series that the reader looks at together.

    Parameters
    ----------
    estimated : DataFrame
        What `trends` returns, or a selection of it: these rows are the family.
    directions : Series of str, optional
        Indicator id to higher_is_worrying, lower_is_worrying or neutral.
    rate : float, default 0.05
        Share of false alarms among the trends that are called one.
    family : str, optional
        Column of which every value is a family of its own.

    Returns
    -------
    DataFrame
        The same rows with

        - p_adjusted: Benjamini-Hochberg over the rows with a p;
        - verdict: ``rises`` or ``falls`` where p_adjusted is at most ``rate``; else ``about_equal`` where the
          whole band of the change stays within `NEGLIGIBLE` of an ordinary figure, or all figures are equal; else
          ``too_uncertain``;
          ``no_verdict`` with too few figures;
        - judgement: ``favourable`` or ``unfavourable`` for a rise or fall with a direction, else ``neutral``;
          ``none`` without a verdict.
    """
    require(
        estimated, ("indicator", "slope", "change_lower", "change_upper", "ordinary", "p"), "frame of trends"
    )
    tested = estimated["p"].notna().to_numpy()
    families = None if family is None else estimated[family]
    p_adjusted = adjusted_within(estimated["p"].to_numpy(dtype=np.float64), families)
    real = tested & (p_adjusted <= rate)
    slope = estimated["slope"].to_numpy(dtype=np.float64)
    farthest = estimated[["change_lower", "change_upper"]].abs().max(axis=1).to_numpy(dtype=np.float64)
    small = farthest <= NEGLIGIBLE * estimated["ordinary"].to_numpy(dtype=np.float64)
    if "constant" in estimated:
        small |= estimated["constant"].to_numpy(dtype=np.bool_)
    verdict = np.select(
        [~tested, real & (slope > 0), real & (slope < 0), small],
        ["no_verdict", "rises", "falls", "about_equal"],
        default="too_uncertain",
    )
    signs = directions.map(_SIGN) if directions is not None else pd.Series(dtype="float64")
    sign = estimated["indicator"].map(signs).fillna(0.0).to_numpy(dtype=np.float64)
    good = sign * np.select([verdict == "rises", verdict == "falls"], [1.0, -1.0], default=0.0)
    judgement = np.select(
        [verdict == "no_verdict", good > 0, good < 0], ["none", "favourable", "unfavourable"], "neutral"
    )
    return estimated.assign(
        p_adjusted=p_adjusted,
        verdict=pd.Series(verdict, index=estimated.index, dtype="str"),
        judgement=pd.Series(judgement, index=estimated.index, dtype="str"),
    )


def theil_sen(times: Floats, values: Floats) -> Floats:
    """Return the Theil-Sen slope of every row: the median of the slopes between all pairs of years.

    Sen, Journal of the American Statistical Association 63 (1968).

    Parameters
    ----------
    times : ndarray, shape (n,)
    values : ndarray, shape (series, n)
    """
    early, late = np.triu_indices(len(times), 1)
    apart = times[late] - times[early]
    # In blocks that fit in the memory of the processor; all pairs of all series at once take three times as long.
    blocks = [
        np.median((values[top : top + _BLOCK, late] - values[top : top + _BLOCK, early]) / apart, axis=1)
        for top in range(0, len(values), _BLOCK)
    ]
    return np.concatenate(blocks) if blocks else np.empty(0)
