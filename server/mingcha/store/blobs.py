"""Bytes by key: a folder, memory or an S3-compatible store through one interface, chosen by one setting.

`put` returns only when the bytes are durable and whole: nobody ever reads half a blob. Photos are kept under the
hash of their content, so writing one twice is harmless and a key never changes its meaning.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, urlsplit

import obstore
from flask import current_app
from obstore.store import MemoryStore, S3Store


class Blobs(Protocol):
    """Keys are `a/b/c` of letters, digits, dots and dashes. A missing key: `get` raises KeyError, `delete` does
    nothing.
    """

    def put(self, key: str, pieces: Iterable[bytes]) -> None: ...
    def get(self, key: str) -> bytes: ...
    def has(self, key: str) -> bool: ...
    def delete(self, keys: Iterable[str]) -> None: ...
    def keys(self, prefix: str) -> Iterator[str]: ...


def open_blobs(url: str) -> Blobs:
    """`memory:`, `s3://bucket/prefix?endpoint=…&region=…` (credentials as obstore finds them), or the path of a
    folder.
    """
    if url == "memory:":
        return ObjectBlobs(MemoryStore())
    if url.startswith("s3://"):
        parts = urlsplit(url)
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        if str(options.get("endpoint", "")).startswith("http://"):
            options["client_options"] = {"allow_http": True}
        return ObjectBlobs(S3Store(parts.netloc, prefix=parts.path.strip("/") or None, **options))
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
    return f"pieces/{upload}/{offset:012d}.{attempt}"


class FolderBlobs:
    """Files under one folder. Written aside, flushed, renamed, and the folder flushed: after `put` a power cut takes
    nothing.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        (root / "tmp").mkdir(parents=True, exist_ok=True)

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        target = self._path(key)
        aside = self._root / "tmp" / secrets.token_hex(8)
        try:
            with aside.open("xb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            fresh = not target.parent.exists()
            target.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)
        if fresh:
            for folder in target.parent.parents:
                _flush_folder(folder)
                if folder == self._root:
                    break

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as missing:
            raise KeyError(key) from missing

    def has(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            path = self._path(key)
            path.unlink(missing_ok=True)
            if key.startswith("pieces/"):
                try:
                    path.parent.rmdir()
                except OSError:  # other pieces are still there
                    continue

    def keys(self, prefix: str) -> Iterator[str]:
        start = self._root / prefix
        for path in sorted(start.rglob("*")) if start.is_dir() else ():
            if path.is_file():
                yield path.relative_to(self._root).as_posix()

    def _path(self, key: str) -> Path:
        if any(part in ("", ".", "..") for part in key.split("/")):
            raise ValueError(f"not a key: {key!r}")
        return self._root / key


class ObjectBlobs:
    """Any store that obstore speaks to; a put is durable when the store has answered."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        obstore.put(self._store, key, b"".join(pieces))

    def get(self, key: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError as missing:
            raise KeyError(key) from missing

    def has(self, key: str) -> bool:
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                continue

    def keys(self, prefix: str) -> Iterator[str]:
        for batch in obstore.list(self._store, prefix=prefix):
            for entry in batch:
                yield str(entry["path"])


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
