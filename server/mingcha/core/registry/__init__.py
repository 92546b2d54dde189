"""What a county writes into its registry by sheet: which columns there are, and everything that can be wrong with a row."""

from mingcha.core.registry.check import Area, Checked, check
from mingcha.core.registry.columns import KINDS, Column
from mingcha.core.registry.faults import FAULTS, Fault, fault
from mingcha.core.registry.sheet import Cell, Row, Sheet

__all__ = ["FAULTS", "KINDS", "Area", "Cell", "Checked", "Column", "Fault", "Row", "Sheet", "check", "fault"]
