"""Real tus clients against real nodes on a bad line: `make uploads`.

`client.mjs` is tus-js-client under node; `line` is the bad network between it and the nodes; `run` kills nodes, watches
what is visible and counts the bytes; the test beside it is a small run.
"""
