"""What stands around every page: the gate before it, the bar on top, the licences below."""

from __future__ import annotations

import time

import streamlit as st

from data import VERSION
from data.catalogue import catalogue
from data.errors import UserError
from data.importing import ensure_sample, sample_is_current
from data.settings import ROOT, load_settings
from data.store import Store
from register.roles import Action
from ui import fetching, gate, identity
from ui.parts import PART
from ui.selection import enter_page, selection_bar
from ui.server import set_language
from ui.theme import DARK

#: Address of the page where figures are fetched.
FETCHING = "ophalen"
ICON = str(ROOT / "static" / "wijkradar-icoon.svg")
_TOP_SECONDS = 0.15
_WORDMARKS = {theme: str(ROOT / "static" / f"wijkradar-{theme}.svg") for theme in ("licht", "donker")}
_STYLE = """
<style>
.st-key-keuzebalk { padding-bottom: .25rem; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.st-key-fictief, .st-key-lopend, .st-key-aanmelden-uit { background: color-mix(in srgb, currentColor 6%, transparent); border-radius: 4px; padding: .35rem .75rem; }
.st-key-aanmelden-uit:has(strong) { border-left: 4px solid currentColor; }
.st-key-fictief a, .st-key-lopend a, .st-key-afgelopen a, .st-key-opgeslagen a {
  border: 1px solid rgb(120 135 145 / .7); border-radius: 4px; padding: .25rem .75rem; }
[data-testid="stMainBlockContainer"] { padding: 3.25rem clamp(1rem, 3vw, 3rem) 4rem; max-width: 78rem; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: .8; }
/* Streamlit's own toolbar speaks English and downloads without status and source; ours stands under the picture. */
[data-testid="stElementToolbar"] { display: none; }
/* The link under a figure to where it comes from: small, and never as the page one is on. */
[data-testid="stPageLink-NavLink"][href*="deel=bron"] { background: none; padding: .2rem 0; }
[data-testid="stVerticalBlock"] > [data-testid="stElementContainer"]:has([href*="deel=bron"]) { margin-top: -.75rem; }
[data-testid="stPageLink-NavLink"][href*="deel=bron"] * { font-size: .875rem; font-weight: 400; text-decoration: underline; text-underline-offset: .15em; }
#bron { display: block; scroll-margin-top: 4rem; }
h1, h2, h3 { hyphens: auto; overflow-wrap: break-word; }
/* Where the choices wrap, the border that a chosen one hides of its neighbour is the outer one of a row. */
[data-testid="stButtonGroup"] button { border-inline-color: color-mix(in srgb, currentColor 22%, transparent) !important; }
[data-testid="stButtonGroup"] button[aria-checked="true"] { position: relative; z-index: 1; border-inline-color: currentColor !important; }
/* Streamlit has no setting for what a list says where nothing matches. */
[role="listbox"][data-empty="true"] [role="option"] > * { font-size: 0; padding: .5rem .75rem; }
[role="listbox"][data-empty="true"] [role="option"] > *::after {
  content: "Niets gevonden. Kijk de spelling na, of typ een deel van de naam."; font-size: .875rem; }
/* Nor for the letters that stand for a year and an hour in an empty field. */
:is([data-type="year"], [data-type="hour"])[data-placeholder] { font-size: 0 !important; }
:is([data-type="year"], [data-type="hour"])[data-placeholder]::before { font-size: 1rem; }
[data-type="year"][data-placeholder]::before { content: "jjjj"; }
[data-type="hour"][data-placeholder]::before { content: "uu"; }
/* Beside the open menu the other choices give way: a year that is cut says nothing. */
@media (min-width: 641px) {
  .st-key-keuzebalk [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
  .st-key-keuzebalk [data-testid="stColumn"]:last-child { min-width: 5.75rem; }
}
@media (max-width: 640px) {
  h1 { font-size: 1.5rem !important; }
  [class*="st-key-past-"] :is(td, th) { padding: .25rem; }
  [class*="st-key-past-"] :is(td, th, td *, th *) { font-size: .75rem; hyphens: auto; }
  .st-key-past-tabellen :is(td, th) { padding: .25rem .15rem !important; }
  .st-key-past-per-jaar td:nth-child(3) *, .st-key-past-grenzen td:nth-child(5) *,
  .st-key-past-herkend td:is(:nth-child(1), :nth-child(4)) * { overflow-wrap: anywhere !important; }
  .st-key-past-per-jaar :is(td, th):nth-child(6) { display: none; }
  .st-key-past-komende-cijfers-tabel :is(td, th) { padding: .25rem .15rem !important; }
  .st-key-past-komende-cijfers-tabel :is(td, th):nth-child(3) { display: none; }
  .st-key-past-komende-cijfers-tabel td:nth-child(1) * { overflow-wrap: anywhere !important; }
  .st-key-keuzebalk [data-testid="stHorizontalBlock"] { flex-wrap: wrap; gap: .5rem; }
  .st-key-keuzebalk [data-testid="stColumn"] { flex: 1 1 calc(50% - .5rem); min-width: calc(50% - .5rem); width: auto; }
}
</style>
"""
#: Streamlit writes white on the accent, also where the accent is light.
_ON_LIGHT_ACCENT = f"""
<style>
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primary"] *, [data-tag], [data-tag] * {{ color: {DARK.paper} !important; }}
</style>
"""


