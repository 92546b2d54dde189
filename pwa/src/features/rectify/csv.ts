/** A table as a CSV file that Excel opens with its Chinese intact, and that no formula hides in. */

export function csv(rows: (string | number)[][]): string {
  return '\uFEFF' + rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

/** Excel runs what begins like a formula; an apostrophe makes it words. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
