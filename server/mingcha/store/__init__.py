"""The only SQL, and the blobs."""
