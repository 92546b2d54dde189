"""Checklists: what is asked at a visit, read as data. Rules about the data live here; reading files does not."""
