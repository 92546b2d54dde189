"""What the server counts. One name per metric; labels are few and never a person or an id."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values

REQUESTS = Counter("mingcha_requests_total", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("mingcha_request_seconds", "Time to answer", ["route"])
DEEDS = Counter("mingcha_deeds_total", "Deeds done", ["deed"])
PROBLEMS = Counter("mingcha_problems_total", "Problems answered", ["code"])


def page() -> bytes:
    """The metrics in Prometheus' text form, summed over the worker processes where there are several."""
    if values.ValueClass is values.MutexValue:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
