/** The inspection as a merged document of operations: what the rest of the phone imports. */

export * from './op'
export { fold } from './fold'
export { agree, conflicts, heads, value } from './read'
