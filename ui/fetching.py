"""Fetching in the background: it goes on while people look at other pages, or close the browser.

One job at a time per store in this process, shared by every session; the lock of `data.fetching` keeps other
processes out. The thread never touches Streamlit: a page asks the job how far it is.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from data import fetching, gemeenten
from data.catalogue import catalogue
from data.errors import UserError
from data.fetch_report import FetchReport
from data.fetching import Progress, Services, Step
from data.settings import load_settings
from data.store import Store
from register.roles import Action
from ui import fetch_wording as told
from ui import identity
from ui.parts import say

_ASKED = "job this session asked for"
_SEEN = "job this session saw running"
_TOLD = "job whose end this session has read"
_CHOOSE = "gemeente to choose"
_log = logging.getLogger(__name__)
# A retry is told by what comes of it; its log lines say nothing that helps.
logging.getLogger("stamina").setLevel(logging.ERROR)
Work = Callable[[Progress, threading.Event], FetchReport]


@dataclass
class Job:
    """One run in the background.

    Attributes
    ----------
    gemeente, name : str
    step : Step or None
        How far it is; None until it is known.
    report : FetchReport or None
        What came of it, once it has finished.
    complaint : str
        Why it ended without a report, in a sentence for the user; empty otherwise.
    """

    gemeente: str
    name: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    step: Step | None = None
    report: FetchReport | None = None
    complaint: str = ""
    _step_at: float = field(default_factory=time.monotonic)
    _stop: threading.Event = field(default_factory=threading.Event)
    _finished: threading.Event = field(default_factory=threading.Event)

    @property
    def finished(self) -> bool:
        """Whether the run is over, however it ended."""
        return self._finished.is_set()

    @property
    def stopping(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop.is_set()

    @property
    def seconds_left(self) -> float | None:
        """Seconds to go by the last estimate, counted down since it was made; None when nobody knows."""
        if self.step is None or self.step.seconds_left is None:
            return None
        return max(self.step.seconds_left - (time.monotonic() - self._step_at), 0)

    def stop(self) -> None:
        """Ask to finish what is under way and nothing more."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait until the run is over; tells whether it is."""
        return self._finished.wait(seconds)

    def run(self, work: Work) -> None:
        """Do the work in this thread. Whatever happens, the job ends."""
        try:
            self.report = work(self._tell, self._stop)
        except UserError as error:
            self.complaint = str(error)
        except Exception:
            _log.exception("fetching %s failed", self.gemeente)
            self.complaint = told.UNEXPECTED
        finally:
            self._finished.set()

    def _tell(self, step: Step) -> None:
        self._step_at = time.monotonic()
        self.step = step


@dataclass
class _Jobs:
    """The last job of each store in this process."""

    last: dict[Path, Job] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@st.cache_resource(show_spinner=False)
def _jobs() -> _Jobs:
    return _Jobs()


def last_job(store: Store) -> Job | None:
    """Return the job that runs for this store, or the last one that did in this process."""
    return _jobs().last.get(store.folder)


def running_job(store: Store) -> Job | None:
    """Return the job that runs for this store in this process."""
    job = last_job(store)
    return job if job and not job.finished else None


def start(
    store: Store, gemeente: str, years: Collection[int] | None = None, accept: Collection[int] = ()
) -> Job | None:
    """Start a run in the background; None, and nothing is started, while another one is running.

    Parameters
    ----------
    store : Store
    gemeente : str
        Code.
    years, accept : collection of int
        See `data.fetching.fetch`.

    Raises
    ------
    SettingsError
        If an address of a service is not one.
    NotAllowed
        If who is there may not.
    """
    identity.require(Action.MANAGE_FIGURES)
    services = Services.of(load_settings())

    def work(progress: Progress, stop: threading.Event) -> FetchReport:
        return fetching.fetch(
            Store(store.folder),
            services,
            catalogue(),
            gemeente,
            years=years,
            progress=progress,
            stop=stop,
            accept=accept,
        )

    with _jobs().lock:
        if running_job(store):
            return None
        known = gemeenten.known().get(gemeente)
        job = Job(gemeente, known.name if known else gemeente)
        _jobs().last[store.folder] = job
    # A daemon: a server that is stopped does not wait; the store holds whole years only.
    threading.Thread(target=job.run, args=[work], name=f"ophalen-{gemeente}", daemon=True).start()
    # Also seen: a run can be over before the page is drawn.
    st.session_state[_ASKED] = st.session_state[_SEEN] = job.id
    return job


