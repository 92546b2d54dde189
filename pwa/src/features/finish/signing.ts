/** Who of a team has still to sign. Pure. */

/** A signature names a person and no account: of two who bear one name each signs once. */
export function stillToSign<Person extends { name: string }>(team: Person[], signed: string[]): Person[] {
  const left = [...signed]
  return team.filter(({ name }) => {
    const at = left.indexOf(name)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
