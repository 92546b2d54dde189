"""Where the words of a county's template are filled in: it may read what it is given, repeat and choose, and no more.

A template comes from an administrator by upload, so nothing in it can be called, no attribute is reached but the names
given, and no operator can blow up memory.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

_FILTERS = ("default", "d", "first", "join", "last", "length", "count", "trim", "upper", "lower")
_TESTS = ("defined", "undefined", "none", "odd", "even", "divisibleby", "==", "eq", "!=", "ne", ">", "gt", "<", "lt",
          ">=", "ge", "<=", "le", "in")  # fmt: skip
_LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex"})


class Sandbox(SandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%", "//", "/"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: self.tests[name] for name in _TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self._member(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, list | tuple) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else self.undefined(name=str(argument))
        return self._member(obj, str(argument))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator in ("*", "**") or not (isinstance(left, int) and isinstance(right, int)) or right == 0:
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        raise SecurityError("( )")

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def _member(self, obj: Any, name: str) -> Any:
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        if isinstance(obj, Mapping):
            return obj[name] if name in obj else self.undefined(obj=None, name=name)
        if isinstance(obj, LoopContext) and name in _LOOP:
            return getattr(obj, name)
        raise SecurityError(name)
