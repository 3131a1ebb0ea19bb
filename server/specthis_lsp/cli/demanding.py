"""What `--complete` and `--freshness` ask of artefacts, put over the settings."""

from __future__ import annotations

from msgspec.structs import replace

from specthis_analyzers import paths
from specthis_analyzers.project import Project
from specthis_analyzers.text import Text

from ..host.disk import Disk
from ..host.projects import Settled
from .arguments import Options
from .exits import UsageError, meant
from .targets import Target, file_named
from .visible import visible

LATEX = (".tex", ".ltx", ".latex")


def demanding(target: Target, settled: Settled, options: Options) -> Settled:
    """The settings, with what the command line asks of artefacts."""
    analysis = settled.configuration.analysis
    if options.freshness is not None:
        analysis = replace(analysis, freshness=options.freshness)
    if options.complete:
        document = "" if options.paper is None else _document(target, options.paper, settled)
        analysis = replace(analysis, complete=document)
    return replace(settled, configuration=replace(settled.configuration, analysis=analysis))


def _document(target: Target, written: str, settled: Settled) -> str:
    """The paper that was named; UsageError where it is no document."""
    disk = Disk(target.root)
    path = file_named(target, written)
    if path is not None:
        if paths.suffix(path) in LATEX and isinstance(disk.read(path), Text):
            return path
        raise UsageError(f"`{visible(written)}` is no LaTeX document")
    view = Project(disk, settled.configuration, recording=False).view
    known = sorted({root for host in view.names("host") for root in view.roots(host)})
    where = f"in `{visible(target.relative)}`" if target.prefix else "here"
    raise UsageError(f"there is no document `{visible(written)}` {where}{meant(written, known)}")
