"""The rate limit, by a clock that only moves when somebody sleeps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from sayso.chat.limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_turns_are_evenly_spaced_and_the_first_is_free() -> None:
    clock = Clock()
    limit = RateLimit(30, clock, clock.sleep)
    turns = []
    for _ in range(4):
        limit.wait()
        turns.append(clock.now)
    assert turns == [100, 102, 104, 106]


def test_time_that_passed_is_no_credit_for_a_burst() -> None:
    clock = Clock()
    limit = RateLimit(60, clock, clock.sleep)
    limit.wait()
    clock.now += 10
    for _ in range(3):
        limit.wait()
    assert clock.slept == [1, 1]


def test_threads_share_the_turns() -> None:
    slept: list[float] = []
    limit = RateLimit(60, lambda: 0.0, slept.append)  # time stands still: each waits for its own place in the row
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: limit.wait(), range(20)))
    assert sorted(slept) == pytest.approx(list(range(1, 20)))
