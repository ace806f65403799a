"""The stand-in itself: listens on loopback, remembers what was asked, and fails where it is told to."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.service.standin import faults, pdok, projection, v3, v4
from tests.service.standin.answers import Answer, Asked, Refused, as_json, take_apart
from tests.service.standin.faults import Fault
from tests.service.standin.tables import Library, Move, Table

#: Certificate of the stand-in on https: made for 127.0.0.1, valid for a century, trusted by nobody.
CERTIFICATE = Path(__file__).with_name("nobody_trusts_this.pem")
_KEY = CERTIFICATE.with_suffix(".key.pem")
_HTML = Answer(
    200, b"<!DOCTYPE html><html><body><h1>Even geduld a.u.b.</h1></body></html>", "text/html; charset=utf-8"
)
_DRIPS = 20


class StandIn:
    """Serves the tables and borders of some folders until it is closed.

    Parameters
    ----------
    *folders : Path
        Folders with saved OData v3 tables (``<table id>/TypedDataSet.json`` and so on). Border files are
        looked for in ``geometry`` beside or inside each.
    port : int, optional
        By default any that is free.
    tls : bool, optional
        Answer on https, with `CERTIFICATE`.

    Attributes
    ----------
    address : str
        Scheme, host and port.
    page, page_v4 : int
        Rows per answer of OData v3 and v4.
    api_limit : int
        Records above which ``ODataApi`` fails.
    border_years, map_years : collection of int
        Years served of the gebiedsindelingen and of the wijkenbuurten.
    bow_tie : str or None
        Code of a region whose border crosses itself.
    """

    def __init__(self, *folders: Path, port: int = 0, tls: bool = False) -> None:
        self.page = 10_000
        self.page_v4 = 100_000
        self.api_limit = 10_000
        self.border_years: Collection[int] = range(2016, 2026)
        self.map_years: Collection[int] = range(2022, 2026)
        self.bow_tie: str | None = None
        self.most_at_once = 0
        self._library = Library(folders)
        self._projections: dict[str, Table] = {}
        self._borders = pdok.Borders(folders, self._library.moves)
        self._lock = threading.RLock()
        # Making a table or a layer takes a while; others must be able to come in meanwhile.
        self._making = threading.RLock()
        self._asked: list[tuple[str, str]] = []
        self._now = 0
        self._faults: list[Fault] = []
        self._damaged: dict[tuple[Table, tuple[Fault, ...]], Table] = {}
        self._stopping = threading.Event()
        self._server = _Server(self, port, tls)
        self.address = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> StandIn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering; the address is then out of reach."""
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Wait until the stand-in is closed."""
        self._thread.join()

    # What was asked.

    @property
    def requests(self) -> list[str]:
        """Path and query of everything that was asked, in order of arrival."""
        with self._lock:
            return [target for _, target in self._asked]

    def count(self, road: str = "") -> int:
        """Return how many requests came over a road (``v3``, ``v4``, ``pdok``), or in all."""
        with self._lock:
            return sum(road in ("", came_over) for came_over, _ in self._asked)

    def forget(self) -> None:
        """Forget what was asked so far."""
        with self._lock:
            self._asked.clear()
            self.most_at_once = 0

    # What is served.

    @property
    def table_ids(self) -> list[str]:
        """The tables there are."""
        return self._library.ids

    @property
    def modified(self) -> dict[str, str]:
        """Moments of the last change that differ from the saved ones, by table id; may be written to."""
        return self._library.modified

    def rename_regions(
        self, codes: Mapping[str, str], years: Collection[int], names: Mapping[str, str] | None = None
    ) -> None:
        """Let regions have other codes in some years, in tables and borders.

        Parameters
        ----------
        codes : mapping of str to str
            The new gemeente of a gemeente, or of one wijk: ``{"GM9999": "GM0398", "WK999902": "GM0416"}``.
            Each new gemeente gets a row of its own, in which counts are the sum over its wijken.
        years : collection of int
            Table years.
        names : mapping of str to str, optional
            Names of the new gemeenten.
        """
        with self._making:
            self._library.moves.append(Move(dict(codes), years, dict(names or {})))

    def halve(
        self,
        gemeente: str,
        into: tuple[str, str],
        years: Collection[int],
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Let a gemeente be two in some years: every second wijk, by code, belongs to the second."""
        wijken = {
            row["Key"].strip()
            for table_id in self.table_ids
            if (table := self._table(table_id)) and table.year in years
            for row in table.regions
            if row["Key"].startswith(f"WK{gemeente[2:]}")
        }
        second = dict.fromkeys(sorted(wijken)[1::2], into[1])
        self.rename_regions({gemeente: into[0], **second}, years, names)

    def project(self, gemeenten: Mapping[str, float], **told: Any) -> None:
        """Serve the official projection too: of these gemeenten (thousands of people in 2023, by code).

        ``told`` as in `tests.service.standin.projection.tables`.
        """
        self._projections = projection.tables(gemeenten, **told)

    def look_alike(self, gemeente: str) -> None:
        """Add a gemeente to the tables with a buurt that a filter on the digits of ``gemeente`` hits too."""
        with self._making:
            self._library.look_alikes.append(gemeente)

    # What goes wrong.

    def fault(
        self,
        kind: str,
        *,
        road: str = "",
        table: str | int = "",
        part: str = "",
        times: int | None = None,
        **told: Any,
    ) -> None:
        """Switch a fault on.

        Parameters
        ----------
        kind : str
            On the line: ``reset`` (the connection is broken off), ``slow`` (``seconds`` before the answer),
            ``drips`` (the answer takes ``seconds``), ``error`` (``status``, by default 500), ``truncated``
            (half an answer; ``right_length`` tells whether Content-Length admits it), ``html`` (a page instead
            of JSON), ``empty`` (no rows), ``gone`` (404), ``refused`` (403).
            In the tables: ``relaid`` (other positions, order and capitals), ``dropped`` (``column``),
            ``new_column``, ``emptied`` (``column``, ``levels``), ``short`` (``missing`` rows of buurten).
        road : str, optional
            ``v3``, ``v4`` or ``pdok``; by default all.
        table : str or int, optional
            Table id, or the year at PDOK.
        part : str, optional
            Entity set (``TypedDataSet``, ``Observations``, ``Tables``, ...), or the layer at PDOK.
        times : int, optional
            Requests that are hit; by default every one until `clear`.

        Raises
        ------
        ValueError
            If there is no such fault, road, table or column, or the fault cannot be told this.
        """
        fault = Fault(kind, road, str(table), part, times, told)
        if kind in faults.TABLE:
            self._check_exists(fault.table, told.get("column", "") if kind != "new_column" else "")
        with self._lock:
            self._faults.append(fault)

    def _check_exists(self, table_id: str, column: str) -> None:
        tables = [self._table(each) for each in ([table_id] if table_id else self.table_ids)]
        if not any(table and (not column or table.keys(column)) for table in tables):
            raise ValueError(f"no table {table_id} here with a column {column!r}")

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._faults.clear()

    # Answering.

    def enter(self, target: str) -> tuple[Asked, list[Fault]]:
        """Note a request and return the faults that hit it."""
        asked = take_apart(target, self.address)
        with self._lock:
            self._asked.append((asked.road, target))
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            hitting = [fault for fault in self._faults if fault.strikes(asked)]
            on_line = [fault for fault in hitting if fault.kind in faults.LINE][:1]
            hitting = on_line or hitting
            for fault in hitting:
                if fault.left is not None:
                    fault.left -= 1
        return asked, hitting

    def leave(self) -> None:
        """Note that a request is as good as answered."""
        with self._lock:
            self._now -= 1

    def rest(self, seconds: float) -> None:
        """Do nothing for a while, unless the stand-in is closed."""
        self._stopping.wait(seconds)

    def answer(self, asked: Asked, hitting: list[Fault]) -> Answer:
        """Return the answer to a request, with the faults that are not of the line itself."""
        kinds = {fault.kind: fault for fault in hitting}
        if "html" in kinds:
            return _HTML
        for kind, status in (("gone", 404), ("refused", 403), ("error", 500)):
            if kind in kinds:
                status = kinds[kind].told.get("status", status)
                return self._refusal(asked, Refused(status, HTTPStatus(status).phrase))
        try:
            found = self._found(asked, [fault for fault in hitting if fault.kind in faults.TABLE])
        except Refused as refused:
            return self._refusal(asked, refused)
        except (KeyError, ValueError) as error:
            return self._refusal(asked, Refused(400, f"Bad request: {error}"))
        return _emptied(asked, found) if "empty" in kinds else found

    def _refusal(self, asked: Asked, refused: Refused) -> Answer:
        if asked.road == "pdok":
            return pdok.refusal(refused)
        if asked.road == "v4":
            return v4.refusal(refused)
        return as_json({"odata.error": {"code": "", "message": {"value": refused.reason}}}, refused.status)

    def _found(self, asked: Asked, in_tables: list[Fault]) -> Answer:
        if asked.road == "pdok":
            return self._pdok(asked)
        if asked.road and not asked.table:
            if asked.part == "Tables":
                return v3.catalogue(asked, self._listed("v3"))
            if asked.part == "Datasets":
                return v4.catalogue(asked, self._listed("v4"), page=self.page_v4)
        table = self._table(asked.table)
        if table is None or not asked.road:
            raise Refused(404, f"Not found: {asked.path}")
        table = self._with_faults(table, tuple(in_tables))
        if asked.road == "v3":
            return v3.answer(asked, table, page=self.page, limit=self.api_limit)
        return v4.answer(asked, table, page=self.page_v4)

    def _listed(self, road: str) -> list[Table]:
        with self._lock:
            gone = {
                fault.table
                for fault in self._faults
                if fault.kind == "gone" and fault.table and fault.left != 0 and fault.road in ("", road)
            }
        listed = [*self.table_ids, *self._projections]
        tables = [self._table(table_id) for table_id in listed if table_id not in gone]
        return [table for table in tables if table]

    def _table(self, table_id: str) -> Table | None:
        if table_id in self._projections:
            table = self._projections[table_id]
            modified = self.modified.get(table_id, table.info["Modified"])
            return replace(table, info={**table.info, "Modified": modified})
        with self._making:
            return self._library.table(table_id)

    def _with_faults(self, table: Table, in_tables: tuple[Fault, ...]) -> Table:
        with self._making:
            if (table, in_tables) not in self._damaged:
                changed = table
                for fault in in_tables:
                    changed = faults.damaged(changed, fault)
                self._damaged[table, in_tables] = changed
            return self._damaged[table, in_tables]

    def _pdok(self, asked: Asked) -> Answer:
        served = {"gebiedsindelingen": self.border_years, "wijkenbuurten": self.map_years}.get(
            asked.place, ()
        )
        if not asked.table.isdigit() or int(asked.table) not in served:
            raise Refused(404, f"Not found: {asked.path}")
        with self._making:
            tables = (self._table(table_id) for table_id in self.table_ids)
            table = next((table for table in tables if table and str(table.year) == asked.table), None)
            return pdok.answer(asked, self._borders, table, bow_tie=self.bow_tie)


