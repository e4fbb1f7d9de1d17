"""The review page's server: loopback only, behind a random token, one sitting, standard library.

The token in the address keeps out other users and programs of this machine, and pages of other sites, which cannot know
it; the Host header is checked against names that a foreign site made point here; a decision needs the token in its form
too, and comes from this page's own origin. Nothing is ever asked of the network.
"""

from __future__ import annotations

import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from sayso.errors import OutputError
from sayso.report.clean import encodable
from sayso.review.page import policy, render_end, render_place
from sayso.review.sitting import Sitting
from sayso.types import LABELS, Label

HOST = "127.0.0.1"
_LONGEST = 4096  # bytes of a form: a token and a label
_PATIENCE = 20  # seconds that a connection may stay silent


class Server(ThreadingHTTPServer):
    """Serves one sitting until ``shutdown``. ``port`` 0 takes any free one.

    Raises OutputError where the port cannot be had.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, sitting: Sitting, port: int = 0, token: str | None = None) -> None:
        self.sitting = sitting
        self.token = token or secrets.token_urlsafe(24)
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise OutputError(f"port {port}: found {error.strerror or error!r}, expected one that is free; choose another one with --port") from error
        self.hosts = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _PATIENCE
    server_version = "sayso"
    sys_version = ""

    def do_GET(self) -> None:
        path = self._inside()
        if path is None:
            return
        sitting, token = self.server.sitting, self.server.token
        if path == "":
            start = sitting.following(-1)
            self._redirect("end" if start is None else str(start + 1))
        elif path == "end":
            self._page(render_end(sitting, token))
        elif (place := self._place(path)) is not None:
            self._page(render_place(sitting, place, token))

    def do_POST(self) -> None:
        body = self._body()
        path = None if body is None else self._inside()
        form = None if body is None or path is None else self._form(body)
        if path is None or form is None:
            return
        sitting, token = self.server.sitting, self.server.token
        if path == "stop":
            self._page(render_end(sitting, token, stopped=True))
            threading.Thread(target=self.server.shutdown).start()  # from its own thread it would wait for itself
        elif (place := self._place(path)) is not None:
            label = form.get("label", "")
            if label not in LABELS:
                self._refuse(HTTPStatus.BAD_REQUEST, f"label: found {label[:40]!r}, expected one of {', '.join(LABELS)}")
                return
            try:
                sitting.decide(place, Label(label))
            except OutputError as error:
                self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
                return
            following = sitting.following(place)
            self._redirect("end" if following is None else str(following + 1))

    def _inside(self) -> str | None:
        """The path behind the token; None, and a refusal sent, where the request is none of this page's."""
        if self.headers.get_all("Host") not in [[host] for host in self.server.hosts]:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "Host: expected the address that `sayso review` printed")
            return None
        _, _, rest = self.path.partition("?")[0].partition("/")
        token, slash, path = rest.partition("/")
        if not slash or not self._is_token(token):
            self._refuse(HTTPStatus.NOT_FOUND, "not found: expected the address that `sayso review` printed, with its token")
            return None
        return path

    def _body(self) -> bytes | None:
        """What was sent, read before anything is refused, so that the answer arrives; None where it is too long to be ours."""
        length = self.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= _LONGEST:
            return self.rfile.read(int(length))
        self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"expected a form of at most {_LONGEST} bytes")
        return None

    def _form(self, body: bytes) -> dict[str, str] | None:
        """The fields of a form that comes from this page; None, and a refusal sent, where it does not."""
        origin = self.headers.get("Origin")
        if origin is not None and origin.removeprefix("http://") not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN, "Origin: expected a decision that comes from the page itself")
        elif self.headers.get_content_type() != "application/x-www-form-urlencoded":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "expected a form")
        else:
            form = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
            if self._is_token(form.get("token", "")):
                return form
            self._refuse(HTTPStatus.FORBIDDEN, "token: expected the one of this page")
        return None

    def _is_token(self, found: str) -> bool:
        return secrets.compare_digest(found.encode("utf-8", "replace"), self.server.token.encode())

    def _place(self, path: str) -> int | None:
        total = len(self.server.sitting.queue)
        if path.isascii() and path.isdigit() and len(path) < 10 and 1 <= int(path) <= total:
            return int(path) - 1
        self._refuse(HTTPStatus.NOT_FOUND, f"not found: expected a number from 1 to {total}")
        return None

    def _page(self, text: str) -> None:
        self._send(HTTPStatus.OK, "text/html", text)

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        self._send(status, "text/plain", reason + "\n")

    def _redirect(self, path: str) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", f"/{self.server.token}/{path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = str(encodable(text)).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """All answers alike: never stored, never framed, never named to another site."""
        for name, value in (
            ("Content-Security-Policy", policy()),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal is for what the person should read."""
