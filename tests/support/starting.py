"""Programs that are ready when they serve a page."""

import subprocess
import time
import urllib.request
from urllib.error import URLError


def wait_for_page(url: str, process: "subprocess.Popen[bytes]", *, seconds: float) -> None:
    """Wait until a process that was started serves `url`.

    Fail with what it wrote to a pipe as its errors, if it ends before or takes longer.
    """
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except URLError:
            continue
        return
    process.kill()
    _, told = process.communicate()
    raise AssertionError(f"{process.args!r} did not start: {(told or b'').decode()}")
