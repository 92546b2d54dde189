/** Decimal strings of at most 6 places, as ops carry them. */
export interface Position {
  lat: string
  lon: string
  accuracy_m: number
}
export declare function onePosition(timeoutMs: number): Promise<Position | null>
