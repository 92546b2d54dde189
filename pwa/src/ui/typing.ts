/** Fields that hold words which are not kept yet. Before this page may be ended, they are asked to keep them. */

type Keep = () => Promise<boolean>
const open = new Set<Keep>()

export const isTyping = (keep: Keep) => open.add(keep)
export const isKept = (keep: Keep) => open.delete(keep)

/** Whether everything typed on this screen is kept now. */
export async function keepTyped(): Promise<boolean> {
  return (await Promise.all([...open].map((keep) => keep()))).every(Boolean)
}
