"""Opens a text file: finds out its encoding and refuses what isn't text.

The file is read through once before it is parsed, piece by piece, so that a wrong byte in its last line
is found while nothing has been built yet, and so that no copy of it ever lies in memory.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stirfry.data.read.files import open_bytes, reading
from stirfry.errors import DataError

#: Bytes read at a time. Large enough for the parser to be busy, small beside the files that matter.
CHUNK = 1 << 22

#: Rows that a chunk should hold, so that tables with very many columns come in few blocks; and its limit.
_ROWS = 500
_LARGEST_CHUNK = 1 << 26

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class TextFile:
    """A text file that has been read through once.

    Args:
        path: where it is.
        encoding: Python's name of its encoding; those with a byte order mark skip it.
        quoted: whether it holds quote characters at all.
        returns: whether its lines end in carriage returns alone, as on old Macs.
        most_lines: more lines than this it hasn't, whatever ends one.
        chunk: how many bytes to read at a time.
    """

    path: Path
    encoding: str
    quoted: bool
    returns: bool
    most_lines: int
    chunk: int

    def open(self) -> io.TextIOWrapper:
        """Open the file as text, line ends untouched."""
        return io.TextIOWrapper(open_bytes(self.path), encoding=self.encoding, newline="")

    def chunks(self) -> Iterator[bytes]:
        """Yield the file as UTF-8 without a byte order mark, its lines ending in line feeds."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        with reading(self.path), open_bytes(self.path) as stream:
            if self.encoding == "utf-8-sig":
                stream.read(3)
            while chunk := stream.read(self.chunk):
                if not self.encoding.startswith("utf-8"):
                    chunk = decoder.decode(chunk).encode()
                yield chunk.replace(b"\r", b"\n") if self.returns else chunk


def examine(path: Path) -> TextFile:
    """Read a file through and return what it is.

    Args:
        path: a text file, gzipped or not.

    Raises:
        DataError: it is empty, isn't text, or its encoding is none of UTF-8, UTF-16 and GBK.
    """
    encoding = _marked_encoding(path)
    survey = _Survey()
    fault = _try(path, encoding, survey)
    if fault is not None and encoding == "utf-8" and survey.nul is None and _is_gbk(path):
        encoding, survey = "gb18030", _Survey()
        fault = _try(path, encoding, survey)
    if survey.nul is not None:
        raise DataError("source.binary", path=str(path), line=survey.nul)
    if fault is not None:
        raise DataError("source.bad_encoding", path=str(path), line=fault)
    if survey.empty:
        raise DataError("source.empty", path=str(path))
    returns = survey.feeds == 0 and survey.returns > 0
    chunk = max(CHUNK, min(_ROWS * survey.size // (1 + max(survey.feeds, survey.returns)), _LARGEST_CHUNK))
    return TextFile(path, encoding, survey.quoted, returns, 1 + survey.feeds + survey.returns, chunk)


@dataclass
class _Survey:
    """What reading a file through tells: sizes and counts in bytes."""

    size: int = 0
    empty: bool = True
    quoted: bool = False
    feeds: int = 0
    returns: int = 0
    nul: int | None = None

    def note(self, piece: bytes) -> None:
        """Take note of the next piece of the file, as UTF-8."""
        if self.nul is None and b"\0" in piece:
            self.nul = self.feeds + 1 + piece.count(b"\n", 0, piece.index(b"\0"))
        self.size += len(piece)
        self.empty = self.empty and not piece.strip()
        self.quoted = self.quoted or b'"' in piece
        self.feeds += piece.count(b"\n")
        self.returns += piece.count(b"\r")


def _marked_encoding(path: Path) -> str:
    """Return the encoding that a byte order mark names, or UTF-8."""
    with reading(path), open_bytes(path) as stream:
        head = stream.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-16" if head[:2] in _UTF16 else "utf-8"


def _try(path: Path, encoding: str, survey: _Survey) -> int | None:
    """Read a file through; return the line that its encoding doesn't allow, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    pending = False
    with reading(path), open_bytes(path) as stream:
        while True:
            chunk = stream.read(CHUNK)
            # Plain ASCII, nearly all there is, needs no decoding to be known as UTF-8.
            if encoding == "utf-8" and chunk.isascii() and chunk and not pending:
                survey.note(chunk)
                continue
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line = (
                    survey.feeds
                    + 1
                    + error.object[: error.start].decode(error.encoding, "ignore").count("\n")
                )
                if encoding == "utf-8":
                    survey.note(chunk)  # it may be no text at all
                return line
            pending = bool(decoder.getstate()[0])
            survey.note(text.encode())
            if not chunk:
                return None


def _is_gbk(path: Path) -> bool:
    """Whether a file that isn't UTF-8 reads as Chinese.

    Most bytes of Western encodings decode as GBK too, into rare characters: at least nine tenths must be
    among the 6,763 common ones of GB 2312.
    """
    decoder = codecs.getincrementaldecoder("gb18030")()
    seen = common = 0
    with reading(path), open_bytes(path) as stream:
        while True:
            chunk = stream.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return False
            wide = "".join(char for char in text if char > "\x7f")
            seen += len(wide)
            common += len(wide.encode("gb2312", "ignore")) // 2
            if not chunk:
                return common >= 0.9 * seen
