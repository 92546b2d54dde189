"""Region codes: the digits of China's statistical divisions, where a prefix covers all that begins with it.

Province 2, city 4, county 6, town 9, village 12 digits. A county is the tenant. Knows codes, not names.
"""

LENGTHS = (2, 4, 6, 9, 12)
TENANT_DIGITS = 6


def is_region(code: str) -> bool:
    return len(code) in LENGTHS and code.isascii() and code.isdigit()


def covers(scope: str, code: str) -> bool:
    """Whether an account with this scope looks after this region. An empty scope covers nothing."""
    return scope != "" and code.startswith(scope)


def tenant_of(code: str) -> str:
    """The county of a code; a city or a province, which lie above counties, is a tenant of its own."""
    return code[:TENANT_DIGITS]
