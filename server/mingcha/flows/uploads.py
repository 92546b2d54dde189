"""Receiving a photo's bytes, piece by piece, on any node, and proving them before anybody relies on them.

The order that makes a crash harmless: bytes durable, then the row that counts them, then the answer. Bytes whose row
never came are swept away later. Requests and answers are `api/uploads.py`; what the protocol asks is `core/uploads.py`.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mingcha import clock
from mingcha.core import uploads as rules
from mingcha.core.access import Actor
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id
from mingcha.flows import after_photos
from mingcha.flows import inspections as place_of
from mingcha.store import assignments, blobs, inspections, jobs, photos, uploads
from mingcha.store.blobs import photo_key, piece_key
from mingcha.store.db import new_id, transaction
from mingcha.store.inspections import Inspection
from mingcha.store.uploads import Upload


@dataclass(frozen=True)
class Body:
    """The bytes of a request: an iterator of pieces of at most `rules.PIECE_BYTES`, and their announced length."""

    pieces: Iterator[bytes]
    length: int | None
    checksum: rules.Checksum | None = None


def create(actor: Actor, wanted: rules.Announced, body: Body | None) -> Upload:
    """Begin an upload, with its first bytes where they came along. A photo that is here already is verified at once."""
    place = after_photos.place_for(actor, wanted) or _place(actor, wanted.inspection)
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
    if photos.is_here(upload.photo, upload.sha256, place.id):
        return _already_here(upload)
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
    return _extend(upload, body)


def find(actor: Actor, upload_id: str) -> Upload:
    """The upload, if it is the actor's business and not too old. One that lost its end to a crash is finished here."""
    upload = uploads.by_id(upload_id) if is_id(upload_id) else None
    if upload is None:
        raise Refused("upload.gone")
    try:
        if not after_photos.may_go_on(actor, upload):
            _place(actor, upload.inspection)
    except Refused as refused:
        raise Refused("upload.gone") from refused
    rules.require_alive(upload.expires_at, clock.now())
    if upload.received == upload.length and not upload.verified:
        return _finish(upload)
    return upload


def terminate(actor: Actor, upload_id: str) -> None:
    """Give an unfinished upload up, with its pieces. A photo that is proved stays."""
    _drop(find(actor, upload_id).id)


def sweep() -> int:
    """Forget uploads that nobody went on with; how many."""
    found = uploads.expired(clock.now())
    for upload_id in found:
        _drop(upload_id)
    return len(found)


def _place(actor: Actor, inspection_id: str) -> Inspection:
    """The visit that somebody may bring photos of: theirs, or once theirs. What they took then must not be lost."""
    if is_id(inspection_id) and assignments.was_ever_on(inspection_id, actor.id):
        return inspections.load([inspection_id])[inspection_id]
    return place_of.find(actor, inspection_id, "photo.upload").inspection


def _whole(upload: Upload, body: Body) -> Upload:
    """A photo that fits into its creation: one read, one durable write, one commit."""
    data = b"".join(body.pieces)
    if len(data) != upload.length:  # the line broke: keep what came, so that it can go on from there
        with transaction():
            uploads.add(upload)
        return _extend(upload, Body(iter((data,)), None, body.checksum))
    rules.require_match(body.checksum, _digest(body.checksum, [data]))
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise Refused("upload.hash")
    blobs.here().put(photo_key(upload.sha256), [data])
    done = replace(upload, received=upload.length, verified=True)
    with transaction():
        uploads.add(done)
        _prove(done)
    return done


def _already_here(upload: Upload) -> Upload:
    done = replace(upload, received=upload.length, verified=True)
    with transaction():
        uploads.add(done)
    return done


def _extend(upload: Upload, body: Body) -> Upload:
    """Make the body's pieces durable, then count them, unless somebody else was faster."""
    store = blobs.here()
    attempt = secrets.token_hex(4)
    pieces: list[tuple[int, str]] = []
    received = upload.received
    told = hashlib.new(body.checksum.algorithm) if body.checksum else None
    try:
        for piece in body.pieces:
            rules.require_room(received, len(piece), upload.length)
            if not piece:
                continue
            key = piece_key(upload.id, received, attempt)
            store.put(key, [piece])
            pieces.append((received, key))
            received += len(piece)
            if told:
                told.update(piece)
        rules.require_match(body.checksum, told.digest() if told else b"")
        counted = _count(upload, pieces, received)
    except BaseException:
        store.delete(key for _, key in pieces)
        raise
    return _finish(counted) if counted.received == counted.length else counted


def _count(upload: Upload, pieces: list[tuple[int, str]], received: int) -> Upload:
    now = clock.now()
    with transaction():
        current = uploads.lock(upload.id)
        if current is None:
            raise Refused("upload.gone")
        rules.require_offset(upload.received, current.received)
        uploads.advance(upload, pieces, received=received, expires_at=rules.expiry(now))
    return replace(upload, received=received, expires_at=rules.expiry(now))


def _finish(upload: Upload) -> Upload:
    """All bytes are here: prove them, keep them under their hash, say so. Bytes that are others are not kept."""
    store = blobs.here()
    keys = uploads.pieces(upload.id)
    told = hashlib.sha256()
    for key in keys:
        told.update(_piece(store, key))
    if told.hexdigest() != upload.sha256:
        _drop(upload.id)
        raise Refused("upload.hash")
    store.put(photo_key(upload.sha256), (_piece(store, key) for key in keys))
    with transaction():
        current = uploads.lock(upload.id)
        if current is None:
            raise Refused("upload.gone")
        if not current.verified:
            uploads.verified(upload.id)
            _prove(upload)
    store.delete(keys)
    return replace(upload, received=upload.length, verified=True)


def _prove(upload: Upload) -> None:
    """Say that the photo is here: to the record, to the other phones, and to whoever makes its derivatives."""
    now = clock.now()
    if after_photos.prove(upload, now):
        return
    seq = inspections.next_seq(upload.inspection)
    photos.add(
        upload.photo,
        upload.sha256,
        inspection=upload.inspection,
        tenant=upload.tenant,
        size_bytes=upload.length,
        account=upload.account,
        seq=seq,
        now=now,
    )
    jobs.order("photo.derive", upload.sha256, tenant=upload.tenant, due_at=now)


def _drop(upload_id: str) -> None:
    keys = uploads.pieces(upload_id)
    with transaction():
        uploads.forget(upload_id)
    blobs.here().delete(keys)


def _piece(store: blobs.Blobs, key: str) -> bytes:
    try:
        return store.get(key)
    except KeyError as gone:  # another node has just finished this upload
        raise Refused("upload.gone") from gone


def _digest(checksum: rules.Checksum | None, pieces: Iterable[bytes]) -> bytes:
    if checksum is None:
        return b""
    told = hashlib.new(checksum.algorithm)
    for piece in pieces:
        told.update(piece)
    return told.digest()
