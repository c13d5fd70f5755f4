from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from stirfry.data.read.download import download_set, fetch_http
from stirfry.data.read.known_sets import MNIST, KnownSet, Published
from stirfry.errors import DataError, OutputError

NAME = "train-images-idx3-ubyte.gz"
BODY = gzip.compress(bytes(range(256)) * 40, mtime=0)
FILES = {NAME: Published(len(BODY), hashlib.md5(BODY, usedforsecurity=False).hexdigest())}


def small(*mirrors: str) -> KnownSet:
    return KnownSet("small", "Small", FILES, mirrors)


class Server(ThreadingHTTPServer):
    """Serves `bodies`, and notes what was asked for; `ranges` says whether it knows about ranges."""

    bodies: dict[str, bytes]
    asked: list[tuple[str, str | None]]
    ranges = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted))
        body = self.server.bodies.get(self.path[1:])
        if body is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.server.ranges else 0
        if start >= len(body):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.bodies, server.asked = {NAME: BODY}, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def get(folder: Path, *mirrors: str) -> tuple[str, ...]:
    return download_set(folder, small(*mirrors))


def test_a_file_is_downloaded_once(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "new" / "mnist"
    assert get(folder, server.url) == (NAME,)
    assert [path.name for path in folder.iterdir()] == [NAME]
    assert (folder / NAME).read_bytes() == BODY
    assert get(folder, server.url) == ()
    assert len(server.asked) == 1


def test_an_unpacked_file_will_do(tmp_path: Path, server: Server) -> None:
    (tmp_path / NAME.removesuffix(".gz")).write_bytes(b"here already")
    assert get(tmp_path, server.url) == ()
    assert not server.asked


def test_a_broken_download_goes_on_where_it_broke_off(tmp_path: Path, server: Server) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(BODY[:100])
    get(tmp_path, server.url)
    assert server.asked == [(f"/{NAME}", "bytes=100-")]
    assert (tmp_path / NAME).read_bytes() == BODY
    assert not (tmp_path / f"{NAME}.part").exists()


def test_a_server_without_ranges_begins_anew(tmp_path: Path, server: Server) -> None:
    server.ranges = False
    (tmp_path / f"{NAME}.part").write_bytes(b"x" * 100)
    get(tmp_path, server.url)
    assert (tmp_path / NAME).read_bytes() == BODY


@pytest.mark.parametrize("size", [100, len(BODY), len(BODY) + 5])
def test_a_wrong_beginning_is_thrown_away(tmp_path: Path, server: Server, size: int) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(b"x" * size)
    get(tmp_path, server.url)
    assert (tmp_path / NAME).read_bytes() == BODY


@pytest.mark.parametrize("body", [BODY[:-1] + b"?", BODY + b"more", b"\0" * 100_000])
def test_a_wrong_file_is_never_kept(tmp_path: Path, server: Server, body: bytes) -> None:
    server.bodies[NAME] = body
    with pytest.raises(DataError) as caught:
        get(tmp_path, server.url)
    assert caught.value.code == "source.download_wrong"
    assert NAME in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_the_next_mirror_is_asked(tmp_path: Path, server: Server) -> None:
    server.bodies[f"bad/{NAME}"] = b"no such thing" * 5000
    get(tmp_path, f"{server.url}none/", f"{server.url}bad/", server.url)
    assert (tmp_path / NAME).read_bytes() == BODY


def test_a_line_that_breaks_keeps_what_came(tmp_path: Path) -> None:
    def breaking(url: str, start: int) -> tuple[int, Iterable[bytes]]:
        def pieces() -> Iterator[bytes]:
            yield BODY[start : start + 50]
            raise ConnectionResetError("the line broke")

        return start, pieces()

    with pytest.raises(DataError) as caught:
        download_set(tmp_path, small("http://a/"), breaking)
    assert caught.value.code == "source.download_offline"
    assert "the line broke" in str(caught.value)
    assert (tmp_path / f"{NAME}.part").read_bytes() == BODY[:100]


def test_a_server_that_never_stops_is_stopped(tmp_path: Path) -> None:
    sent = []

    def endless(url: str, start: int) -> tuple[int, Iterable[bytes]]:
        return 0, (sent.append(piece) or BODY for piece in range(1000))

    with pytest.raises(DataError) as caught:
        download_set(tmp_path, small("http://a/"), endless)
    assert caught.value.code == "source.download_wrong"
    assert len(sent) == 4  # two tries, each stopped at the first piece too many


def test_a_line_that_ends_early_is_no_wrong_file(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        download_set(tmp_path, small("http://a/"), lambda url, start: (0, [BODY[:9]]))
    assert caught.value.code == "source.download_offline"


def test_offline_says_which_files_to_put_where(tmp_path: Path) -> None:
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(b"here already")

    def offline(url: str, start: int) -> tuple[int, Iterable[bytes]]:
        raise OSError("no route to host")

    with pytest.raises(DataError) as caught:
        download_set(tmp_path, MNIST, offline)
    message = str(caught.value)
    assert str(tmp_path) in message and "MNIST" in message
    assert [name for name in MNIST.files if name in message] == list(MNIST.files)[:3]


def test_nobody_at_the_address(tmp_path: Path, server: Server) -> None:
    url = server.url
    server.server_close()
    with pytest.raises(DataError) as caught:
        get(tmp_path, url)
    assert caught.value.code == "source.download_offline"


def test_a_folder_that_cannot_be_made(tmp_path: Path, server: Server) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError):
        get(tmp_path / "file" / "mnist", server.url)


def test_the_default_way_to_fetch(server: Server) -> None:
    start, pieces = fetch_http(f"{server.url}{NAME}", 7)
    assert (start, b"".join(pieces)) == (7, BODY[7:])
