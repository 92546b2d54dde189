/** Scoring: from answers to a result that can be read aloud. What the rest of the phone imports. */

export { resultOf, score, standing, type Known, type Settings } from './engine'
export { reading, shown } from './figures'
export * from './result'
export type { Answer, Sheet } from './sheet'
export type { Places } from './clauses'
