/** What waits among a centre's moves, and how much lies unread: the few questions that every screen asks. */

import { metaValue, type Tables } from './db'
import { beginning } from './tables'

/** Moves that the server has not answered for, oldest first. */
export const waitingMoves = (db: Tables) => db.moves.where('[state+seq]', beginning('waiting'))
/** Moves that the server did not take; a person has not looked at them yet. */
export const refusedMoves = (db: Tables) => db.moves.where('[state+seq]', beginning('refused'))

export const unread = async (db: Tables): Promise<number> => (await metaValue<number>(db, 'unread')) ?? 0
