"""Where concerns lie together on the map: only what the sentences beside it tell is coloured, the rest may be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import pandas as pd

from analysis.concerns import LESS, MORE
from analysis.hotspots import COLD, HOT
from reports.map_drawing import LOOK, Entry, MapDrawing
from ui import concern_picture_wording as words
from ui.concern_figures import Heard, Pick, Stretch, rates_of
from ui.concern_map import source_of
from ui.concern_patterns import fresh, gathered
from ui.fetch_wording import month
from ui.hotspot_drawing import mixed
from ui.painting import ATTRIBUTION, Layer, Painting, paint, unplaced_sentence
from ui.theme import Look
from ui.wording import capital, in_sentence, join_names

Class = Literal["new", "more", "less", "neither", ""]
#: In the order of the legend; an empty class is hatched.
CLASSES: Final[tuple[Class, ...]] = ("new", "more", "less", "neither")
CLASS_NAMES: Final = {
    "new": "nieuwe concentratie",
    "more": "meer dan het aantal inwoners verklaart",
    "less": "minder dan het aantal inwoners verklaart",
    "neither": "geen van beide: kan toeval zijn",
}
_TOGETHER: Final = (
    "Noemt een zin wijken samen, dan geldt de kleur voor die wijken samen, niet voor elke wijk apart."
)
_OLDER: Final = "Wat nu nieuw is, staat op de kaart van de nieuwste periode."
#: How much of its colour "less" has, so that it lies between "more" and "neither" in greyscale too.
_THINNED: Final = 0.65


@dataclass(frozen=True, eq=False)
class GatheredMap:
    """The map of what lies together, with the rows it was drawn from.

    Attributes
    ----------
    painting : Painting
        Its values are places in `CLASSES`.
    rows : DataFrame
        One row per wijk: region, name, class (of `CLASSES`, or empty), new (what is new there, in words), lasting (`MORE`,
        `LESS` or empty, over the twelve months) and reason (why it is hatched).
    has_new : bool
        Whether what is new belongs to this stretch.
    """

    painting: Painting
    rows: pd.DataFrame
    has_new: bool

    def drawn(self, look: Look) -> MapDrawing:
        """Return the drawing in a look: always every class, also those without a wijk."""
        painting = self.painting
        areas = painting.areas.assign(**{"class": painting.areas["value"].round().astype("Int64")})
        colours = _colours(look)
        entries = [
            Entry(self._name(one), "colour", colours[place], int((areas["class"] == place).sum()))
            for place, one in enumerate(CLASSES)
            if one != "new" or self.has_new
        ]
        without = areas.loc[areas["class"].isna(), "reason"].value_counts(sort=True)
        entries += [Entry(str(reason), "no_figure", "", int(n)) for reason, n in without.items()]
        return MapDrawing(
            title=painting.layer.title,
            gemeente=painting.known.gemeente,
            level=painting.known.level,
            borders_year=painting.borders_year,
            areas=areas,
            colours=colours,
            legend_title=painting.layer.legend_title,
            legend=tuple(entries),
            look={name: getattr(look, name) for name in LOOK},
            notes=tuple(
                filter(None, (*painting.notes, unplaced_sentence(painting.unplaced, painting.borders_year)))
            ),
            source=f"{painting.layer.source} {ATTRIBUTION}",
        )

    def _name(self, one: Class) -> str:
        if one == "new":
            return f"{CLASS_NAMES[one]}, in de laatste maanden"
        # A wijk that is new as well has the colour of new: this one must not seem to be all there is.
        return f"{CLASS_NAMES[one]}, niet nieuw" if one == "more" and self.has_new else CLASS_NAMES[one]

    def table(self) -> pd.DataFrame:
        """Return what stands beside the map, as text; what is coloured first."""
        rows = _in_order(self.rows)
        lasting = [capital(CLASS_NAMES.get(one, "")) for one in rows["lasting"]]
        table = pd.DataFrame(
            {
                "Wijk": rows["name"],
                "Op de kaart": [_class_text(row) for _, row in rows.iterrows()],
                "Nieuw": [capital(text) for text in rows["new"]],
                "12 maanden, per inwoner": lasting,
            }
        )
        return table if self.has_new else table.drop(columns="Nieuw")

    def plain_rows(self, what: str, stretch: Stretch) -> pd.DataFrame:
        """Return rows for a file, without a single count: region, name, what, the days, class, new, twelve_months, source."""
        rows = _in_order(self.rows)
        return pd.DataFrame(
            {
                "region": rows["region"],
                "name": rows["name"],
                "what": what,
                "first_day": stretch.first.isoformat(),
                "last_day": stretch.last.isoformat(),
                "class": [_class_text(row) for _, row in rows.iterrows()],
                "new": rows["new"],
                "twelve_months": rows["lasting"].map(lambda one: CLASS_NAMES.get(one, "")),
                "source": self.painting.layer.source,
            }
        )


@lru_cache(maxsize=32)
def gathered_map(
    of: Heard, stretch: Stretch, pick: Pick, subject: str, themes: tuple[tuple[str, str], ...]
) -> GatheredMap | None:
    """Put what lies together on the borders of now; None without borders.

    A wijk whose count is hidden, or that is too small to judge, is coloured only where a sentence names it.

    Parameters
    ----------
    of : Heard
    stretch : Stretch
    pick : Pick
    subject : str
        What is counted, as the legend says it.
    themes : tuple of (str, str)
        Key and title of every theme.
    """
    known = of.known
    year = known.years[-1]
    borders_year = known.borders_year(year)
    found = gathered(of, stretch, pick)
    if borders_year is None or found is None:
        return None
    has_new = stretch == of.stretches[0]
    judged = rates_of(of, stretch, pick)
    reasons = {
        str(row["region"]): words.unsaid(str(row["status"]), str(row["verdict"]))
        for _, row in judged.iterrows()
    }
    new = _new(fresh_of(of, pick), dict(themes), reasons) if has_new else {}
    lasting = _lasting(found.clusters, found.spots, reasons)
    rows = pd.DataFrame(
        {
            "region": judged["region"],
            "name": judged["name"],
            "class": [_class(region, new, lasting, reasons) for region in judged["region"]],
            "new": [join_names(new.get(region, [])) for region in judged["region"]],
            "lasting": [lasting.get(region, "") for region in judged["region"]],
            "reason": [reasons[region] for region in judged["region"]],
        }
    ).astype("str")
    notes = (_TOGETHER,) if has_new else (_TOGETHER, _OLDER)
    return GatheredMap(
        paint(known, _layer(of, stretch, pick, subject, rows, notes), borders_year), rows, has_new
    )


def fresh_of(of: Heard, pick: Pick) -> pd.DataFrame:
    """Return what is new of a choice of concerns: of all of them together and of every theme, or of the chosen one."""
    found = fresh(of)
    return found if pick.kind == "all" else found[found["theme"] == pick.key]


def _new(found: pd.DataFrame, themes: dict[str, str], reasons: dict[str, str]) -> dict[str, list[str]]:
    """Return what is new in each wijk, a theme before all concerns together."""
    told: dict[str, list[str]] = {}
    for row in found.sort_values("theme", ascending=False, kind="stable").to_dict("records"):
        theme = str(row["theme"])
        what = in_sentence(themes.get(theme, theme)) if theme else words.ALL_TOGETHER
        for region in _to_colour(row["regions"], reasons):
            told.setdefault(region, []).append(f"{what} sinds {month(row['since'])}")
    return told


def _lasting(clusters: pd.DataFrame, spots: pd.DataFrame, reasons: dict[str, str]) -> dict[str, str]:
    """Return where the twelve months have more or fewer; a circle goes before wijken that only touch."""
    told: dict[str, str] = {}
    for kind, side in ((HOT, MORE), (COLD, LESS)):
        touching = spots[spots["class"] == kind].sort_values("name")["region"].tolist()
        told |= dict.fromkeys(_to_colour(touching, reasons), side)
    for row in clusters.to_dict("records"):
        told |= dict.fromkeys(_to_colour(row["regions"], reasons), str(row["side"]))
    return told


def _to_colour(regions: Sequence[str], reasons: dict[str, str]) -> list[str]:
    """Return the wijken of one sentence, in its order, without those it does not name and of which nothing may be told."""
    named = words.named_one_by_one(regions)
    return [region for region in regions if region in named or not reasons.get(region, "")]


def _class(region: str, new: dict[str, list[str]], lasting: dict[str, str], reasons: dict[str, str]) -> Class:
    if region in new:
        return "new"
    if region in lasting:
        return "more" if lasting[region] == MORE else "less"
    return "" if reasons[region] else "neither"


def _layer(
    of: Heard, stretch: Stretch, pick: Pick, subject: str, rows: pd.DataFrame, notes: tuple[str, ...]
) -> Layer:
    frame = pd.DataFrame(
        {
            "region": rows["region"],
            "name": rows["name"],
            "value": [float(CLASSES.index(one)) if one else np.nan for one in rows["class"]],
            "status": "",
            "reason": rows["reason"],
            "alike": False,
            "label": [_label(row) for _, row in rows.iterrows()],
        }
    ).astype({"reason": "str", "label": "str", "status": "str", "alike": "bool"})
    return Layer(
        frame,
        of.known.years[-1],
        title=words.gathered_title(rows["class"], words.subject(pick.kind, subject), of.known.name),
        legend_title=f"Bij elkaar, meer dan toeval: {in_sentence(subject)}, 12 maanden tot en met {month(stretch.last)}",
        named=lambda _, place: CLASS_NAMES[CLASSES[place]],
        decimals=0,
        notes=notes,
        source=source_of(of),
        of_one_year=False,
    )


def _colours(look: Look) -> tuple[str, ...]:
    """Return the colour of every class, each lighter than the one before it (in the dark look: darker)."""
    middle = look.less_to_more[2]
    return look.attention[0], look.attention[1], mixed(look.less_to_more[1], middle, _THINNED), middle


def _class_text(row: pd.Series) -> str:
    return CLASS_NAMES.get(str(row["class"]), str(row["reason"]))


def _label(row: pd.Series) -> str:
    new = f"{CLASS_NAMES['new']}: {row['new']}" if row["new"] else ""
    lasting = f"12 maanden: {CLASS_NAMES[row['lasting']]}" if row["lasting"] else ""
    return "\n".join(filter(None, [new, lasting])) or _class_text(row)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what is coloured first, then by name: an order by figure would rank noise."""
    order = {one: place for place, one in enumerate((*CLASSES, ""))}
    return rows.assign(place=rows["class"].map(order)).sort_values(["place", "name"], ignore_index=True)
