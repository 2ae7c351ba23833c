"""Profiles that go to a store all the time: Pyroscope, or what takes profiles as it does."""

import asyncio
import logging
import sys
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from http.client import HTTPException
from threading import Event, Thread
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from askmesh.errors import StartupError
from askmesh.telemetry._sampling import Stack, lines_of, processor_time, stage_of

PROFILE_SECONDS = 15.0
"""How much time one profile tells of."""
EVERY_SECONDS = 0.05
"""How often the threads are looked at: less often than for a profile that somebody waits for."""
SEND_SECONDS = 2.0
"""How long the store may keep a request waiting, and a service that is told to stop."""

_MICROSECONDS = 1_000_000
"""What Pyroscope takes for the rate of samples: then each of them is a microsecond."""

_logger = logging.getLogger("askmesh.telemetry")


class ProfileStore:
    """Takes the profiles of one service over HTTP. Blocks while it is called."""

    def __init__(self, url: str, service: str) -> None:
        """`url` is the address of a Pyroscope, such as "http://pyroscope:4040"."""
        self._url = url.rstrip("/")
        self._name = f"askmesh-{service}.cpu"

    def send(self, profile: Mapping[Stack, int], began: float, ended: float) -> None:
        """Send nanoseconds by stack, from one time to another, in seconds since 1970.

        What was done for a stage has its name as the tag `stage`. Raise `OSError` or
        `HTTPException` if the store has not taken all of it.
        """
        for stage, stacks in _by_stage(profile).items():
            told = {
                "name": self._name + (f"{{stage={stage}}}" if stage else ""),
                "from": str(int(began)),
                "until": str(int(ended)),
                "format": "folded",
                "sampleRate": str(_MICROSECONDS),
                "spyName": "askmesh",
            }
            self._post(f"{self._url}/ingest?{urlencode(told)}", lines_of(stacks).encode())

    def _post(self, url: str, body: bytes) -> None:
        headers = {"Content-Type": "text/plain"}
        request = Request(url, body, headers, method="POST")  # noqa: S310 - the operator names it
        with urlopen(request, timeout=SEND_SECONDS):  # noqa: S310
            pass


class SentProfiles:
    """Makes profiles of this process and sends them; says once that this fails, until it works."""

    def __init__(
        self, store: ProfileStore, count: Callable[[str], None], *, profile_seconds: float
    ) -> None:
        """`count` is told of each profile: "sent", or "failed"."""
        self._store = store
        self._count = count
        self._profile_seconds = profile_seconds
        self._works = True

    def run(self, stopped: Event) -> None:
        """Send profiles until `stopped` is set, and what was used until then."""
        while not stopped.is_set():
            began = time.time()
            profile = processor_time(self._profile_seconds, stopped, every_seconds=EVERY_SECONDS)
            self._send(profile, began)

    def _send(self, profile: Mapping[Stack, int], began: float) -> None:
        try:
            self._store.send(profile, began, time.time())
        except (OSError, HTTPException) as error:
            self._count("failed")
            if self._works:
                _logger.warning("profiles are lost until their store takes them: %s", error)
            self._works = False
            return
        self._count("sent")
        if not self._works:
            _logger.info("the store of profiles takes them again")
        self._works = True


@asynccontextmanager
async def profiles_sent(
    url: str,
    service: str,
    count: Callable[[str], None],
    *,
    profile_seconds: float = PROFILE_SECONDS,
) -> AsyncGenerator[None]:
    """Send profiles of this process to the store at `url` until the block ends; to none if empty.

    `count` is told of each in a thread: "sent", or "failed". Raise `StartupError` where profiles
    cannot be made.
    """
    if not url:
        yield
        return
    if sys.platform != "linux":
        raise StartupError("PROFILES_UNUSABLE", "Profiles need Linux: set no address for them")
    stopped = Event()
    profiles = SentProfiles(ProfileStore(url, service), count, profile_seconds=profile_seconds)
    thread = Thread(target=profiles.run, args=[stopped], name="profiles", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        await asyncio.to_thread(thread.join, SEND_SECONDS)


def _by_stage(profile: Mapping[Stack, int]) -> Mapping[str, Mapping[Stack, int]]:
    found: defaultdict[str, dict[Stack, int]] = defaultdict(dict)
    for stack, nanoseconds in profile.items():
        found[stage_of(stack)][stack] = nanoseconds
    return found
