"""An event loop in a thread of its own, for programs that are not asynchronous."""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Callable, Coroutine, TypeVar

T = TypeVar("T")


class DaemonWorker(ThreadPoolExecutor):
    """One thread that takes one call after the other, and goes on doing so while the interpreter shuts down: the usual executors refuse by then, and
    what waits in an outbox must still be sent."""

    def __init__(self, name: str) -> None:
        super().__init__(max_workers=1)
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def is_current(self) -> bool:
        """Whether the caller is called by it."""
        return threading.current_thread() is self._thread

    def submit(self, function: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        future: Future[T] = Future()
        self._calls.put((future, lambda: function(*arguments, **named)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._calls.put(None)
        if wait and not self.is_current:
            self._thread.join()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            future, function = call
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function())
                except BaseException as fault:
                    future.set_exception(fault)


class LoopThread:
    """Runs functions and coroutines in its loop on behalf of other threads."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        # Names of hosts are looked up by it, also while the interpreter shuts down.
        self._lookups = DaemonWorker(f"{name}-lookups")
        self._loop.set_default_executor(self._lookups)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Starts a coroutine; what it gives, or raises, is in the future."""
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:
            coroutine.close()
            raise

    def call(self, function: Callable[[], T]) -> T:
        """Calls a function that does not wait, and gives or raises what it does."""
        answer: Future[T] = Future()

        def answered() -> None:
            try:
                answer.set_result(function())
            except Exception as fault:
                answer.set_exception(fault)

        self._loop.call_soon_threadsafe(answered)
        return answer.result()

    def stop(self) -> None:
        """Ends it. Nothing may be asked of it afterwards."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            # Whoever asked just before is answered.
            self._loop.run_until_complete(asyncio.sleep(0))
            self._lookups.shutdown(wait=False)
            self._loop.close()
