"""A phone that holds many checklist versions, and a watch on which of them it reads."""

from playwright.sync_api import BrowserContext, Page

#: Copies of the largest version that is there, under digests of their own, until there are so many of them.
KEEP = """
(many) => new Promise((done, failed) => {
  indexedDB.databases().then((all) => {
    const asked = indexedDB.open(all.find((one) => one.name.startsWith('mingcha-')).name)
    asked.onerror = () => failed(asked.error)
    asked.onsuccess = () => {
      const kept = asked.result.transaction('checklists', 'readwrite')
      const store = kept.objectStore('checklists')
      const found = store.getAll()
      found.onsuccess = () => {
        const sizes = found.result.map((one) => [JSON.stringify(one).length, one]).sort((a, b) => b[0] - a[0])
        for (let n = found.result.length; n < many; n++) {
          store.put({ ...sizes[0][1], digest: n.toString(16).padStart(64, '0') })
        }
      }
      kept.oncomplete = () => { asked.result.close(); done() }
    }
  })
})
"""

#: Notes the key of every checklist body that the page reads; keys alone are not bodies.
WATCH = """
window.bodies = []
for (const how of ['get', 'getAll', 'openCursor']) {
  for (const kind of [IDBObjectStore, IDBIndex]) {
    const plain = kind.prototype[how]
    kind.prototype[how] = function (...words) {
      const store = this.objectStore ?? this
      if (store.name === 'checklists') window.bodies.push(how === 'get' ? String(words[0]) : how)
      return plain.apply(this, words)
    }
  }
}
"""


def keep_versions(page: Page, many: int) -> None:
    """`page` is signed in and has synced at least one version."""
    page.evaluate(KEEP, many)


def watch(context: BrowserContext) -> None:
    """From the next page on; `bodies_read` tells."""
    context.add_init_script(WATCH)


def bodies_read(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.bodies")
    return found
