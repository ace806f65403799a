"""A stand-in for the sign-in of an organisation: OpenID Connect on loopback, with real keys and real tokens.

It knows discovery, authorize, token, jwks and end_session, and is as strict as a provider is: a client with the wrong
secret, a redirect to elsewhere, a code used twice or a wrong PKCE verifier is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

CLIENT, SECRET = "wijkradar", "geheim-van-de-proef"


@dataclass
class Person:
    """Somebody with an account."""

    sub: str
    email: str
    name: str
    groups: list[str] = field(default_factory=list)


class Provider:
    """Running stand-in; ``with Provider([Person(...)]) as provider``."""

    def __init__(self, people: list[Person], seconds_ago: int = 0) -> None:
        self.people = {person.sub: person for person in people}
        self.seconds_ago = seconds_ago
        self.redirects: set[str] = set()
        self._codes: dict[str, tuple[str, dict[str, str]]] = {}
        self._key = RSAKey.generate_key(2048, {"kid": "proef", "use": "sig", "alg": "RS256"})
        self._http = HTTPServer(host="127.0.0.1")
        for path, answer in {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/jwks": self._jwks,
            "/end": self._end,
        }.items():
            self._http.expect_request(path).respond_with_handler(answer)

    def __enter__(self) -> Provider:
        self._http.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.stop()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.port}"

    def secrets_for(self, app: str, **other: str) -> str:
        """Return the secrets.toml of an app that signs in here, and know that app from now on."""
        self.redirects.add(f"{app}/oauth2callback")
        fields = {
            "redirect_uri": f"{app}/oauth2callback",
            "cookie_secret": secrets.token_urlsafe(48),
            "client_id": CLIENT,
            "client_secret": SECRET,
            "server_metadata_url": f"{self.address}/.well-known/openid-configuration",
            **other,
        }
        return "[auth]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items())

    def _discovery(self, _request: Request) -> Response:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        places |= {"jwks_uri": "jwks", "end_session_endpoint": "end"}
        return _json(
            {
                "issuer": self.address,
                **{name: f"{self.address}/{path}" for name, path in places.items()},
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def _jwks(self, _request: Request) -> Response:
        return _json({"keys": [self._key.as_dict(private=False)]})

    def _authorize(self, request: Request) -> Response:
        asked = request.args
        if asked["client_id"] != CLIENT or asked["redirect_uri"] not in self.redirects:
            return Response("onbekend", status=400)
        if (sub := asked.get("account")) is None:
            links = [
                f'<li><a href="?{urlencode({**asked, "account": sub})}">{person.name}</a></li>'
                for sub, person in {**self.people, "nee": Person("nee", "", "Annuleren")}.items()
            ]
            page = f'<html lang="nl"><link rel="icon" href="data:,"><h1>Kies een account</h1><ul>{"".join(links)}</ul>'
            return Response(page, content_type="text/html; charset=utf-8")
        answer = {"state": asked["state"]}
        if sub in self.people:
            answer["code"] = secrets.token_urlsafe(16)
            self._codes[answer["code"]] = (sub, asked.to_dict())
        else:
            answer["error"] = "access_denied"
        return _to(f"{asked['redirect_uri']}?{urlencode(answer)}")

    def _token(self, request: Request) -> Response:
        given = base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        sent = {name: values[0] for name, values in parse_qs(request.get_data(as_text=True)).items()}
        sub, asked = self._codes.pop(sent.get("code", ""), ("", {}))
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if given != f"{CLIENT}:{SECRET}" or not sub or challenge != asked["code_challenge"]:
            return _json({"error": "invalid_grant"}, 400)
        person, now = self.people[sub], int(time.time()) - self.seconds_ago
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": int(time.time()) + 3600}
        claims |= {"sub": sub, "nonce": asked["nonce"], "email": person.email, "email_verified": True}
        claims |= {"name": person.name, "preferred_username": person.email, "groups": person.groups}
        token = jwt.encode({"alg": "RS256", "kid": "proef"}, claims, self._key)
        return _json({"token_type": "Bearer", "access_token": secrets.token_urlsafe(16), "id_token": token})

    def _end(self, request: Request) -> Response:
        back = request.args["post_logout_redirect_uri"]
        return _to(back) if back in self.redirects else Response("onbekend", status=400)


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(content), status=status, content_type="application/json")


def _to(address: str) -> Response:
    return Response(status=302, headers={"Location": address})
