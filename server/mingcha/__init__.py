"""Mingcha: inspections of public-service halls, offline first."""
