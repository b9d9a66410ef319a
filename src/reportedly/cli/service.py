"""The running wire: the site, the collector and the pipeline over one data folder, started and stopped together.

The site is a gunicorn process of its own, which only reads. The collector runs in a thread with its own event loop;
the pipeline runs in the caller's thread and is the one that stores what was read. If any of the three ends by itself,
the others are stopped and `run` says which it was.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from reportedly.cli.config import Settings, as_environment
from reportedly.cli.fetching import fetch_rules
from reportedly.cli.second_tier import SecondTier
from reportedly.cli.site import PARENT_PIPE
from reportedly.cli.working import Worker
from reportedly.collect.client import Client
from reportedly.collect.feeds import SecondReader
from reportedly.errors import ReportedlyError, UsageError
from reportedly.wire.collecting import Collector
from reportedly.wire.lock import DataLock

SITE_STOPS_WITHIN_S = 10
COLLECTOR_STOPS_WITHIN_S = 20


class Service:
    """Site, collector and pipeline of one data folder. `run` returns when it was asked to stop.

    Raises StoreBusy when another server works on the folder, and UsageError when the port cannot be had.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stop = threading.Event()
        self._collector_failure: BaseException | None = None

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the site."""
        host = "127.0.0.1" if self.settings.host in ("0.0.0.0", "::") else self.settings.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.settings.port}/"

    def run(self, ready: Callable[[Service], None] | None = None) -> None:
        """Run until SIGINT or SIGTERM. `ready` is called once, in a thread of its own, when the site answers."""
        previous = {number: signal.signal(number, self._asked_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with DataLock(self.settings.data), self._listen() as listening:
                self._run(listening, ready)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _run(self, listening: socket.socket, ready: Callable[[Service], None] | None) -> None:
        site = self._start_site(listening)
        watching = threading.Thread(target=self._watch, args=(site,), name="watch the site", daemon=True)
        collecting = threading.Thread(target=self._collect, name="collect", daemon=True)
        try:
            with Worker(self.settings, name="serve") as worker:
                watching.start()
                collecting.start()
                if ready:
                    threading.Thread(target=ready, args=(self,), name="ready", daemon=True).start()
                worker.work_until(self.stop)
        finally:
            self.stop.set()
            if collecting.ident:
                collecting.join(COLLECTOR_STOPS_WITHIN_S)
            asked_for = site.poll() is None
            _end(site)
            os.close(self._parent_pipe)
        if self._collector_failure:
            raise self._collector_failure
        if not asked_for:
            raise ReportedlyError(
                f"the site stopped by itself (exit code {site.returncode}), so everything was stopped"
            )

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop.set()

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.settings.host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self.settings.host, self.settings.port))
            listening.listen(128)
        except OSError as why:
            listening.close()
            raise UsageError(
                f"cannot listen on {self.settings.host} port {self.settings.port} ({why.strerror}); "
                "choose another with --host or --port"
            ) from why
        listening.set_inheritable(True)
        return listening

    def _start_site(self, listening: socket.socket) -> subprocess.Popen[bytes]:
        command = [
            *(sys.executable, "-m", "gunicorn", "reportedly.cli.wsgi:application"),
            *("--config", "python:reportedly.cli.site"),
            *("--bind", f"fd://{listening.fileno()}"),
            *("--workers", "1", "--threads", str(self.settings.site_threads), "--worker-class", "gthread"),
            *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
        ]
        theirs, self._parent_pipe = os.pipe()
        try:
            return subprocess.Popen(
                command,
                env={
                    **os.environ,
                    **as_environment(self.settings),
                    "DJANGO_SETTINGS_MODULE": "reportedly.cli.settings",
                    PARENT_PIPE: str(theirs),
                },
                pass_fds=[listening.fileno(), theirs],
                start_new_session=True,  # Ctrl+C reaches us alone, and we stop the site in our own time
                stdout=subprocess.DEVNULL,
            )
        finally:
            os.close(theirs)

    def _watch(self, site: subprocess.Popen[bytes]) -> None:
        site.wait()
        self.stop.set()

    def _collect(self) -> None:
        try:
            asyncio.run(self._collect_until_stopped())
        except Exception as failure:  # noqa: BLE001  # raised again by the main thread, once everything has stopped
            self._collector_failure = failure
            self.stop.set()

    async def _collect_until_stopped(self) -> None:
        stop = asyncio.Event()
        with SecondTier(self.settings) as second:
            async with Client(fetch_rules(self.settings)) as client:
                await self._collect_with(client, second, stop)

    async def _collect_with(self, client: Client, second: SecondReader, stop: asyncio.Event) -> None:
        collector = Collector(
            client,
            check_every=timedelta(seconds=self.settings.check_every_s),
            look_again=self.settings.look_again,
            second=second,
        )
        running = asyncio.create_task(collector.run(stop))
        while not running.done() and not self.stop.is_set():
            await asyncio.wait([running], timeout=0.2)
        stop.set()
        await running


def _end(site: subprocess.Popen[bytes]) -> None:
    if site.poll() is None:
        site.terminate()
        try:
            site.wait(SITE_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(site.pid, signal.SIGKILL)
            site.wait()
