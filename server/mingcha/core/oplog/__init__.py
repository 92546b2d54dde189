"""The inspection as a merged document of operations."""
