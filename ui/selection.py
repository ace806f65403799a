"""The one selection: gemeente, wijk, indicator and year, in a slim bar, in the address, on every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from data.catalogue import Indicator, catalogue
from data.store import Store
from ui import wording
from ui.figures import Figures, figures

ALL_WIJKEN = "alle"
_FIELDS = ("gemeente", "wijk", "indicator", "jaar")
_FIRST_INDICATOR = "age_65plus_share"
_WRITTEN = "address as last written"
_WISHED_YEAR = "year as last chosen"
_CURRENT = "selection"
_HERE = "page that runs"
_VISIT = "pages gone to"


@dataclass(frozen=True)
class Selection:
    """What the user looks at.

    Attributes
    ----------
    store : Store
    figures : Figures
        Of the chosen gemeente, at the level of wijken.
    wijk : str or None
        Code, or None for all wijken.
    indicator : Indicator
    year : int
        A year in which the indicator has figures (or the last table year when it has none at all).
    """

    store: Store
    figures: Figures
    wijk: str | None
    indicator: Indicator
    year: int

    @property
    def focus(self) -> str:
        """The chosen wijk, else the gemeente."""
        return self.wijk or self.figures.gemeente

    @property
    def focus_label(self) -> str:
        """Name of the chosen wijk, else of the gemeente."""
        return self.figures.label(self.focus)

    def address(self, **other: str) -> dict[str, str]:
        """Return the query parameters of a link to this selection, with some fields replaced."""
        here = {
            "gemeente": self.figures.gemeente,
            "wijk": self.wijk or ALL_WIJKEN,
            "indicator": self.indicator.id,
            "jaar": str(self.year),
        }
        return here | other


def current() -> Selection:
    """Return the selection that the bar made in this run."""
    return st.session_state[_CURRENT]


def enter_page(address: str) -> bool:
    """Note which page runs, by its address; tells whether it is another one than before."""
    changed = st.session_state.get(_HERE, address) != address
    st.session_state[_HERE] = address
    st.session_state[_VISIT] = visit() + changed
    return changed


def visit() -> int:
    """Return how often the visitor went from one page to another; the same as long as they stay on a page."""
    return int(st.session_state.get(_VISIT, 0))


def on_page() -> str:
    """Return the address of the page that runs; empty where none was noted."""
    return str(st.session_state.get(_HERE, ""))


def adopt_address(*names: str) -> set[str]:
    """Take over what the address says, where it differs from what this session last wrote there.

    A page change empties the address; a missing field therefore has no opinion. A link that was opened,
    or the back button, does. Returns the names that were taken over.
    """
    adopted = set()
    written = st.session_state.setdefault(_WRITTEN, {})
    for name in names:
        value = st.query_params.get(name)
        if value is not None and value != written.get(name):
            st.session_state[name] = value
            written[name] = value
            adopted.add(name)
    return adopted


def write_address(fields: dict[str, str]) -> None:
    """Put fields in the address at once, without touching what is already right.

    Every change is a step of the back button, so what belongs together must change together.
    """
    st.session_state.setdefault(_WRITTEN, {}).update(fields)
    if changed := {name: value for name, value in fields.items() if st.query_params.get(name) != value}:
        st.query_params.update(changed)


def _valid(name: str, options: Sequence[str], otherwise: str, complaint: str) -> str | None:
    """Make the value of a field one of the options; returns the complaint when it was something else."""
    value = st.session_state.get(name)
    if value in options:
        # Assigning keeps a value alive for a selectbox whose options changed.
        st.session_state[name] = value
        return None
    st.session_state[name] = otherwise
    return complaint.format(value) if value is not None else None


def _year_options(known: Figures, indicator: Indicator) -> list[str]:
    years = known.years_with(indicator.id) or known.years[-1:]
    return [str(year) for year in reversed(years)]


def _fit_year(options: list[str]) -> None:
    """Stay with the year the user asked for; where it has no figure, take the last one before it."""
    asked = str(st.session_state.get("jaar") or "")
    if asked not in options:
        earlier = [year for year in options if asked.isdigit() and year <= asked]
        st.session_state["jaar"] = earlier[0] if earlier else options[0]
    else:
        st.session_state["jaar"] = asked


def _remember_year() -> None:
    st.session_state[_WISHED_YEAR] = st.session_state["jaar"]


def _forget_wijk() -> None:
    st.session_state["wijk"] = ALL_WIJKEN


def indicator_label(indicator: str) -> str:
    """Return title and theme of an indicator, as they stand in the list; the title first, since it is what counts."""
    known = catalogue()
    entry = known[indicator]
    theme = next(theme.title for theme in known.themes if theme.id == entry.theme)
    return f"{entry.title} ({wording.in_sentence(theme)})"


def _indicator_options() -> list[str]:
    known = catalogue()
    return [indicator.id for theme in known.themes for indicator in known.of_theme(theme.id)]


def selection_bar(store: Store) -> Selection:
    """Show the bar and return what is chosen.

    An address that names something the store does not have is told in one sentence, and the nearest view
    that does exist is shown.

    Parameters
    ----------
    store : Store
        With at least one gemeente.
    """
    if "jaar" in adopt_address(*_FIELDS):
        _remember_year()
    complaints: list[str | None] = []
    gemeenten = store.gemeenten()
    complaints.append(
        _valid(
            "gemeente",
            list(gemeenten),
            next(iter(gemeenten)),
            "De link noemt gemeente {}, maar daarvan staan hier geen cijfers. Kies hieronder een gemeente die er wel "
            "is, of importeer eerst de tabellen van die gemeente.",
        )
    )
    bar = st.container(key="keuzebalk")
    gemeente_box, wijk_box, indicator_box, year_box = bar.columns([1.5, 1.6, 2.4, 0.7])
    gemeente = gemeente_box.selectbox(
        "Gemeente",
        list(gemeenten),
        format_func=gemeenten.__getitem__,
        key="gemeente",
        on_change=_forget_wijk,
        placeholder="Kies een gemeente",
    )
    known = _load(store, gemeente)
    wijken = [ALL_WIJKEN, *known.regions]
    complaints.append(
        _valid("wijk", wijken, ALL_WIJKEN, f"Wijk {{}} hoort niet bij {known.name}; u ziet nu alle wijken.")
    )
    wijk = wijk_box.selectbox(
        "Wijk",
        wijken,
        format_func=lambda code: wijk_label(known, code),
        key="wijk",
        placeholder="Kies een wijk",
    )
    indicators = _indicator_options()
    complaints.append(
        _valid(
            "indicator",
            indicators,
            _FIRST_INDICATOR,
            "Het onderwerp {} bestaat niet (meer); kies een ander onderwerp uit de lijst.",
        )
    )
    indicator = catalogue()[
        indicator_box.selectbox(
            "Onderwerp",
            indicators,
            format_func=indicator_label,
            key="indicator",
            placeholder="Kies een onderwerp",
        )
    ]
    if _WISHED_YEAR in st.session_state:
        st.session_state["jaar"] = st.session_state[_WISHED_YEAR]
    options = _year_options(known, indicator)
    _fit_year(options)
    year = year_box.selectbox(
        "Jaar", options, key="jaar", on_change=_remember_year, placeholder="Kies een jaar"
    )
    for complaint in complaints:
        if complaint:
            st.warning(complaint)
    selection = Selection(store, known, None if wijk == ALL_WIJKEN else wijk, indicator, int(year))
    write_address(selection.address())
    st.session_state[_CURRENT] = selection
    return selection


def _load(store: Store, gemeente: str) -> Figures:
    with st.spinner("Cijfers worden gelezen"):
        return figures(store, gemeente)


def wijk_label(known: Figures, code: str) -> str:
    """Return how a wijk stands in the list: one that is gone with the last year in which it was there."""
    if code == ALL_WIJKEN:
        return "alle wijken"
    last = known.last_year_of(code)
    # A series named after its last year says so itself.
    told = "@" in code or last == known.years[-1]
    return known.label(code) + ("" if told else f" (tot en met {last})")


def choose_wijk(code: str) -> None:
    """Select a wijk from elsewhere on the page (a click on the map); to be called in a callback."""
    st.session_state["wijk"] = code


def choose_year(year: int) -> None:
    """Select a year from elsewhere on the page (the slider of a map); to be called in a callback."""
    st.session_state["jaar"] = str(year)
    _remember_year()


def choose_from_list(
    names: Mapping[str, str],
    but: str | None,
    key: str,
    take: Callable[[str], None] = choose_wijk,
    label: str = "Kies een wijk uit deze lijst",
) -> None:
    """Let the visitor take one of the wijken of a picture from a list, as a click in the picture does.

    Parameters
    ----------
    names : mapping of str to str
        Names by code, in the order of the picture.
    but : str, optional
        The wijk that is chosen already.
    key : str
        Of the list, in the session.
    take : callable, default `choose_wijk`
        What happens with the code.
    label : str
        Above the list.
    """

    def taken() -> None:
        if code := st.session_state[key]:
            take(str(code))
        st.session_state[key] = None

    st.selectbox(
        label,
        [code for code in names if code != but],
        index=None,
        format_func=names.__getitem__,
        key=key,
        placeholder="Kies",
        on_change=taken,
        width=360,
    )
