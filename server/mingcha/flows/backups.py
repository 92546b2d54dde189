"""Backing up and restoring: the database, and the bytes of every photo that was proved, evidence and after-photos.

A restored database gets a new epoch. Phones that know another one pull afresh and offer again what they kept, so what was
acknowledged after the backup comes back from those who wrote it. What was deleted on purpose leaves the backup too, when it
is next made; what was deleted after it has to be deleted again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mingcha.core.problems import Refused
from mingcha.store import after_photos, backups, blobs, photos, settings, uploads
from mingcha.store.blobs import FolderBlobs, photo_key
from mingcha.store.db import transaction

DATABASE, PHOTOS, LIST = "mingcha.db", "blobs", "photos.txt"


@dataclass(frozen=True)
class Done:
    """How many photos are there, how many of them were copied now, and the hashes of those without bytes."""

    photos: int
    copied: int
    absent: list[str]


def back_up(folder: Path, *, with_photos: bool = True) -> Done:
    """Safe while people work, and to repeat into the same folder: photos that are there already are not copied again.

    The database comes first: every photo that it names as proved is still here afterwards.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    erased = photos.erased_hashes()
    backups.copy_to(folder / DATABASE)
    hashes = _proved()
    (folder / LIST).write_text("".join(f"{sha256}\n" for sha256 in hashes), encoding="ascii")
    if (folder / PHOTOS).is_dir():
        FolderBlobs(folder / PHOTOS).delete(photo_key(sha256) for sha256 in erased.difference(hashes))
    if not with_photos:
        return Done(len(hashes), 0, [])
    return _copied(hashes, blobs.here(), FolderBlobs(folder / PHOTOS))


def restore(folder: Path, upgrade: Callable[[], None]) -> Done:
    """Put a backup back, with a new epoch. A photo whose bytes are nowhere is no longer called proved: who still has it
    is asked for it again. `upgrade` brings the tables of an older backup up to this version.
    """
    if not (folder / DATABASE).is_file():
        raise Refused("backup.broken", why=f"no {DATABASE}")
    backups.put_back(folder / DATABASE)
    upgrade()
    return begin_again(folder / PHOTOS)


def begin_again(kept: Path | None = None) -> Done:
    """What follows after a database was put back, by us or by PostgreSQL's own tools."""
    settings.new_epoch()
    hashes = _proved()
    if kept is not None and kept.is_dir():
        done = _copied(hashes, FolderBlobs(kept), blobs.here())
    else:
        here = blobs.here()
        done = Done(len(hashes), 0, [sha256 for sha256 in hashes if not here.has(photo_key(sha256))])
    with transaction():
        photos.forget(done.absent)
        after_photos.forget(done.absent)
        uploads.forget_finished(done.absent)
    return done


def _proved() -> list[str]:
    """The hashes of all bytes that ought to be here."""
    return sorted(photos.all_hashes() | after_photos.all_hashes())


def _copied(hashes: list[str], source: blobs.Blobs, target: blobs.Blobs) -> Done:
    copied, absent = 0, []
    for sha256 in hashes:
        key = photo_key(sha256)
        if target.has(key):
            continue
        try:
            content = source.get(key)
        except KeyError:
            absent.append(sha256)
            continue
        if hashlib.sha256(content).hexdigest() != sha256:
            absent.append(sha256)
            continue
        target.put(key, [content])
        copied += 1
    return Done(len(hashes), copied, absent)
