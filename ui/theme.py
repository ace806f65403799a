"""The look in one place: colours, ink and type, for light and dark.

The sequential scale is one hue from light to dark (dark theme: from dark to light), so that it reads in
greyscale and for people who are colour-blind. Blue against orange says favourable against unfavourable.
"""

from __future__ import annotations

from dataclasses import dataclass

FONT = "Public Sans, Source Sans, sans-serif"


@dataclass(frozen=True)
class Look:
    """Colours of one theme; every text colour holds 4.5:1 and every graphic 3:1 on ``paper``."""

    name: str
    paper: str
    raised: str
    ink: str
    quiet: str
    hairline: str
    accent: str
    favourable: str
    unfavourable: str
    no_figure: str
    scale: tuple[str, str, str, str, str]
    series: tuple[str, str, str, str]
    #: Around a real midpoint, from unfavourable to favourable.
    diverging: tuple[str, str, str, str, str]
    #: Around a real midpoint of what is neither good nor bad, from less to more.
    less_to_more: tuple[str, str, str, str, str]
    #: Four plain classes, from what asks most attention to what asks none.
    attention: tuple[str, str, str, str]


LIGHT = Look(
    name="light",
    paper="#FFFFFF",
    raised="#F4F7F9",
    ink="#17242E",
    quiet="#52626E",
    hairline="#D5DEE4",
    accent="#0B5C7A",
    favourable="#0B5C7A",
    unfavourable="#A84A06",
    no_figure="#8A97A0",
    scale=("#DCEBF2", "#A6CCDD", "#63A3C0", "#2A7598", "#0A4560"),
    series=("#0B5C7A", "#A84A06", "#5B4A9E", "#3D6B21"),
    diverging=("#A84A06", "#E3A26A", "#EEF1F3", "#7DB4CD", "#0B5C7A"),
    less_to_more=("#5B4A9E", "#AFA5D6", "#EEF1F3", "#A3C28A", "#3D6B21"),
    attention=("#8A3600", "#D9822B", "#F5D08A", "#E1EAF0"),
)

DARK = Look(
    name="dark",
    paper="#10191F",
    raised="#18242C",
    ink="#E8EEF2",
    quiet="#A3B3BE",
    hairline="#33434E",
    accent="#6CC0E0",
    favourable="#6CC0E0",
    unfavourable="#F0994F",
    no_figure="#7D8B95",
    scale=("#17394A", "#1F5670", "#2F7FA3", "#6FB4D1", "#C9E6F2"),
    series=("#6CC0E0", "#F0994F", "#B3A4F0", "#9BCB78"),
    diverging=("#F0994F", "#A9672E", "#2C3A44", "#3B7D9A", "#6CC0E0"),
    less_to_more=("#B3A4F0", "#766AB0", "#2C3A44", "#64894B", "#9BCB78"),
    attention=("#FFB36B", "#B8651B", "#6E4E1C", "#263641"),
)


def look(dark: bool) -> Look:
    """Return the look of the dark or the light theme."""
    return DARK if dark else LIGHT
