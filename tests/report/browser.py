"""A headless Chromium, driven through its DevTools protocol: as much of it as the tests of pages need."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Seconds that the browser may take for its start, or for an answer.
PATIENCE = 60.0


def found() -> str | None:
    """Return the browser's path; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def started(folder: Path) -> Iterator[Browser]:
    """Start a browser with a new profile in a folder, and end it afterwards."""
    path = found()
    assert path is not None, "there is a browser"
    words = [path, "--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    words += ["--disable-dev-shm-usage", "--remote-debugging-port=0", f"--user-data-dir={folder}"]
    if os.geteuid() == 0:
        words.append("--no-sandbox")
    process = subprocess.Popen([*words, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with closing(_connected(_address(folder))) as line:
            yield Browser(line)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _address(folder: Path) -> str:
    """Return where the browser's one page listens."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        port = folder / "DevToolsActivePort"
        if port.is_file() and "\n" in (text := port.read_text()):
            with urllib.request.urlopen(
                f"http://127.0.0.1:{text.split()[0]}/json", timeout=PATIENCE
            ) as answer:
                pages = [each for each in json.load(answer) if each["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise AssertionError("the browser didn't start")


def _connected(address: str) -> socket.socket:
    """Open a web socket (RFC 6455)."""
    where = urlsplit(address)
    line = socket.create_connection((where.hostname or "", where.port or 0), PATIENCE)
    key = base64.b64encode(os.urandom(16)).decode()
    head = [
        f"GET {where.path} HTTP/1.1",
        f"Host: {where.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
    ]
    head += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
    line.sendall("\r\n".join(head).encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += _read(line, 1)
    assert b" 101 " in answer, answer.decode()
    return line


def _read(line: socket.socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        piece = line.recv(min(1 << 16, count - len(found)))
        assert piece, "the browser hung up"
        found += piece
    return bytes(found)


class Browser:
    """One page of a browser.

    Args:
        line: the web socket to it.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line, self._calls = line, 0
        self.events: list[dict[str, Any]] = []
        for room in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{room}.enable")

    def call(self, method: str, **values: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result; what happens meanwhile is kept in `events`."""
        self._calls += 1
        self._send(json.dumps({"id": self._calls, "method": method, "params": values}).encode())
        while True:
            answer = json.loads(self._receive())
            if answer.get("id") == self._calls:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self.events.append(answer)

    def _send(self, data: bytes) -> None:
        length = len(data)
        head = (
            bytes([0x80 | length])
            if length < 126
            else b"\xfe" + struct.pack(">H", length)
            if length < 1 << 16
            else b"\xff" + struct.pack(">Q", length)
        )
        self._line.sendall(b"\x81" + head + bytes(4) + data)

    def _receive(self) -> bytes:
        message, whole = b"", False
        while not whole:
            first, length = _read(self._line, 2)
            whole = bool(first & 0x80)
            if length == 126:
                (length,) = struct.unpack(">H", _read(self._line, 2))
            elif length == 127:
                (length,) = struct.unpack(">Q", _read(self._line, 8))
            message += _read(self._line, length)
        return message

    def open(self, page: Path) -> None:
        """Open a file, and wait until it is there."""
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri())
        last = time.monotonic() + PATIENCE
        while self.run("document.readyState + location.href") != "complete" + page.as_uri():
            assert time.monotonic() < last, "the page didn't open"
            time.sleep(0.02)

    def run(self, code: str) -> Any:
        """Return what an expression of JavaScript gives."""
        answer = self.call("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def look(self, width: int, theme: str = "light", height: int = 900) -> None:
        """Set the window's width, and whether the system is light or dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": theme}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self) -> bytes:
        """Return what is in the window as a PNG file."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def pdf(self) -> bytes:
        """Return the page as it is printed."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])

    def complaints(self) -> list[str]:
        """Return every error and warning since the page was opened."""
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [json.dumps(each["params"]) for each in self.events if each["method"] in kinds]

    def requests(self) -> list[str]:
        """Return every address that was asked for since the page was opened."""
        sent = [each for each in self.events if each["method"] == "Network.requestWillBeSent"]
        return [each["params"]["request"]["url"] for each in sent]
