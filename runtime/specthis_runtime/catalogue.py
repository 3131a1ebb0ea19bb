"""The machines that can be rented: their names, sizes, capabilities, and list prices with a date and a source.

Prices move; whoever shows one shows its date with it.
"""

from __future__ import annotations

from typing import NamedTuple

AS_OF = "2026-06-27"
"""The newest of the sources of the prices below."""
SOURCES = (
    "github.com/api-evangelist/modal-com, 2026-05-25",
    "techbytes.app, 2026-05-07",
    "beam.cloud, 2026-06-27",
)
"""Where the prices were read. The three agree; the price page itself was not read."""


class Gpu(NamedTuple):
    """One kind of graphics processor, as Modal names it."""

    name: str
    per_hour: float | None
    """US dollars for one GPU, preemptible, default region; None where no list price is known."""
    memory: int
    """GiB for one GPU; the least, where one name stands for several."""
    capability: tuple[int, int]
    """Compute capability, major and minor."""
    most: int = 8
    """How many one container may have."""
    aliases: tuple[str, ...] = ()
    """Older or more particular names of the same at the same price."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


GPUS: tuple[Gpu, ...] = (
    Gpu("T4", 0.59, 16, (7, 5)),
    Gpu("L4", 0.80, 24, (8, 9)),
    Gpu("A10", 1.10, 24, (8, 6), most=4, aliases=("A10G",)),
    Gpu("L40S", 1.95, 48, (8, 9)),
    Gpu("A100", 2.10, 40, (8, 0), aliases=("A100-40GB",)),
    Gpu("A100-80GB", 2.50, 80, (8, 0)),
    Gpu("RTX-PRO-6000", 3.03, 96, (12, 0)),
    Gpu("H100", 3.95, 80, (9, 0), aliases=("H100!",)),
    Gpu("H200", 4.54, 141, (9, 0)),
    Gpu("B200", 6.25, 180, (10, 0), aliases=("B200+",)),
    # Third parties name it; the official list does not, and no price was found.
    Gpu("B300", None, 288, (10, 3)),
)

CPU_PER_CORE_HOUR = 0.0472
MEMORY_PER_GIB_HOUR = 0.008


def most_by_name() -> dict[str, int]:
    """How many of each GPU one container may have, by every name it goes by."""
    return {name: gpu.most for gpu in GPUS for name in gpu.names}


def gpu(name: str) -> Gpu | None:
    """The GPU of a name, in any case; None where there is none."""
    wanted = name.upper()
    return next((gpu for gpu in GPUS if wanted in gpu.names), None)
