"""The only Flask: a handler is its contract and three lines."""
