"""Blobs in an S3-compatible store, or in memory: whatever obstore speaks to."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import MemoryStore, S3Store

from mingcha.core.problems import Refused
from mingcha.store.blobs import CHUNK_BYTES

#: Up to here an object is one request to the store; beyond it is several parts, which S3 wants to be at least 5 MiB.
ONE_REQUEST_BYTES = 5 * 1024 * 1024


def open_bucket(url: str) -> "ObjectBlobs":
    """`memory:`, or `s3://bucket/prefix?endpoint=…&region=…` (any setting of obstore's S3Store may follow; credentials as it
    finds them).
    """
    if url == "memory:":
        return ObjectBlobs(MemoryStore())
    parts = urlsplit(url)
    # One DELETE each: not every compatible store takes S3's list of many.
    options: dict[str, Any] = {"disable_bulk_delete": True, **dict(parse_qsl(parts.query))}
    client: Any = {"connect_timeout": "3s", "timeout": "30s"}
    if str(options.get("endpoint", "")).startswith("http://"):
        client["allow_http"] = True
    # A phone waits for the answer and tries again by itself: rather say "later" soon than hold a thread for minutes.
    patience: Any = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}
    prefix = parts.path.strip("/") or None
    with _in_our_words():
        return ObjectBlobs(S3Store(parts.netloc, prefix=prefix, client_options=client, retry_config=patience, **options))


class ObjectBlobs:
    """A put is durable when the store has answered."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        source, first, size = iter(pieces), [], 0
        for piece in source:
            first.append(piece)
            size += len(piece)
            if size > ONE_REQUEST_BYTES:
                break
        with _in_our_words():
            if size <= ONE_REQUEST_BYTES:
                obstore.put(self._store, key, b"".join(first), use_multipart=False)
            else:  # one part at a time in memory; if the source breaks, obstore aborts the parts
                parts = chain(first, (piece for piece in source if piece))
                obstore.put(self._store, key, parts, use_multipart=True, max_concurrency=1)

    def get(self, key: str) -> bytes:
        with _in_our_words():
            try:
                return bytes(obstore.get(self._store, key).bytes())
            except FileNotFoundError as missing:
                raise _missing(key, missing) from missing

    def stream(self, key: str) -> Iterator[bytes]:
        with _in_our_words():
            try:
                found = obstore.get(self._store, key)
            except FileNotFoundError as missing:
                raise _missing(key, missing) from missing
            for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)

    def size(self, key: str) -> int | None:
        with _in_our_words():
            try:
                return int(obstore.head(self._store, key)["size"])
            except FileNotFoundError:
                return None

    def has(self, key: str) -> bool:
        return self.size(key) is not None

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            with _in_our_words():
                try:
                    obstore.delete(self._store, key)
                except FileNotFoundError as missing:
                    if not isinstance(_missing(key, missing), KeyError):
                        raise

    def keys(self, prefix: str) -> Iterator[str]:
        with _in_our_words():
            found = [str(entry["path"]) for batch in obstore.list(self._store, prefix=prefix) for entry in batch]
        yield from sorted(found)

    def tidy(self, before: datetime) -> int:
        """An object is there whole or not at all; parts that a killed node left are for the bucket's own rule."""
        return 0


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Says as a problem what the store cannot do just now. Errors of a source pass as they are."""
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError) as fault:
        raise Refused(_trouble(str(fault), "storage.refused")) from fault
    except (BaseError, FileNotFoundError) as fault:
        raise Refused(_trouble(str(fault), "storage.away")) from fault


def _trouble(text: str, otherwise: str) -> str:
    """obstore gives the store's own code only inside its text: S3's `<Code>` element is what S3 promises."""
    said = re.search(r"<Code>(\w+)</Code>", text)
    code = said[1] if said else ""
    if "507 Insufficient Storage" in text or code in ("QuotaExceeded", "XMinioStorageFull", "InsufficientStorage"):
        return "storage.full"
    if code in ("NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "RequestTimeTooSkewed"):
        return "storage.refused"
    return otherwise


def _missing(key: str, fault: FileNotFoundError) -> Exception:
    """A key that is not there; a bucket that is not there is something else."""
    return Refused("storage.refused") if "<Code>NoSuchBucket</Code>" in str(fault) else KeyError(key)
