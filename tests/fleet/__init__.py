"""A fleet of simulated phones on the real stack: `make fleet`.

Speaks only the documented protocol and imports nothing of the product, so that a fault of the product cannot hide in
its own tools. `faults` is the bad network, `phone` one inspector's replica, `checker` the judge, `__main__` the run.
"""
