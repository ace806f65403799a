"""Asking a service: time limits, another try where that can help, and one Dutch sentence when it cannot.

Used for CBS (both versions of OData) and for PDOK, so that a bad day looks the same whoever has it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import requests
import stamina

from data.errors import ServiceError

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Patience:
    """How long a service is waited for.

    Attributes
    ----------
    attempts : int
        How often one thing is asked before it counts as failed.
    wait_initial : float
        Seconds before the second attempt; doubled after that, with as much again by chance at most.
    connect, read : float
        Seconds until a connection stands, and between two pieces of an answer.
    """

    attempts: int = 3
    wait_initial: float = 1.0
    connect: float = 5.0
    read: float = 40.0

    @property
    def timeout(self) -> tuple[float, float]:
        """The limits in the form of `requests`."""
        return self.connect, self.read


def trusted_certificates() -> str | bool:
    """Return the bundle of certificates that the organisation trusts, or True for the usual one.

    `cbsodata` sends its requests past the environment, so behind a proxy that opens TLS it would fail
    without this.
    """
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


class Asker:
    """Asks one service and counts how often.

    Parameters
    ----------
    service : str
        Its name in a sentence, such as ``CBS (OData v3)``.
    address : str
        Scheme and host.
    patience : Patience, optional
    """

    def __init__(self, service: str, address: str, patience: Patience | None = None) -> None:
        self.service = service
        self.address = address
        self.patience = patience or Patience()
        self._count = 0
        self._lock = threading.Lock()

    @property
    def requests(self) -> int:
        """How many times the service was asked, tries included; a page of a long answer counts as part of it."""
        return self._count

    def ask(self, what: str, call: Callable[[], Answer]) -> Answer:
        """Call until there is an answer or no hope of one.

        Parameters
        ----------
        what : str
            What is asked, for the message: ``tabel 84799NED``.
        call : callable
            Sends the request with `requests` (or something on top of it) and reads the answer. Whatever it
            raises on nonsense (`ValueError`, `KeyError`, `TypeError`) is tried again: a cut-off answer looks so.

        Raises
        ------
        ServiceError
            With a reason for the user; ``unreachable`` and ``not_there`` say whether anything else is worth
            asking here.
        """
        patience = self.patience
        try:
            for attempt in stamina.retry_context(
                on=_worth_another_try,
                attempts=patience.attempts,
                timeout=None,
                wait_initial=patience.wait_initial,
                wait_jitter=patience.wait_initial,
                wait_max=8 * patience.wait_initial,
            ):
                with attempt:
                    with self._lock:
                        self._count += 1
                    return call()
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise self._told(what, error) from error
        raise AssertionError("stamina either returns or raises")

    def _told(self, what: str, error: Exception) -> ServiceError:
        reason, unreachable, not_there = _reason(error, self.patience)
        return ServiceError(
            f"{self.service} gaf geen bruikbaar antwoord op {what}: {reason}. Wat u al had blijft staan; probeer het later opnieuw.",
            reason=reason,
            unreachable=unreachable,
            not_there=not_there,
        )


def _status(error: Exception) -> int | None:
    """Return the HTTP status; cbsodata raises a new error without the answer, the one it came from has it."""
    for candidate in (error, error.__cause__):
        if isinstance(candidate, requests.HTTPError) and candidate.response is not None:
            return candidate.response.status_code
    return None


def _bad_certificate(error: Exception) -> bool:
    return isinstance(error, requests.exceptions.SSLError) and "certificate" in str(error).lower()


def _worth_another_try(error: Exception) -> bool:
    if isinstance(error, requests.HTTPError):
        status = _status(error)
        return status is None or status >= 500 or status == 429
    if _bad_certificate(error):
        return False
    return isinstance(error, (requests.RequestException, ValueError, KeyError, TypeError))


def _reason(error: Exception, patience: Patience) -> tuple[str, bool, bool]:
    """Return why it failed, whether the host is out of reach, and whether the thing does not exist."""
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return "het antwoord is onleesbaar of afgebroken", False, False
    if isinstance(error, requests.HTTPError):
        status = _status(error)
        if status in (404, 410):
            return "dit bestaat daar niet (meer)", False, True
        return f"de dienst meldt een fout (HTTP {status})", False, False
    if _bad_certificate(error):
        return (
            "de beveiligde verbinding wordt niet vertrouwd (certificaat); vraag uw beheerder om REQUESTS_CA_BUNDLE",
            True,
            False,
        )
    if isinstance(error, requests.Timeout):
        return f"er kwam geen antwoord binnen {patience.read:.0f} seconden", True, False
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "het antwoord werd halverwege afgebroken", False, False
    if isinstance(error, requests.RequestException):
        return "er is geen verbinding", True, False
    return "het antwoord is onleesbaar of afgebroken", False, False
