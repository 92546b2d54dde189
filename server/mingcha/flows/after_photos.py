"""Photos of how it is now: a centre brings them for an item, by the same road as evidence, and both sides look at them.

They never join the evidence of the inspection: no phone of its team hears of them, no number of it moves.
"""

from datetime import datetime

from mingcha.core.access import Actor
from mingcha.core.problems import Refused
from mingcha.core.uploads import Announced, metadata
from mingcha.core.uuid7 import is_id
from mingcha.flows import evidence, viewing
from mingcha.flows import orders as reading
from mingcha.media.pictures import Size
from mingcha.store import after_photos, blobs, inspections, jobs, orders
from mingcha.store.blobs import derivative_key
from mingcha.store.inspections import Inspection
from mingcha.store.uploads import Upload

#: The key in an upload's metadata that names the item.
ITEM = "item"


def place_for(actor: Actor, wanted: Announced) -> Inspection | None:
    """The inspection that an after-photo's item comes from; None if no item is named: then it is evidence."""
    item = metadata(wanted.metadata).get(ITEM)
    if item is None:
        return None
    case = reading.find(actor, item, "rectification.respond")
    if case.kept.inspection != wanted.inspection:
        raise Refused("not_found")
    return inspections.load([wanted.inspection])[wanted.inspection]


def may_go_on(actor: Actor, upload: Upload) -> bool:
    """Whether this is an after-photo that the actor may go on with; False if it is none. Raises Refused if it is
    somebody else's.
    """
    item = metadata(upload.described).get(ITEM)
    if item is None:
        return False
    reading.find(actor, item, "rectification.respond")
    return True


def prove(upload: Upload, now: datetime) -> bool:
    """Keep an after-photo whose bytes are here, and have its order told anew; False if it is none."""
    item = metadata(upload.described).get(ITEM)
    kept = orders.item(item) if item is not None else None
    if kept is None:
        return False
    order = orders.lock([kept.order])[kept.order]
    new = after_photos.add(
        upload.photo, item=kept.id, tenant=kept.tenant, sha256=upload.sha256, size_bytes=upload.length,
        account=upload.account, now=now,
    )  # fmt: skip
    if new:
        orders.advance(order.id, order.seq + 1)
    jobs.order("photo.derive", upload.sha256, tenant=kept.tenant, due_at=now)
    return True


def view(actor: Actor, item_id: str, photo_id: str, size: Size) -> bytes:
    """A before- or after-photo of an item as JPEG, for those who may read the item; what is covered on the first stays
    covered.
    """
    case = reading.find(actor, item_id, "rectification.read")
    sha256 = after_photos.of_items([item_id])[item_id].get(photo_id)
    if sha256 is None and photo_id in case.kept.before and is_id(photo_id):
        return viewing.of_order(actor, case.kept.inspection, photo_id, size)
    if sha256 is None:
        raise Refused("not_found")
    store = blobs.here()
    key = derivative_key(sha256, size)
    if not store.has(key):
        evidence.derive_for_a_look(sha256)
    try:
        return store.get(key)
    except KeyError:
        raise Refused("photo.unreadable", why="damaged") from None