def _stop_with(message: str) -> None:
    st.title("Wijkradar")
    st.error(message)
    st.stop()


def _open_store() -> Store:
    """Open the store, filling in the sample municipality at the very first start."""
    store = Store(load_settings().store)
    if _sample_is_there(store):
        return store
    with st.status("De voorbeeldgemeente wordt klaargezet", expanded=True) as status:
        bar = st.progress(0.0)

        def show(step: int, steps: int, what: str) -> None:
            bar.progress((step - 1) / steps, f"Stap {step} van {steps}: {what}")

        ensure_sample(store, catalogue(), show)
        status.update(label="De voorbeeldgemeente staat klaar", state="complete")
    st.rerun()
    return store


@st.cache_resource(show_spinner=False)
def _checked_samples() -> set[tuple[str, str]]:
    return set()


def _sample_is_there(store: Store) -> bool:
    """Tell whether the sample is in the store; its files are read once, not at every change of the store."""
    checked = _checked_samples()
    seen = (str(store.folder), store.manifest.sample_checksum)
    if seen in checked:
        return True
    if store.generation and sample_is_current(store, catalogue()):
        checked.add(seen)
        return True
    return False


def _tell_fiction(here: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="fictief"):
        st.markdown("**Voorbeeldgemeente: alle cijfers en grenzen zijn verzonnen.**", width="stretch")
        if here != FETCHING and identity.may(Action.MANAGE_FIGURES):
            st.page_link("ophalen.py", label="Uw eigen gemeente ophalen")


def _tell_fetching(store: Store, here: str) -> None:
    """Say on every other page that figures are on their way, or have come in."""
    if here == FETCHING:
        return
    if fetching.running_job(store):
        fetching.show_slim_line(store)
    else:
        fetching.show_finished_line(store)


def open_frame(here: str = "") -> None:
    """Let the user through the gate and show the bar; a page runs only after this returns.

    Parameters
    ----------
    here : str
        Address of the page that runs.
    """
    set_language()
    st.html(_STYLE + (_ON_LIGHT_ACCENT if st.context.theme.type == "dark" else ""))
    st.logo(
        _WORDMARKS["donker" if st.context.theme.type == "dark" else "licht"], size="large", icon_image=ICON
    )
    try:
        gate.let_in(here)
        gate.say_who()
        store = _open_store()
        arrived = enter_page(here)
        if here == FETCHING:
            fetching.choose_fetched(store)
        selection = selection_bar(store)
    except UserError as error:
        _stop_with(str(error))
        return
    if selection.figures.is_sample:
        _tell_fiction(here)
    gate.tell_sign_in_is_off(here)
    _tell_fetching(store, here)
    if arrived and PART in st.query_params:
        # The browser keeps its place on the page before where the new one is as long at once. With nothing but the bar on
        # the screen for a moment it starts at the top, where the figure is that was asked for.
        time.sleep(_TOP_SECONDS)


def close_frame() -> None:
    """Name the sources under every page."""
    st.divider()
    st.caption(
        "Bron: CBS, Kerncijfers wijken en buurten; grenzen: CBS en Kadaster (PDOK). Licentie CC BY 4.0. "
        f"Bewerking: Wijkradar {VERSION}. Een lege plek is geen 0: de reden staat erbij."
    )
