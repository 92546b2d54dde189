"""Work that follows a deed, done later."""
