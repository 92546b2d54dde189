"""The lint rules, one file per subject. Each is a function from content to faults and survives any content whatever."""
