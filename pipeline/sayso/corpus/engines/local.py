"""Processes on this machine, by loky.

A worker can die: a crash in native code, the system's memory killer, an article that never comes to an end (a timer in C
ends the process then, whatever holds the interpreter). loky gives up all workers when one of them dies. The jobs that were
under way are then tried once more, each alone: the one that takes its worker down again is recorded with the reason, and
all others have lost only time.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Any

from sayso.config import ScoreSettings
from sayso.corpus.engines import Work
from sayso.corpus.worker import Job, Outcome, failure
from sayso.errors import MissingExtraError, SaysoError

log = logging.getLogger(__name__)

_PLACE = re.compile(r'sayso/(\S+)", line (\d+)')
AHEAD = 3  # jobs handed out for each worker, so that none waits for the next
TRIES = 3
FAULT = "fault"  # file in which a worker says why it cannot begin
SHARE = 0.8  # of the machine's memory that all workers may take together


class LocalEngine:
    """``settings.workers`` processes, each with its own models on one thread."""

    def __init__(self, make: Callable[[], Work], settings: ScoreSettings) -> None:
        try:
            import loky
        except ImportError:
            raise MissingExtraError("the engine 'local'", "corpus") from None
        self._loky = loky
        self._make = make
        self.workers = settings.workers or len(os.sched_getaffinity(0))
        self.timeout = settings.timeout
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        self.memory = (settings.memory or max(2048, int(SHARE * total / self.workers) >> 20)) << 20
        self._notes = tempfile.TemporaryDirectory(prefix="sayso-", ignore_cleanup_errors=True)
        self._executor: Any = None
        self._numbers = count()

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Yield the outcome of each job, in order. Raises SaysoError where no worker can be started."""
        jobs = iter(jobs)
        queue: deque[_Pending] = deque()
        more = True
        lost = 0  # times that workers died with no job to blame
        while more or queue:
            while more and len(queue) < AHEAD * self.workers:
                job = next(jobs, None)
                if job is None:
                    more = False
                    break
                queue.append(_Pending(next(self._numbers), job))
                self._submit(queue[-1])
            if not queue:
                break
            first = queue[0]
            try:
                outcome = first.future.result()
            except (self._loky.process_executor.BrokenProcessPool, self._loky.process_executor.ShutdownExecutorError) as error:
                log.info("a worker died: %s", error)
                lost = 0 if self._recover(queue) else lost + 1
                if lost == TRIES:
                    raise SaysoError(f"workers die without a job ({self._fault() or error}); lower score.workers or raise score.memory") from error
                continue
            except Exception as error:  # e.g. an outcome that cannot be pickled
                outcome = failure(first.job.item, f"{type(error).__name__}: {error}")
            queue.popleft()
            lost = 0
            yield outcome

    def close(self) -> None:
        """End all workers at once."""
        self._end()
        self._notes.cleanup()

    def _submit(self, pending: _Pending) -> None:
        if self._executor is None:
            self._executor = self._start(self.workers)
        try:
            pending.future = self._executor.submit(_do, pending.number, pending.job)
        except (self._loky.process_executor.BrokenProcessPool, self._loky.process_executor.ShutdownExecutorError) as error:
            pending.future = Future()
            pending.future.set_exception(error)

    def _recover(self, queue: deque[_Pending]) -> bool:
        """Try the jobs that were under way alone, then hand out the rest anew. False where none was under way."""
        started = {int(p.read_text() or -1) for p in Path(self._notes.name).glob("*.job")}
        self._end()
        suspects = [p for p in queue if not _succeeded(p.future) and p.number in started]
        for pending in suspects:
            pending.future = Future()
            pending.future.set_result(self._alone(pending))
        for pending in queue:
            if not _succeeded(pending.future):
                self._submit(pending)
        return bool(suspects)

    def _alone(self, pending: _Pending) -> Outcome:
        self._clear()
        executor = self._start(1)
        since = time.monotonic()
        try:
            outcome: Outcome = executor.submit(_do, pending.number, pending.job).result()
        except Exception as error:
            return failure(pending.job.item, self._reason(error, time.monotonic() - since))
        finally:
            executor.shutdown(kill_workers=True)
        return outcome

    def _reason(self, error: Exception, seconds: float) -> str:
        trace = next((t for p in Path(self._notes.name).glob("*.trace") if (t := p.read_text("utf-8", "replace"))), "")
        at = next((f" (it was in {file}, line {line})" for file, line in _PLACE.findall(trace) if not file.startswith("corpus")), "")
        if trace.startswith("Timeout") or seconds >= self.timeout:
            return f"took more than {self.timeout:g} s, twice{at}; look into the article, or raise score.timeout"
        how = trace.partition("\n")[0].removeprefix("Fatal Python error: ") or str(error).partition("{")[2].partition("}")[0] or type(error).__name__
        return f"took its worker down, twice: {how}{at}; a crash, or more memory than there is: look into the article"

    def _start(self, workers: int) -> Any:
        """New workers, with the proof that one of them works: else every article would look like poison."""
        self._clear()
        executor = self._loky.ProcessPoolExecutor(
            workers, initializer=_begin, initargs=(self._make, self._notes.name, self.timeout, self.memory, os.getpid())
        )
        try:
            executor.submit(_ready).result()
        except Exception as error:
            executor.shutdown(kill_workers=True)
            raise SaysoError(f"no worker can be started ({self._fault() or error}); lower score.workers or raise score.memory") from error
        return executor

    def _fault(self) -> str:
        """What a worker could not begin with."""
        file = Path(self._notes.name) / FAULT
        return file.read_text("utf-8") if file.is_file() else ""

    def _clear(self) -> None:
        for file in Path(self._notes.name).iterdir():
            file.unlink(missing_ok=True)

    def _end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(kill_workers=True)
            self._executor = None


@dataclass(slots=True)
class _Pending:
    number: int
    job: Job
    future: Future[Outcome] = field(default_factory=Future)


def _succeeded(future: Future[Outcome]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


# In the worker process -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Here:
    """What one worker process holds."""

    work: Work | None = None
    timeout: float = 0
    job: Path = Path()
    trace: IO[str] | None = None


_here = _Here()


def _begin(make: Callable[[], Work], notes: str, timeout: float, memory: int, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the workers
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    _limit(memory)
    _here.timeout = timeout
    _here.job = Path(notes) / f"{os.getpid()}.job"
    _here.trace = (Path(notes) / f"{os.getpid()}.trace").open("w")
    faulthandler.enable(file=_here.trace)
    try:
        _here.work = make()
    except BaseException as error:
        (Path(notes) / FAULT).write_text(f"{type(error).__name__}: {error}", "utf-8")
        os._exit(1)


def _ready() -> None:
    """Done once the worker has begun."""


def _follow(parent: int) -> None:
    """No worker outlives its parent, even one that was killed."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # no such limit on this system
        return
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _do(number: int, job: Job) -> Outcome:
    if _here.work is None or _here.trace is None:
        raise RuntimeError("the worker has not begun")
    _here.job.write_text(str(number))
    faulthandler.dump_traceback_later(_here.timeout, exit=True, file=_here.trace)
    try:
        return _here.work(job)
    finally:
        faulthandler.cancel_dump_traceback_later()
