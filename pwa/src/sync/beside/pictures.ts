/** The photos of the fault, fetched ahead for items that are still open: the camera shows them where there is no network. */

import { isOver } from '../../core/rectification'
import { isStorageFull } from '../../store/failures'
import type { UserDb } from '../../store/db'
import { PICTURE } from '../../store/rectification'
import { ApiProblem } from '../http'
import type { Transport } from '../transport'

const AT_ONCE = 6

/** A few each round, so that what a person did is never behind pictures. A picture that cannot be had is no fault. */
export async function keepPictures(db: UserDb, transport: Transport): Promise<void> {
  const items = (await db.orders.toArray()).flatMap((order) => order.items)
  const here = new Set(await db.bytes.keys())
  const open = items.filter((item) => !isOver(item.state))
  const wanted = open.flatMap((item) => item.before.map((photo) => ({ item: item.id, photo }))).filter(({ photo }) => !here.has(PICTURE(photo)))
  for (const { item, photo } of wanted.slice(0, AT_ONCE)) {
    try {
      await db.bytes.put({ id: PICTURE(photo), bytes: await transport.picture(`/rectification/items/${item}/photos/${photo}/large`) })
    } catch (failure) {
      if (!(failure instanceof ApiProblem) && !isStorageFull(failure)) throw failure
      return
    }
  }
  const needed = new Set(open.flatMap((item) => item.before.map(PICTURE)))
  await db.bytes.bulkDelete([...here].filter((id) => id.startsWith('before/') && !needed.has(id)))
}
