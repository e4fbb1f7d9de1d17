"""A large language model behind a chat completions endpoint as a scorer."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from sayso.chat.cache import AnswerCache
from sayso.chat.client import ChatClient
from sayso.config import EndpointSettings
from sayso.errors import ModelError, ScoringError
from sayso.stance.passage import Passage, Question
from sayso.stance.prompt import PROMPT_VERSION, ask_again, messages, read_answer, schema
from sayso.types import Span

PREFIX = "openai:"
CLAIMS_AT_ONCE = 20  # more claims are asked in several requests: long lists make models careless
CLAIM_CHARACTERS = 2000
TRIAL = Question("the mill", Passage("The mill said that the gate was shut.", Span(0, 37)), ("The gate was shut.",))


class ChatScorer:
    """Asks each question as one request, several at once, and keeps the answers.

    The confidence that a model states about itself stands for the probability of its label: it is not calibrated.
    """

    threshold = 0.5

    def __init__(self, client: ChatClient, cache: AnswerCache | None = None) -> None:
        self.client = client
        self.cache = cache
        self.id = f"{PREFIX}{client.model} (prompt {PROMPT_VERSION})"
        self._n_cached = 0
        self._n_failed = 0
        self.decision: Mapping[str, float] = {}
        self._tried_out = False
        self._lock = threading.Lock()

    @classmethod
    def load(cls, name: str, settings: EndpointSettings | None = None) -> ChatScorer:
        """Make the scorer of ``openai:MODEL``; nothing is sent yet.

        Raises ModelError without a model's name, MissingExtraError without the extra, ConfigError for a key or cache that is not there.
        """
        settings = settings or EndpointSettings()
        model = name.removeprefix(PREFIX).strip()
        if not model:
            raise ModelError(f"model {name!r}: expected {PREFIX}MODEL with the name that the endpoint knows it by, e.g. {PREFIX}llama3.1:8b")
        return cls(ChatClient(model, settings), AnswerCache(Path(settings.cache).expanduser()) if settings.cache else None)

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        """See ``Scorer.score``. Raises ScoringError at the first question that gets no answer."""
        with closing(self.attempt(questions)) as answers:
            for answer in answers:
                if isinstance(answer, ScoringError):
                    raise answer
                yield answer

    def attempt(self, questions: Iterable[Question]) -> Generator[np.ndarray | ScoringError, None, None]:
        """See ``Remote.attempt``. Reads ahead no more than two questions for each request in flight."""
        n = self.client.settings.concurrent_requests
        questions = iter(questions)
        pool = ThreadPoolExecutor(n)
        try:
            queue = deque(pool.submit(self._tried, q) for q in islice(questions, 2 * n))
            while queue:
                answer = queue.popleft().result()
                queue += [pool.submit(self._tried, q) for q in islice(questions, 1)]
                yield answer
        finally:
            pool.shutdown(cancel_futures=True)  # whoever stops listening pays only for what is under way

    def check(self, claim: str) -> None:
        """See ``Remote.check``."""
        if len(claim) > CLAIM_CHARACTERS:
            raise ScoringError(f"claim {claim[:60]!r}... has {len(claim)} characters, expected at most {CLAIM_CHARACTERS}; shorten or split it")

    def try_out(self) -> None:
        """See ``Remote.try_out``."""
        if self._tried_out:
            return
        try:
            self._answer(TRIAL)
        except ScoringError as e:
            raise ModelError(f"a first question got no answer, so nothing was begun: {e}") from None
        self._tried_out = True

    def spent(self) -> dict[str, float]:
        """See ``Remote.spent``. ``cost`` is there where prices are set."""
        used, settings = self.client.take_usage(), self.client.settings
        with self._lock:
            cached, failed, self._n_cached, self._n_failed = self._n_cached, self._n_failed, 0, 0
        out: dict[str, float] = {
            "requests": used.requests,
            "cached": cached,
            "failed": failed,
            "tokens_in": used.tokens_in,
            "tokens_out": used.tokens_out,
        }
        if settings.price_in is not None or settings.price_out is not None:
            out["cost"] = (used.tokens_in * (settings.price_in or 0) + used.tokens_out * (settings.price_out or 0)) / 1e6
        return out

    def _tried(self, question: Question) -> np.ndarray | ScoringError:
        try:
            return self._answer(question)
        except ScoringError as e:
            with self._lock:
                self._n_failed += 1
            return e

    def _answer(self, question: Question) -> np.ndarray:
        for claim in question.claims:
            self.check(claim)
        parts = [question.claims[k : k + CLAIMS_AT_ONCE] for k in range(0, len(question.claims), CLAIMS_AT_ONCE)]
        return np.concatenate([np.zeros((0, 4), np.float32), *(self._part(replace(question, claims=part)) for part in parts)])

    def _part(self, question: Question) -> np.ndarray:
        n = len(question.claims)
        request = self.client.request(messages(question), schema(n))
        key = self.client.key({"prompt": PROMPT_VERSION, **request})
        if self.cache and (kept := self.cache.get(key)) is not None:
            with self._lock:
                self._n_cached += 1
            return read_answer(kept, n)
        text = self.client.ask(request)
        try:
            answer = read_answer(text, n)
        except ValueError as fault:
            text, answer = self._once_more(question, text, str(fault))
        if self.cache:
            self.cache.put(key, text)
        return answer

    def _once_more(self, question: Question, text: str, fault: str) -> tuple[str, np.ndarray]:
        """Show the model what is wrong with its answer; the same request again would mostly bring the same answer."""
        n = len(question.claims)
        text = self.client.ask(self.client.request(ask_again(question, text, fault), schema(n)))
        try:
            return text, read_answer(text, n)
        except ValueError as e:
            shown = " ".join(text.split())[:120]
            raise ScoringError(
                f"{self.client.model!r} at {self.client.settings.url}: the answer cannot be used, asked twice: {e}; it began {shown!r}"
            ) from None
