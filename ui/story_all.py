"""All wijkanalyses of a gemeente in one zip: made in a process of its own, told how far it is, and stopped when asked.

The work outlives the page. It is kept per server and gemeente, so that a visitor finds it back, and only for who asked for it:
a draft in it may not be for others.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import streamlit as st

from data.temporary import TemporaryFolder
from register.roles import Actor
from reports.making import FORMS, ROOT
from ui import identity, wording
from ui.exhibit import file_name
from ui.fetch_wording import time_left
from ui.parts import plain, say
from ui.selection import Selection

_log = logging.getLogger(__name__)
_UNEXPECTED: Final = (
    "Het zip-bestand kon niet worden gemaakt; er is niets veranderd. Probeer het opnieuw. Blijft het misgaan, vraag dan uw "
    "beheerder om in het logboek te kijken."
)
_USUAL: Final = ("docx", "pptx")
#: A zip that nobody took along is thrown away after so many seconds.
_KEPT_SECONDS: Final = 3_600
_STOPPING_SECONDS: Final = 5
_FORMS: Final = "wijkanalyses-vormen"


@dataclass
class Job:
    """One zip that is being made, or was.

    Attributes
    ----------
    folder : TemporaryFolder
        Where the zip comes; gone with the job.
    done, of : int
        Wijken; ``of`` is 0 until it is known.
    name : str
        The wijk that is being made.
    complaint : str
        Why there is none, in a sentence; empty otherwise.
    """

    folder: TemporaryFolder = field(default_factory=TemporaryFolder)
    done: int = 0
    of: int = 0
    name: str = ""
    complaint: str = ""
    stopped: bool = False
    started: float = field(default_factory=time.monotonic)
    _process: subprocess.Popen[str] | None = None
    _finished: threading.Event = field(default_factory=threading.Event)

    @property
    def out(self) -> Path:
        """The zip."""
        return self.folder.path / "wijkanalyses.zip"

    @property
    def finished(self) -> bool:
        """Whether it is over, however it ended."""
        return self._finished.is_set()

    @property
    def seconds_left(self) -> float | None:
        """Seconds to go by what was made so far; None until something was."""
        if not self.done or not self.of:
            return None
        return (time.monotonic() - self.started) / self.done * (self.of - self.done)

    def start(self, gemeente: str, forms: Sequence[str], actor: Actor) -> None:
        """Start the process, and a thread that listens to it."""
        order = {
            "gemeente": gemeente,
            "forms": list(forms),
            "actor": actor.name,
            "role": actor.role.value,
            "out": str(self.out),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ui.story_batch"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Its own group: whoever stops it stops the process that it started, too.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(order))
            self._process.stdin.close()
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def stop(self) -> None:
        """Take the process away; nothing of the zip stays."""
        self.stopped = True
        if self._process is not None and not self.finished:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            self._finished.wait(_STOPPING_SECONDS)

    def wait(self, seconds: float) -> bool:
        """Wait until it is over; tells whether it is."""
        return self._finished.wait(seconds)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        # Somebody must read along with what goes wrong, else a full pipe would stop the work.
        wrong: list[str] = []
        reader = threading.Thread(target=lambda: wrong.extend(process.stderr or ()), daemon=True)
        reader.start()
        try:
            for line in process.stdout:
                self._hear(line)
            code = process.wait()
            reader.join(5)
            if code and not self.stopped and not self.complaint:
                _log.error("the wijkanalyses could not be made: %s", "".join(wrong)[-4_000:])
                self.complaint = _UNEXPECTED
        finally:
            self._finished.set()

    def _hear(self, line: str) -> None:
        # A library may print a line of its own.
        with suppress(ValueError):
            told = json.loads(line)
            if isinstance(told, dict):
                self.complaint = str(told.get("complaint", self.complaint))
                self.done = int(told.get("done", self.done))
                self.of = int(told.get("of", self.of))
                self.name = str(told.get("name", self.name))


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[tuple[str, str, str], Job]:
    return {}


def _key(selection: Selection) -> tuple[str, str, str]:
    """Return whose job it is, also where a name came with another role since."""
    who = identity.actor()
    return selection.figures.gemeente, who.name, who.role.value


def show(selection: Selection) -> None:
    """Let the visitor choose forms, start, see how far it is, stop, and take the zip along."""
    jobs, key = _jobs(), _key(selection)
    job = jobs.get(key)
    if job is not None and job.finished and time.monotonic() - job.started > _KEPT_SECONDS:
        _forget(key)
        job = None
    if job is not None and not job.finished:
        _show_progress(job)
    elif job is None or job.stopped or job.complaint:
        if job is not None and job.complaint:
            st.error(plain(job.complaint))
        _choose(selection, stopped=job is not None and job.stopped)
    else:
        _hand_over(selection, job, key)


def _choose(selection: Selection, *, stopped: bool) -> None:
    known = selection.figures
    n = len(known.regions_in(known.years[-1]))
    if stopped:
        say("Gestopt. Er is geen bestand gemaakt.")
    say(
        f"Wijkradar maakt van {wording.all_of(n, 'wijken')} van {known.name} een wijkanalyse en doet ze in één zip-bestand. "
        "Van een wijk waarover nog niemand iets schreef, staan alleen de cijfers erin."
    )
    forms = st.multiselect(
        "Wat wilt u erin?",
        list(FORMS),
        default=list(_USUAL),
        format_func=lambda form: FORMS[form].label,
        key=_FORMS,
        placeholder="Kies een vorm",
    )
    if not forms:
        say("Kies ten minste één vorm.")
        return
    if st.button("Maak het zip-bestand", key="wijkanalyses-maken"):
        job = Job()
        _jobs()[_key(selection)] = job
        job.start(known.gemeente, forms, identity.actor())
        st.rerun()


@st.fragment(run_every=1)
def _show_progress(job: Job) -> None:
    if job.finished:
        st.rerun()
        return
    told = (
        "De cijfers worden gelezen"
        if not job.of
        else f"Wijk {job.done + 1} van {job.of}: {job.name}"
        if job.done < job.of
        else "De laatste bestanden worden ingepakt"
    )
    left = time_left(job.seconds_left)
    st.progress(job.done / job.of if job.of else 0.0, f"{told}{f'; {left}' if left else ''}.")
    say("U kunt gewoon verder werken; het bestand staat hier zodra het klaar is.")
    st.button("Stoppen", on_click=job.stop, key="wijkanalyses-stoppen")


def _hand_over(selection: Selection, job: Job, key: tuple[str, str, str]) -> None:
    say(f"Klaar: {wording.count(job.of, 'wijkanalyse', 'wijkanalyses')} in één zip-bestand.")
    st.download_button(
        "Zip-bestand opslaan",
        data=job.out.read_bytes,
        file_name=f"{file_name(selection.figures, 'wijkanalyses')}.zip",
        mime="application/zip",
        key="wijkanalyses-opslaan",
        on_click="ignore",
        type="primary",
    )
    st.button("Opnieuw maken", on_click=_forget, args=(key,), key="wijkanalyses-opnieuw")


def _forget(key: tuple[str, str, str]) -> None:
    if job := _jobs().pop(key, None):
        job.folder.cleanup()


def end_all() -> None:
    """Stop what is being made and throw away what was; to be called where the server ends, for there may be drafts in it."""
    for key, job in list(_jobs().items()):
        job.stop()
        _forget(key)
