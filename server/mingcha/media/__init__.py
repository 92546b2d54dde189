"""Pictures: decoding with limits, derivatives, fingerprints."""