# -- on the screen -----------------------------------------------------------------------------------


def choose_next(gemeente: str) -> None:
    """Let the bar show a gemeente from the next run on; for whoever cannot wait for `choose_fetched`."""
    st.session_state[_CHOOSE] = gemeente


def choose_fetched(store: Store) -> None:
    """Select what this session asked for, once, as soon as it has come in; before the bar is drawn."""
    job = last_job(store)
    if job and job.finished and st.session_state.get(_ASKED) == job.id:
        del st.session_state[_ASKED]
        if job.report:
            choose_next(job.gemeente)
    gemeente = st.session_state.pop(_CHOOSE, None)
    if gemeente in store.gemeenten() and st.session_state.get("gemeente") != gemeente:
        st.session_state["gemeente"] = gemeente
        st.session_state.pop("wijk", None)


def finished_here(store: Store) -> Job | None:
    """Return the job that this session saw running and that is over now."""
    job = last_job(store)
    return job if job and job.finished and st.session_state.get(_SEEN) == job.id else None


@st.fragment(run_every=1)
def show_progress(store: Store) -> None:
    """Show how far the run is, with a button to stop it; when it ends the whole page runs again."""
    job = running_job(store)
    if job is None:
        st.rerun()
        return
    st.session_state[_SEEN] = job.id
    with st.container(border=True, key="voortgang"):
        st.subheader(f"{job.name} wordt opgehaald", anchor=False)
        step = job.step
        share = min(step.done / step.steps, 1.0) if step and step.steps else 0.0
        what = f"Nu: {step.what}" if step else "Beginnen"
        left = told.time_left(job.seconds_left)
        st.progress(share, f"{what}{f'; {left}' if left else ''}.")
        if job.stopping:
            say("Het ophalen stopt. Wijkradar maakt af wat onderweg is; wat binnen is, blijft.")
        else:
            say("U kunt gewoon naar een andere pagina gaan, of deze pagina sluiten. Het ophalen gaat door.")
            if identity.may(Action.MANAGE_FIGURES):
                st.button("Stoppen", on_click=_stop, args=(job,), key="stoppen")


def _stop(job: Job) -> None:
    if identity.may(Action.MANAGE_FIGURES):
        job.stop()


@st.fragment(run_every=2)
def show_slim_line(store: Store) -> None:
    """Say on any other page that something is being fetched, or that it has come in."""
    job = running_job(store)
    if job is None:
        st.rerun()
        return
    st.session_state[_SEEN] = job.id
    step = job.step
    line = told.step_line(job.name, step.done, step.steps) if step else f"{job.name} wordt opgehaald."
    _slim(line, "Bekijk de voortgang")


def _slim(line: str, door: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="lopend"):
        st.markdown(line, width="stretch")
        st.page_link("ophalen.py", label=door)


def note_told(job: Job) -> None:
    """Remember that this session has read how a run ended."""
    st.session_state[_TOLD] = job.id


def show_finished_line(store: Store) -> None:
    """Say on any other page that what was being fetched is over, unless its end has been read already."""
    job = finished_here(store)
    if job is None:
        return
    if st.session_state.get(_TOLD) == job.id:
        forget_finished()
        return
    if job.report:
        _slim(f"{told.closing_title(job.report)}.", "Bekijk wat er kwam")
    else:
        _slim(f"Het ophalen van {job.name} is niet gelukt.", "Lees waarom")


def forget_finished() -> None:
    """Stop telling this session about the run that is over."""
    st.session_state.pop(_SEEN, None)
