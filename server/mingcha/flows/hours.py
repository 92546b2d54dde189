"""When somebody may be rung: their own hours, in their own zone, on China's calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mingcha.core.rectification.quiet import Quiet, next_moment
from mingcha.flows.working_days import china
from mingcha.store.channels import Reach


def may_ring_at(reach: Reach, now: datetime) -> datetime:
    """`now`, or the first later moment."""
    begins, ends = reach.hours
    return next_moment(now, Quiet(ZoneInfo(reach.zone), begins, ends, reach.rest_days), china)
