"""What is known of a GPU that can be rented, in a line; a price with the day it is of."""

from __future__ import annotations

from specthis_runtime import catalogue


def said(name: str) -> str:
    """Its memory, how many one machine may have, and its list price; empty where there is no such GPU."""
    gpu = catalogue.gpu(name)
    if gpu is None:
        return ""
    price = f"${gpu.per_hour:.2f} an hour by the list" if gpu.per_hour is not None else "no list price known"
    return f"{gpu.memory} GiB each, at most {gpu.most} in one machine; {price}, as of {catalogue.AS_OF}"
