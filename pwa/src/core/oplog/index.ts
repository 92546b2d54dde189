/** The inspection as a merged document of operations: what the rest of the phone imports. */

export * from './op'
export { contradictions } from './contradictions'
export { addOp, answering, removeOp, renewOps, setOp, type DraftContext } from './draft'
export { fold } from './fold'
export { inspectionState, type InspectionState } from './lifecycle'
export { outcomes } from './outcomes'
export { parseOp, RefusedOp } from './parse'
export { agree, conflicts, heads, value } from './read'
export { whoMay, type Role } from './targets'
export { uuid7 } from './uuid7'
