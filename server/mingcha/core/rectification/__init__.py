"""Rectification (整改) as rules: items and their deadlines, the moves that people make, what reminds whom and when."""
