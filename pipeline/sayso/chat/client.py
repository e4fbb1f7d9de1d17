"""One question to a chat completions endpoint. The only module that imports openai (extra ``llm``)."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sayso.chat.limit import RateLimit
from sayso.config import EndpointSettings
from sayso.errors import ConfigError, MissingExtraError, ScoringError

Message = Mapping[str, str]
SHOWN = 300  # characters of what a server says, in a message


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used: requests as they went out, tries that failed included, and tokens as the server counts them."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


class ChatClient:
    """Asks one model of an endpoint. Threads may share it."""

    def __init__(self, model: str, settings: EndpointSettings, limit: RateLimit | None = None) -> None:
        """Make a client; nothing is sent. Raises MissingExtraError without openai, ConfigError where the key is not in the environment.

        The key is the one that ``settings.key_env`` names and no other: a key for one service must not reach another by default.
        """
        try:
            import openai
        except ImportError as e:
            raise MissingExtraError(f"model 'openai:{model}'", "llm") from e
        self.model = model
        self.settings = settings
        self._usage = Usage()
        self._limit = limit or (RateLimit(settings.max_requests_per_minute) if settings.max_requests_per_minute else None)
        self._lock = threading.Lock()
        self._key = _key(settings)
        self._client = openai.OpenAI(
            api_key=self._key or "none",
            base_url=settings.url,
            timeout=settings.timeout_seconds,
            max_retries=settings.max_retries,
            http_client=openai.DefaultHttpxClient(event_hooks={"request": [self._before_request]}),
        )

    def request(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> dict[str, Any]:
        """The body of a request for an answer that fits ``schema``, as far as the endpoint is told of it."""
        body: dict[str, Any] = {"model": self.model, "messages": list(messages)}
        if self.settings.format == "json_schema":
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
        elif self.settings.format == "json_object":
            body["response_format"] = {"type": "json_object"}
        if self.settings.temperature is not None:
            body["temperature"] = self.settings.temperature
        return body | self.settings.body

    def key(self, request: Mapping[str, Any]) -> str:
        """A hash of all that an answer hangs on: the endpoint and the whole request."""
        asked = json.dumps([self.settings.url, request], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()

    def ask(self, request: Mapping[str, Any]) -> str:
        """The text that the model answers.

        Time-outs, lost connections and the statuses 408, 409, 429 and 5xx are tried again, later each time or when the server says.
        Raises ScoringError where there is no answer in the end, a refusal, or one that was cut off.
        """
        import openai

        try:
            # what is asked for stands in extra_body, so that a field may be one that openai does not know
            completion: Any = self._client.chat.completions.create(model=self.model, messages=[], extra_body=dict(request))
        except openai.APITimeoutError:
            raise self._fault(f"no answer within {self.settings.timeout_seconds:g} s; raise endpoint.timeout_seconds", tried=True) from None
        except openai.APIConnectionError as e:
            raise self._fault(f"cannot be reached ({e.__cause__ or e}); see endpoint.url", tried=True) from None
        except openai.APIStatusError as e:
            raise self._fault(f"HTTP {e.status_code}: {_words(e)}", tried=e.status_code in (408, 409, 429) or e.status_code >= 500) from None
        except (openai.OpenAIError, ValueError) as e:
            raise self._fault(f"what came back is no chat completion ({type(e).__name__}: {e}); see endpoint.url") from None
        return self._text(completion)

    def take_usage(self) -> Usage:
        """What was used since this was last called."""
        with self._lock:
            used, self._usage = self._usage, Usage()
        return used

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _text(self, completion: Any) -> str:
        choices = getattr(completion, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            raise self._fault(f"what came back is no chat completion ({_one_line(str(completion))}); see endpoint.url")
        self._count(completion.usage)
        message, why = choices[0].message, choices[0].finish_reason
        if message.refusal or why == "content_filter":
            raise self._fault(f"the model refused: {_one_line(message.refusal or message.content or why)}")
        if why == "length":
            raise self._fault("the answer was cut off at the token limit; raise max_tokens in endpoint.body, or the server's own")
        if not isinstance(message.content, str) or not message.content.strip():
            raise self._fault(f"the answer is empty (finish_reason {why!r})")
        return message.content

    def _before_request(self, request: Any) -> None:
        """Called before each try, so that tries count and wait for their turn, too."""
        for name in ("openai-organization", "openai-project"):  # openai takes them from the environment; they are for its own service
            request.headers.pop(name, None)
        if self._limit:
            self._limit.wait()
        with self._lock:
            self._usage = replace(self._usage, requests=self._usage.requests + 1)

    def _count(self, usage: Any) -> None:
        read, written = (int(getattr(usage, name, None) or 0) for name in ("prompt_tokens", "completion_tokens"))
        with self._lock:
            self._usage = replace(self._usage, tokens_in=self._usage.tokens_in + read, tokens_out=self._usage.tokens_out + written)

    def _fault(self, what: str, tried: bool = False) -> ScoringError:
        if self._key:
            what = what.replace(self._key, "***")  # some servers repeat the key that they refuse
        n = self.settings.max_retries + 1
        return ScoringError(f"{self.model!r} at {self.settings.url}: {what}{f' ({n} tries)' if tried and n > 1 else ''}")


def _key(settings: EndpointSettings) -> str:
    if settings.key_env is None:
        return ""
    key = os.environ.get(settings.key_env, "").strip()
    if not key:
        raise ConfigError("endpoint.key_env", [f"the environment variable {settings.key_env} is not set; put the API key of {settings.url} into it"])
    return key


def _words(error: Any) -> str:
    """What the server says, in whatever form: {"error": {"message": ...}}, {"detail": ...}, or plain text."""
    body = error.body
    if isinstance(body, Mapping):
        body = body.get("message") or body.get("detail") or body.get("error") or body
    return _one_line(str(body or error.message))


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