def _emptied(asked: Asked, found: Answer) -> Answer:
    if found.status != 200 or not found.kind.startswith("application/json"):
        return found
    if asked.road == "pdok":
        return as_json({"type": "FeatureCollection", "numberMatched": 0, "numberReturned": 0, "features": []})
    return as_json({"odata.metadata" if asked.road == "v3" else "@odata.context": asked.url, "value": []})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, standin: StandIn, port: int, tls: bool) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.standin = standin
        self.broken_off: set[int] = set()
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE, _KEY)
            # The handshake is left to the thread of the request: a client that says no must not hold up others.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def server_bind(self) -> None:
        # HTTPServer looks its own name up in the DNS here; a stand-in on loopback has none.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def shutdown_request(self, request: Any) -> None:
        # A connection that is broken off must not be closed politely first.
        if id(request) in self.broken_off:
            self.broken_off.discard(id(request))
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: a client that hangs up or distrusts the certificate is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to the screen."""

    def do_GET(self) -> None:
        standin = self.server.standin
        asked, hitting = standin.enter(self.path)
        left = False
        try:
            kinds = {fault.kind: fault for fault in hitting}
            if "reset" in kinds:
                self._break_off()
                return
            if "slow" in kinds:
                standin.rest(kinds["slow"].told.get("seconds", 1.0))
            answer = standin.answer(asked, hitting)
            length = len(answer.body)
            if "truncated" in kinds:
                answer = answer.cut()
                length = len(answer.body) if kinds["truncated"].told.get("right_length") else length
            payload = self._head(answer, length) + answer.body
            if "drips" in kinds:
                pause = kinds["drips"].told.get("seconds", 1.0) / _DRIPS
                step = len(payload) // _DRIPS + 1
                for start in range(0, len(payload), step):
                    standin.rest(pause)
                    if start + step >= len(payload):
                        standin.leave()
                        left = True
                    self.wfile.write(payload[start : start + step])
                return
            # Before the last byte goes out, or a client that asks on at once seems to ask two at once.
            standin.leave()
            left = True
            self.wfile.write(payload)
        finally:
            if not left:
                standin.leave()

    def _head(self, answer: Answer, length: int) -> bytes:
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Content-Type: {answer.kind}",
            f"Content-Length: {length}",
            "Connection: close",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _break_off(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.broken_off.add(id(self.request))
