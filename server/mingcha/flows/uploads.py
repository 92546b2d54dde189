"""Receiving a photo's bytes, piece by piece, on any node, and proving them before anybody relies on them.

The order that makes a crash harmless: bytes durable, then the row that counts them, then the answer. Bytes whose row
never came are swept away later. Requests and answers are `api/uploads.py`; what the protocol asks is `core/uploads.py`.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from mingcha import clock
from mingcha.core import uploads as rules
from mingcha.core.access import Actor
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id
from mingcha.flows import after_photos, rescue
from mingcha.flows import inspections as place_of
from mingcha.logs import log
from mingcha.store import assignments, blobs, inspections, jobs, photos, uploads
from mingcha.store.blobs import photo_key, piece_key, pieces_of
from mingcha.store.db import let_go, new_id, transaction
from mingcha.store.inspections import Inspection
from mingcha.store.together import together
from mingcha.store.uploads import Upload

#: A file that a dead writer left half done is removed after this long: no request lives nearly so long.
LEFTOVERS_LIVE = timedelta(hours=6)


@dataclass(frozen=True)
class Body:
    """The bytes of a request: an iterator of small chunks that ends where the line broke, and the length that was
    said.
    """

    chunks: Iterator[bytes]
    length: int | None
    checksum: rules.Checksum | None = None


def create(actor: Actor, wanted: rules.Announced, body: Body | None) -> Upload:
    """Begin an upload, with its first bytes where they came along. A photo that is here already is verified at once; so is
    one that was here until it was deleted on purpose, or a phone that offers it again would bring it back.
    """
    place = after_photos.place_for(actor, wanted) or _place(actor, wanted.inspection, wanted.photo, wanted.sha256)
    now = clock.now()
    upload = Upload(
        id=new_id(),
        tenant=place.tenant,
        account=actor.id,
        inspection=place.id,
        photo=wanted.photo,
        sha256=wanted.sha256,
        length=wanted.length,
        received=0,
        described=wanted.metadata,
        created_at=now,
        expires_at=rules.expiry(now),
        verified=False,
    )
    if photos.is_here(upload.photo, upload.sha256, place.id) and (_is_erased(upload) or _is_kept(upload)):
        done = replace(upload, received=upload.length, verified=True)
        with transaction():
            uploads.add(done)
        return done
    let_go()
    if body is not None and body.length == wanted.length <= rules.PIECE_BYTES:
        return _whole(upload, body)
    with transaction():
        uploads.add(upload)
    if body is not None or wanted.length == 0:
        return _extend(upload, body or Body(iter(()), 0))
    return upload


def append(actor: Actor, upload_id: str, offset: int, body: Body) -> Upload:
    """The next bytes of an upload."""
    upload = find(actor, upload_id)
    rules.require_offset(offset, upload.received)
    rules.require_room(upload.received, body.length, upload.length)
    if upload.verified:
        return upload
    let_go()
    return _extend(upload, body)


def find(actor: Actor, upload_id: str) -> Upload:
    """The upload, if the actor began it, may still bring photos there, and it is not too old. One that lost its end to
    a crash is finished here. Another person's upload looks like none: who brought a photo is part of what it proves.
    """
    upload = uploads.by_id(upload_id) if is_id(upload_id) else None
    if upload is None or upload.account != actor.id:
        raise Refused("not_found")
    if not after_photos.may_go_on(actor, upload):
        _place(actor, upload.inspection, upload.photo, upload.sha256)
    rules.require_alive(upload.expires_at, clock.now())
    if upload.received == upload.length and not upload.verified:
        return _finish(upload)
    return upload


def _place(actor: Actor, inspection_id: str, photo: str, sha256: str) -> Inspection:
    """The inspection whose photo this is, for whoever is or was on its team (what they took then must not be lost), and
    for who carries bytes that its log already names.
    """
    if is_id(inspection_id) and assignments.was_ever_on(inspection_id, actor.id):
        return inspections.load([inspection_id])[inspection_id]
    try:
        return place_of.find(actor, inspection_id, "photo.upload").inspection
    except Refused:
        place = inspections.load([inspection_id]).get(inspection_id)
        if place is None or not rescue.may_bring_photo(actor, place, photo, sha256):
            raise
        return place


def terminate(actor: Actor, upload_id: str) -> None:
    """Give an unfinished upload up, with its pieces. A photo that is proved stays."""
    _drop(find(actor, upload_id).id)


def sweep() -> int:
    """Forget uploads that nobody went on with, and bytes that no row counts; how many uploads."""
    now = clock.now()
    found = uploads.expired(now)
    for upload_id in found:
        _drop(upload_id)
    store = blobs.here()
    with_pieces = {key.split("/")[1] for key in store.keys("pieces")}
    # A row is committed before its first piece is written, so pieces without a row that waits for more are nobody's.
    for upload_id in with_pieces - uploads.unfinished(with_pieces):
        store.delete(list(store.keys(pieces_of(upload_id))))
    store.tidy(now - LEFTOVERS_LIVE)
    return len(found)


def _whole(upload: Upload, body: Body) -> Upload:
    """A photo that fits into its creation: one read, one durable write, one commit."""
    data = b"".join(body.chunks)
    if len(data) != upload.length:  # the line broke: keep what came, so that it can go on from there
        with transaction():
            uploads.add(upload)
        return _extend(upload, Body(iter((data,)), None, body.checksum))
    if body.checksum is not None:
        rules.require_match(body.checksum, hashlib.new(body.checksum.algorithm, data).digest())
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise Refused("upload.hash")
    blobs.here().put(photo_key(upload.sha256), (data,))
    done = replace(upload, received=upload.length, verified=True)

    def keep() -> Upload:
        uploads.add(done)
        _prove(done)
        return done

    return together(keep)


def _extend(upload: Upload, body: Body) -> Upload:
    """Make the body's pieces durable, then count them, unless somebody else was faster."""
    store = blobs.here()
    attempt = secrets.token_hex(4)
    line = _Line(body, upload)
    pieces: list[tuple[int, str]] = []
    try:
        while line.has_more():
            position = upload.received + line.received
            pieces.append((position, piece_key(upload.id, position, attempt)))
            store.put(pieces[-1][1], line.piece())
        line.check()
        counted = _count(upload, pieces, upload.received + line.received)
    except BaseException:
        _clear(store, [key for _, key in pieces])
        raise
    return _finish(counted) if counted.received == counted.length else counted


