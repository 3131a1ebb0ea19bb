"""Imports msgspec without `typing_extensions`, of which it wants no more than `typing` has.

To import that takes longer than to check a small project. Imported before anything that imports msgspec.
"""

from __future__ import annotations

import sys
from typing import Any, cast

BACKPORTS = "typing_extensions"

if BACKPORTS not in sys.modules:
    sys.modules[BACKPORTS] = cast(Any, None)  # as Python says that there is no such module
    try:
        import msgspec  # noqa: F401
    except ImportError:  # One that cannot do without is imported with it, by whoever is next.
        pass
    finally:
        del sys.modules[BACKPORTS]
