"""A Chromium to drive: one that is there, else one that can be had."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from browser.screen import PATIENCE
from playwright.sync_api import Browser, BrowserContext, Error, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
WINDOW: Any = {"width": 1400, "height": 900}
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The editor is read and compiled anew in each process, for seconds.
    "--process-per-site",
]
# Each frame of an animation is drawn by the processor; whoever waits for its end isn't kept waiting.
STILL = """
addEventListener('DOMContentLoaded', () => {
  const style = document.createElement('style');
  style.textContent = `*, *::before, *::after {
    animation-duration: 0.01ms !important;
    animation-iteration-count: 1 !important;
    transition-duration: 0.01ms !important;
  }`;
  document.head.append(style);
});
"""
TYPE = f"{sys.executable} -m playwright install --with-deps chromium"

Run = Callable[[Sequence[str]], bool]


def launch(
    playwright: Playwright, *, run: Run | None = None, apps: Sequence[Path] = APPS
) -> Browser:
    """A running browser; RuntimeError with the command to type where there is none to be had."""
    own = Path(playwright.chromium.executable_path)
    tried = []
    for path in executables(own, run=run or _run, root=os.geteuid() == 0, apps=apps):
        try:
            return playwright.chromium.launch(executable_path=path, args=QUIET)
        except Error as error:
            tried.append(f"{path} doesn't start: {error.message.splitlines()[0]}")
    raise RuntimeError("\n".join([*tried, f"no Chromium or Chrome was found; type: {TYPE}"]))


def windows(browser: Browser, url: str, **more: Any) -> BrowserContext:
    """For windows that share a login."""
    # Label Studio's service worker is of no use here and may keep a page from closing.
    context = browser.new_context(
        base_url=url, viewport=WINDOW, service_workers="block", **more
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(STILL)
    return context


def executables(
    own: Path, *, run: Run, root: bool, apps: Sequence[Path] = APPS
) -> Iterator[Path]:
    """
    What might be started, best first; whoever asks on makes us fetch one.

    *own* is where Playwright puts its download.
    """
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from (app for app in apps if app.exists())
    if own.exists() or (_fetch(run) and own.exists()):
        yield own
    if root and shutil.which("apt-get"):
        run(["apt-get", "update"])
        run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"])
        if found := shutil.which("chromium"):
            yield Path(found)


def _fetch(run: Run) -> bool:
    return run([sys.executable, "-m", "playwright", "install", "chromium"])


def _run(command: Sequence[str]) -> bool:
    """Whether it went well; what it said comes out with a test that fails."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"{' '.join(command)}: {error}\n")
        return False
    sys.stderr.write(done.stderr if done.returncode else "")
    return done.returncode == 0
