"""One question over HTTP: what is sent, what is tried again, and what every kind of failure says."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

pytest.importorskip("openai")

from endpoint import SOON, Endpoint, Says
from sayso.chat.client import ChatClient, Usage
from sayso.chat.limit import RateLimit
from sayso.config import EndpointSettings
from sayso.errors import ConfigError, MissingExtraError, ScoringError

MESSAGES = [{"role": "user", "content": "Did it rain?"}]
SCHEMA = {"type": "object"}
BUSY = Says(status=429, body='{"error": {"message": "slow down"}}', headers=SOON)
BROKEN = Says(status=500, body="oops", headers=SOON)
YES = Says("yes")


def client(endpoint: Endpoint, limit: RateLimit | None = None, **settings: Any) -> ChatClient:
    return ChatClient("tiny:1b", EndpointSettings(**{"url": endpoint.url, "timeout_seconds": 5, "max_retries": 2, **settings}), limit)


def ask(endpoint: Endpoint, **settings: Any) -> str:
    asking = client(endpoint, **settings)
    return asking.ask(asking.request(MESSAGES, SCHEMA))


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        pytest.param(
            {},
            {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}, "temperature": 0},
            id="as it comes",
        ),
        pytest.param({"format": "json_object", "temperature": 0.5}, {"response_format": {"type": "json_object"}, "temperature": 0.5}, id="no schema"),
        pytest.param({"format": "text", "temperature": None}, {}, id="nothing but words"),
        pytest.param(
            {"format": "text", "body": {"max_tokens": 9, "options": {"top_k": 1}, "temperature": 1}},
            {"max_tokens": 9, "options": {"top_k": 1}, "temperature": 1},
            id="fields that only this server knows",
        ),
    ],
)
def test_what_is_sent(endpoint: Endpoint, settings: dict[str, Any], sent: dict[str, Any]) -> None:
    endpoint.says = [YES]
    assert ask(endpoint, **settings) == "yes"
    assert endpoint.requests == [{"model": "tiny:1b", "messages": MESSAGES, **sent}]


# --- failures --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "says",
    [
        pytest.param([BUSY, YES], id="429 once"),
        pytest.param([BROKEN, BUSY, YES], id="500, then 429"),
        pytest.param([Says("no", delay=0.5), YES], id="slow once"),
    ],
)
def test_what_passes_is_tried_again(endpoint: Endpoint, says: list[Says]) -> None:
    endpoint.says = list(says)
    assert ask(endpoint, timeout_seconds=0.2) == "yes"
    assert len(endpoint.requests) == len(says)


@pytest.mark.parametrize(
    ("says", "fault", "n"),
    [
        pytest.param(BUSY, r"HTTP 429: slow down \(3 tries\)", 3, id="always busy"),
        pytest.param(BROKEN, r"HTTP 500: oops \(3 tries\)", 3, id="broken"),
        pytest.param(Says(status=404, body='{"error": {"message": "no model tiny:1b"}}'), "HTTP 404: no model tiny:1b$", 1, id="no such model"),
        pytest.param(Says(status=400, body='{"detail": "too long"}'), "HTTP 400: too long$", 1, id="as FastAPI says it"),
        pytest.param(Says(refusal="I cannot help with that."), r"the model refused: I cannot help with that\.", 1, id="refusal"),
        pytest.param(Says("", finish="content_filter"), "the model refused: content_filter", 1, id="filtered"),
        pytest.param(Says("{", finish="length"), r"cut off at the token limit; raise max_tokens in endpoint\.body", 1, id="cut off"),
        pytest.param(Says(" "), "the answer is empty", 1, id="empty"),
        pytest.param(Says(None), "the answer is empty", 1, id="nothing"),
        pytest.param(Says(body="<html>hello"), r"no chat completion \(JSONDecodeError.*endpoint\.url", 1, id="not JSON"),
        pytest.param(Says(body="<html>", headers={"content-type": "text/html"}), r"no chat completion \(<html>\)", 1, id="a web page"),
        pytest.param(Says(body="{}"), "no chat completion", 1, id="an empty object"),
        pytest.param(Says(body="[1]"), r"no chat completion \(\[1\]\)", 1, id="a list"),
        pytest.param(Says(body='{"choices": []}'), "no chat completion", 1, id="no choice"),
    ],
)
def test_a_failure_says_what_where_and_what_to_do(endpoint: Endpoint, says: Says, fault: str, n: int) -> None:
    endpoint.says = [says]
    with pytest.raises(ScoringError, match=rf"^'tiny:1b' at {endpoint.url}: .*{fault}"):
        ask(endpoint)
    assert len(endpoint.requests) == n


def test_a_server_that_is_silent_too_long(endpoint: Endpoint) -> None:
    endpoint.says = [Says("late", delay=0.5)]
    with pytest.raises(ScoringError, match=r"no answer within 0\.1 s; raise endpoint\.timeout_seconds"):
        ask(endpoint, timeout_seconds=0.1, max_retries=0)


def test_no_server_at_all() -> None:
    nowhere = Endpoint()
    nowhere.url = "http://127.0.0.1:9/v1"  # the port that discards
    with pytest.raises(ScoringError, match=r"cannot be reached .*refused.*see endpoint\.url"):
        ask(nowhere, max_retries=0)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingExtraError, match=r"model 'openai:tiny:1b' needs .*pip install 'sayso\[llm\]'"):
        ChatClient("tiny:1b", EndpointSettings())


# --- the key ---------------------------------------------------------------------------------------------------------------------


def test_the_key_comes_from_the_variable_that_is_named(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", " secret-1\n")
    endpoint.says = [YES]
    ask(endpoint, key_env="MY_KEY")
    assert endpoint.headers[0]["authorization"] == "Bearer secret-1"


def test_a_key_that_is_not_named_goes_nowhere(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "secret-1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    endpoint.says = [YES]
    assert ask(endpoint) == "yes"
    assert "secret-1" not in json.dumps(endpoint.headers)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_key_that_is_not_there_is_missed_at_once(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("MY_KEY", value)
    with pytest.raises(ConfigError, match="the environment variable MY_KEY is not set; put the API key of"):
        client(endpoint, key_env="MY_KEY")


def test_a_server_that_repeats_the_key_does_not_give_it_away(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "secret-1")
    endpoint.says = [Says(status=401, body='{"error": {"message": "wrong key secret-1"}}')]
    with pytest.raises(ScoringError, match=r"HTTP 401: wrong key \*\*\*$"):
        ask(endpoint, key_env="MY_KEY")


# --- usage and limit -------------------------------------------------------------------------------------------------------------


def test_usage_counts_tries_and_tokens_and_is_taken_once(endpoint: Endpoint) -> None:
    endpoint.says = [BUSY, YES, Says(refusal="no")]
    asking = client(endpoint)
    asking.ask(asking.request(MESSAGES, SCHEMA))
    with pytest.raises(ScoringError):
        asking.ask(asking.request(MESSAGES, SCHEMA))  # a refusal is paid for, too
    assert asking.take_usage() == Usage(requests=3, tokens_in=2000, tokens_out=100)
    assert asking.take_usage() == Usage()


def test_every_try_waits_for_its_turn(endpoint: Endpoint) -> None:
    slept: list[float] = []
    endpoint.says = [BUSY, BUSY, YES]
    asking = client(endpoint, RateLimit(60, lambda: 0.0, slept.append))
    asking.ask(asking.request(MESSAGES, SCHEMA))
    assert slept == [1, 2]
