/**
 * Ops that replace each other in a circle: nobody can have seen both first, so somebody forged an id.
 * Each would erase the other and no value would be left; they are held instead. Twin: `server/mingcha/core/oplog/cycles.py`.
 */

/** The ids that reach themselves through what they name (Tarjan, with its own stack: forgers write long chains). */
export function inACircle(names: Map<string, readonly string[]>): string[] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const circles: string[] = []
  const path: { id: string; next: number }[] = []
  const enter = (id: string): void => {
    low.set(id, index.size)
    index.set(id, index.size)
    open.push(id)
    isOpen.add(id)
    path.push({ id, next: 0 })
  }
  const sink = (id: string, to: number): void => void low.set(id, Math.min(low.get(id)!, to))

  for (const root of names.keys()) {
    if (!index.has(root)) enter(root)
    while (path.length) {
      const step = path[path.length - 1]!
      const other = names.get(step.id)![step.next++]
      if (other !== undefined) {
        if (!names.has(other)) continue
        if (!index.has(other)) enter(other)
        else if (isOpen.has(other)) sink(step.id, index.get(other)!)
        continue
      }
      path.pop()
      if (path.length) sink(path[path.length - 1]!.id, low.get(step.id)!)
      if (low.get(step.id) === index.get(step.id)) {
        const component = open.splice(open.lastIndexOf(step.id))
        for (const id of component) isOpen.delete(id)
        if (component.length > 1 || names.get(step.id)!.includes(step.id)) circles.push(...component)
      }
    }
  }
  return circles
}