class _Line:
    """A request's body on its way: cut into pieces, never more of it in memory than a chunk."""

    def __init__(self, body: Body, upload: Upload) -> None:
        self._chunks = body.chunks
        self._room = upload.length - upload.received
        self._wanted = body.checksum
        self._told = hashlib.new(body.checksum.algorithm) if body.checksum else None
        self._next = b""
        #: Bytes handed out so far.
        self.received = 0

    def has_more(self) -> bool:
        while not self._next:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            rules.require_room(self.received, len(chunk), self._room)
            self._next = chunk
        return True

    def piece(self) -> Iterator[bytes]:
        """The chunks of the next piece."""
        size = 0
        while self.has_more() and (size == 0 or size + len(self._next) <= rules.PIECE_BYTES):
            chunk, self._next = self._next, b""
            if self._told:
                self._told.update(chunk)
            size += len(chunk)
            self.received += len(chunk)
            yield chunk

    def check(self) -> None:
        if self._told:
            rules.require_match(self._wanted, self._told.digest())


def _count(upload: Upload, pieces: list[tuple[int, str]], received: int) -> Upload:
    expires_at = rules.expiry(clock.now())
    with transaction():
        current = uploads.lock(upload.id)
        if current is None:
            raise Refused("upload.gone")
        rules.require_offset(upload.received, current.received)
        uploads.advance(upload, pieces, received=received, expires_at=expires_at)
    return replace(upload, received=received, expires_at=expires_at)


def _finish(upload: Upload) -> Upload:
    """All bytes are here: prove them, keep them under their hash, say so. Bytes that are others are not kept."""
    store = blobs.here()
    keys = uploads.pieces(upload.id)
    try:
        chunks = (chunk for key in keys for chunk in store.stream(key))
        store.put(photo_key(upload.sha256), _proved(upload.sha256, chunks))
    except (KeyError, Refused) as fault:
        now = uploads.fresh(upload.id)
        if now is not None and now.verified:  # another node has just finished it, and its pieces are gone
            return now
        if isinstance(fault, KeyError):
            raise Refused("upload.gone") from fault
        if fault.code == "upload.hash":
            _drop(upload.id)
        raise

    def keep() -> None:
        current = uploads.lock(upload.id)
        if current is None:
            raise Refused("upload.gone")
        if not current.verified:
            uploads.verified(upload.id)
            _prove(upload)

    together(keep)
    _clear(store, keys)
    return replace(upload, received=upload.length, verified=True)


def _proved(sha256: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks as they are; raises after the last one, before anything is kept, if they are not those announced."""
    told = hashlib.sha256()
    for chunk in chunks:
        told.update(chunk)
        yield chunk
    if told.hexdigest() != sha256:
        raise Refused("upload.hash")


def _prove(upload: Upload) -> None:
    """Say that the photo is here: to the record, to the other phones, and to whoever makes its derivatives."""
    now = clock.now()
    if after_photos.prove(upload, now):
        return
    seq = inspections.next_seq(upload.inspection)
    new = photos.add(
        upload.photo,
        upload.sha256,
        inspection=upload.inspection,
        tenant=upload.tenant,
        size_bytes=upload.length,
        account=upload.account,
        seq=seq,
        now=now,
    )
    # Begun before the photo was deleted, ended after it: what has come since goes as well.
    work = "photo.forget" if not new and _is_erased(upload) else "photo.derive"
    jobs.order(work, upload.sha256, tenant=upload.tenant, due_at=now)


def _is_erased(upload: Upload) -> bool:
    """Whether the photo was here and its bytes were deleted on purpose: none of them is kept again."""
    return photos.is_erased(upload.photo, upload.sha256, upload.inspection)


def _is_kept(upload: Upload) -> bool:
    """Whether the bytes truly lie in the store: a row may have outlived them when only one of the two was restored."""
    return blobs.here().size(photo_key(upload.sha256)) == upload.length


def _drop(upload_id: str) -> None:
    """Forget an upload with all its pieces, counted or not."""
    with transaction():
        uploads.forget(upload_id)
    store = blobs.here()
    _clear(store, store.keys(pieces_of(upload_id)))


def _clear(store: blobs.Blobs, keys: Iterable[str]) -> None:
    """Remove pieces that count no more. If the store cannot just now, the sweep will: nothing depends on it."""
    try:
        store.delete(list(keys))
    except Refused as fault:
        log().warning("upload.pieces_left", code=fault.code)
