"""Bytes by key: a folder, memory or an S3-compatible store through one interface, chosen by one setting.

`put` returns only when the bytes are durable and whole: nobody ever reads half a blob. Photos are kept under the
hash of their content, so writing one twice is harmless and a key never changes its meaning. Whatever the store cannot
do is said as `storage.full`, `storage.refused` or `storage.away`; what a source raises goes through as it is.
"""

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, cast

from flask import current_app

from mingcha.core.problems import Refused

#: How much of a blob is in memory while it is streamed out of a folder.
CHUNK_BYTES = 64 * 1024


class Blobs(Protocol):
    """Keys are `a/b/c` of letters, digits, dots and dashes. A missing key: `get` and `stream` raise KeyError, `size`
    is None, `delete` does nothing.
    """

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        """Keep the pieces as one blob; if their source raises, nothing of it is kept."""

    def get(self, key: str) -> bytes: ...
    def stream(self, key: str) -> Iterator[bytes]: ...
    def size(self, key: str) -> int | None: ...
    def has(self, key: str) -> bool: ...
    def delete(self, keys: Iterable[str]) -> None: ...
    def keys(self, prefix: str) -> Iterator[str]:
        """Those of a folder and below, in order."""

    def tidy(self, before: datetime) -> int:
        """Remove what writers that died before then left half done; how many."""


def open_blobs(url: str) -> Blobs:
    """`memory:`, `s3://bucket/prefix?endpoint=…&region=…`, or the path of a folder. Opening asks the store nothing."""
    if url == "memory:" or url.startswith("s3://"):
        from mingcha.store.buckets import open_bucket  # its library is 4 MB of a node that keeps a folder

        return open_bucket(url)
    return FolderBlobs(Path(url.removeprefix("file://")))


def here() -> Blobs:
    """The blobs of the running application."""
    extensions = current_app.extensions
    if "mingcha_blobs" not in extensions:
        extensions["mingcha_blobs"] = open_blobs(current_app.config["MINGCHA"].blobs)
    return cast(Blobs, extensions["mingcha_blobs"])


def photo_key(sha256: str) -> str:
    """Where the exact bytes of a photo live."""
    return f"photos/{sha256[:2]}/{sha256}"


def derivative_key(sha256: str, size: str) -> str:
    """Where the re-encoded picture lives: free to be thrown away and made again."""
    return f"derived/{sha256[:2]}/{sha256}.{size}.jpg"


def piece_key(upload: str, offset: int, attempt: str) -> str:
    """A piece of an unfinished upload. `attempt` is fresh for each request, so two that race never share bytes."""
    return f"{pieces_of(upload)}/{offset:012d}.{attempt}"


def pieces_of(upload: str) -> str:
    """Where all pieces of an upload lie."""
    return f"pieces/{upload}"


class FolderBlobs:
    """Files under one folder. Written aside, flushed, renamed, and the folder flushed: after `put` a power cut takes
    nothing.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        #: Folders whose own names this process knows to be durable. That one is there says nothing: whoever made it may
        #: not have flushed it yet, or have died before.
        self._durable: set[Path] = set()
        (root / "tmp").mkdir(parents=True, exist_ok=True)

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        target = self._path(key)
        aside = self._root / "tmp" / secrets.token_hex(8)
        with _in_our_words():
            try:
                self._write(aside, pieces)
                if not target.parent.exists():
                    self._durable.discard(target.parent)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(aside, target)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise
            _flush_folder(target.parent)
            self._flush_names(target.parent)

    def _flush_names(self, folder: Path) -> None:
        """Make the names of a folder and of those above it durable, up to the root's own."""
        while folder != self._root and folder not in self._durable:
            _flush_folder(folder.parent)
            self._durable.add(folder)
            folder = folder.parent
        if self._root not in self._durable:
            with suppress(PermissionError):  # not ours to read, so not where we made the root
                _flush_folder(self._root.parent)
            self._durable.add(self._root)

    def get(self, key: str) -> bytes:
        with _in_our_words():
            try:
                return self._path(key).read_bytes()
            except FileNotFoundError as missing:
                raise KeyError(key) from missing

    def stream(self, key: str) -> Iterator[bytes]:
        with _in_our_words():
            try:
                file = self._path(key).open("rb", buffering=0)
            except FileNotFoundError as missing:
                raise KeyError(key) from missing
        with file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def size(self, key: str) -> int | None:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return None

    def has(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, keys: Iterable[str]) -> None:
        emptied = set()
        with _in_our_words():
            for key in keys:
                path = self._path(key)
                path.unlink(missing_ok=True)
                if key.startswith("pieces/"):
                    emptied.add(path.parent)
        for folder in emptied:
            try:
                folder.rmdir()
            except OSError:  # other pieces are still there
                continue
            self._durable.discard(folder)

    def keys(self, prefix: str) -> Iterator[str]:
        start = self._root / prefix
        for path in sorted(start.rglob("*")) if start.is_dir() else ():
            if path.is_file():
                yield path.relative_to(self._root).as_posix()

    def tidy(self, before: datetime) -> int:
        removed = 0
        for path in (self._root / "tmp").iterdir():
            try:
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:  # its writer has just finished
                continue
        return removed

    @staticmethod
    def _write(path: Path, pieces: Iterable[bytes]) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for piece in pieces:
                left = memoryview(piece)
                while left:  # a disk that is nearly full writes a part, and says so only at the next call
                    left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def _path(self, key: str) -> Path:
        if any(part in ("", ".", "..") for part in key.split("/")):
            raise ValueError(f"not a key: {key!r}")
        return self._root / key


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Says as a problem what a disk cannot do just now. Errors of a source pass as they are."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Refused("storage.full") from fault
        if fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Refused("storage.refused") from fault
        if fault.errno in (errno.ENOENT, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE):
            raise Refused("storage.away") from fault
        raise


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
