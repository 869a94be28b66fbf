"""A Dask cluster as workers.

Stage: run. In: the address of a scheduler, TLS files. Out: workers.
Idea: `distributed` gives a cluster the shape of an executor, and sees to workers that die. A scheduler that is gone has
forgotten what it was asked for: the client is made anew, with patience, and what was at work is handed out again.
"""

from __future__ import annotations

from concurrent.futures import CancelledError
from contextlib import suppress
from time import monotonic, sleep
from typing import Any

from realign.errors import RunError, UsageError
from realign.running.workers import Workers

_PATIENCE = 300.0  # seconds that a scheduler may take to come back
_ANSWER = 10  # seconds in which a scheduler answers at first
_PAUSE = 2.0  # seconds between attempts
_FRESH = 5.0  # seconds for which the number of workers is taken as known


class Cluster(Workers):
    """The workers of a Dask cluster, however many there are at the moment."""

    def __init__(
        self, address: str, *, ca_file: str | None = None, cert: str | None = None, key: str | None = None
    ) -> None:
        try:
            import distributed
        except ImportError:
            raise UsageError(
                "--cluster needs the package distributed: python -m pip install 'realign[cluster]'"
            ) from None
        security = None
        if ca_file or cert or key:
            security = distributed.Security(
                tls_ca_file=ca_file, tls_client_cert=cert, tls_client_key=key, require_encryption=True
            )
        self._distributed: Any = distributed
        self._address, self._security = address, security
        self._counted, self._number = -_FRESH, 1
        try:
            self._client = self._connect(timeout=_ANSWER)
        except (OSError, ValueError, RuntimeError, TypeError) as error:
            raise UsageError(
                f"--cluster {address}: no scheduler answers there ({_line(error)}); the address is what "
                "`dask scheduler` prints, such as tcp://192.168.0.10:8786"
            ) from None
        self.losses = (CancelledError, OSError)
        self.killings = (distributed.scheduler.KilledWorker,)
        super().__init__(self._client.get_executor(pure=False), 1)

    @property
    def number(self) -> int:
        """Threads of the cluster; 1 while there are none, so that a task waits for the first worker."""
        if monotonic() - self._counted > _FRESH:
            with suppress(Exception):
                self._number = max(sum(self._client.nthreads().values()), 1)
            self._counted = monotonic()
        return self._number

    @number.setter
    def number(self, number: int) -> None:
        self._number = number

    def mend(self, generation: int, loss: BaseException) -> None:
        """Connect again, unless another thread has done so already."""
        with self.lock:
            if generation != self.generation:
                return
            deadline = monotonic() + _PATIENCE
            with suppress(Exception):
                self._client.close(timeout=1)
            while True:
                try:
                    self._client = self._connect(timeout=_PAUSE)
                    break
                except (OSError, ValueError, RuntimeError) as error:
                    if monotonic() > deadline:
                        raise RunError(
                            f"--cluster {self._address}: the scheduler has not come back in {_PATIENCE:.0f} s "
                            f"({_line(error)}); --resume goes on from what is finished"
                        ) from error
                    sleep(_PAUSE)
            self.executor = self._client.get_executor(pure=False)
            self.generation += 1

    def idle(self) -> bool:
        """An answer that a worker took along when it died is not asked for again by every version of `distributed`."""
        with suppress(Exception):
            return bool(self._client.nthreads()) and not any(self._client.processing().values())
        return False

    def close(self) -> None:
        with suppress(Exception):
            self._client.close(timeout=2)

    def _connect(self, *, timeout: float) -> Any:
        return self._distributed.Client(
            self._address, security=self._security, timeout=timeout, set_as_default=False, name="realign"
        )


def _line(error: BaseException) -> str:
    return str(error).split("\n")[0] or type(error).__name__
