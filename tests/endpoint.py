"""A chat completions server of this machine for tests: it says what a test tells it to, and writes down what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Says:
    """One answer: the text of a completion, or another body altogether."""

    text: str | None = None
    status: int = 200
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    refusal: str | None = None
    finish: str = "stop"

    def encoded(self) -> bytes:
        if self.body is not None:
            return self.body.encode()
        message = {"role": "assistant", "content": self.text, "refusal": self.refusal}
        return json.dumps(
            {
                "id": "x",
                "object": "chat.completion",
                "created": 1,
                "model": "stub",
                "choices": [{"index": 0, "message": message, "finish_reason": self.finish}],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050},
            }
        ).encode()


SOON = {"retry-after-ms": "1"}
"""Asks for the next try at once, so that no test waits."""


def reads(facts: Facts) -> str:
    """The answer of a model that goes by one word: "denied" or "said", and nothing for a holder who is not in the sentence."""
    sentence, holder = facts["sentence"], facts["holder"]
    label = "unrelated"
    if "named_as" in facts or (holder and holder in sentence):
        label = "denies" if "denied" in sentence else "asserts" if "said" in sentence else "unrelated"
    return json.dumps({name: {"label": label, "confidence": 0.9} for name in facts["claims"]})


def asked(request: Mapping[str, Any]) -> Facts:
    """The facts of a question in the body of its request."""
    facts: Facts = json.loads(request["messages"][1]["content"])
    return facts


class Endpoint:
    """``says`` are given out in turn and the last one for ever; with none, ``reads`` answers."""

    def __init__(self) -> None:
        self.says: list[Says] = []
        self.answer: Callable[[Facts], str] = reads
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.in_flight = 0
        self.most_in_flight = 0
        self.lock = threading.Lock()

    def next(self, request: dict[str, Any], headers: dict[str, str]) -> Says:
        with self.lock:
            self.requests.append(request)
            self.headers.append(headers)
            if len(self.says) > 1:
                return self.says.pop(0)
            if self.says:
                return self.says[0]
        return Says(self.answer(asked(request)))


@contextmanager
def serving() -> Iterator[Endpoint]:
    """A server at a free port of the loopback address, until the block is left."""
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with endpoint.lock:
                endpoint.in_flight += 1
                endpoint.most_in_flight = max(endpoint.most_in_flight, endpoint.in_flight)
            try:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                says = endpoint.next(request, {k.lower(): v for k, v in self.headers.items()})
                time.sleep(says.delay)
            finally:
                with endpoint.lock:
                    endpoint.in_flight -= 1
            body = says.encoded()
            try:
                self.send_response(says.status)
                for name, value in {"content-type": "application/json", "content-length": str(len(body)), **says.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the client gave up

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
