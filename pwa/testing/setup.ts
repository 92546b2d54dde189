/** Every test file gets an IndexedDB of its own, true to the standard, in memory. */

import 'fake-indexeddb/auto'
