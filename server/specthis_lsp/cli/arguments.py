"""What `--check` was asked, as a value."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Any, get_args

from msgspec import Struct

from specthis_analyzers.settings import SEVERITIES, FailOn, Freshness, Policy, Severity

from .exits import UsageError
from .output import Color
from .parser import Parser, known_code, one_of

FORMAT_VARIABLE = "SPECTHIS_LSP_OUTPUT_FORMAT"
FORMAT_NAMES = (
    "full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown",
)  # fmt: skip
COUNTED = ("full", "concise", "json")
"""The formats that `--statistics` knows."""
LEVELS: tuple[FailOn, ...] = get_args(FailOn)
COLORS: tuple[Color, ...] = get_args(Color)
FRESHNESS: tuple[Freshness, ...] = ("contract", "mtime")

DESCRIPTION = """\
Check a project: specs, scripts, results, figures and LaTeX held to one another.

PATHS choose which findings are shown: those in a file, or in everything below a folder.
What is known is always the whole project. A folder above several projects checks each of them.
Without PATHS: the current directory."""

FORMAT_HELP = (
    f"{', '.join(FORMAT_NAMES)}; with PATH into a file; may be given several times; "
    f"also from {FORMAT_VARIABLE} (default: full, on GitHub Actions with annotations)"
)

STDIN_HELP = (
    "read from stdin what that file would hold, and show only its findings; with --fix the text as mended goes to "
    "stdout in place of a report"
)

EXITS = """\
exit codes:
  0  clean
  1  findings at or above the fail level; with --diff: something to mend
  2  usage, configuration, a missing path, or a report that cannot be written
  3  internal error; the findings shown still stand"""


class Output(Struct, frozen=True):
    """A report that was asked for: its format, and the file it goes to; without one, stdout."""

    format: str = "full"
    path: str | None = None


class Options(Struct, frozen=True):
    """A check as asked for."""

    paths: tuple[str, ...] = (".",)
    outputs: tuple[Output, ...] = (Output(),)
    fix: bool = False
    diff: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    fail_on: FailOn | None = None
    exit_zero: bool = False
    baseline: str | None = None
    use_baseline: bool = True
    update_baseline: bool = False
    error_stale_baseline: bool = False
    add_ignore: str | None = None
    unsafe_fixes: bool = False
    fix_only: bool = False
    statistics: bool = False
    changed: bool = False
    since: str | None = None
    freshness: Freshness | None = None
    complete: bool = False
    paper: str | None = None
    """The document that must be complete; None: everything."""
    why: str | None = None
    """The entry to tell of in place of a check."""
    stdin_filename: str | None = None
    watch: bool = False
    isolated: bool = False
    use_cache: bool = True
    show_files: bool = False
    show_settings: bool = False
    color: Color = "auto"
    quiet: bool = False
    silent: bool = False
    """No report is printed; those that go into files are written."""
    verbose: bool = False

    def over(self, policy: Policy) -> Policy:
        """The policy of the settings file with the command line over it, which has the last word."""
        kept = tuple(code for code in policy.ignore if code not in self.select)
        return Policy(
            select=self.select or policy.select,
            ignore=(*kept, *self.ignore),
            severity={**policy.severity, **self.severity},
            fail_on=self.fail_on or policy.fail_on,
            profiles=policy.profiles,
            general=policy.general,
        )


def parse(arguments: list[str]) -> Options:
    """Read the command line of a check, what follows the verb."""
    given, words = _parser().read(arguments)
    _refuse_mixed(given, words)
    return Options(
        paths=tuple(words) or (".",),
        outputs=_outputs(given.output_format, given.statistics),
        fix=given.fix or given.fix_only,
        diff=given.diff,
        select=_codes(given.select),
        ignore=_codes(given.ignore),
        severity=dict(_severity(text) for text in given.severity),
        fail_on=_level(given.fail_on),
        exit_zero=given.exit_zero,
        baseline=given.baseline,
        use_baseline=not given.no_baseline,
        update_baseline=given.update_baseline,
        error_stale_baseline=given.error_stale_baseline,
        add_ignore=given.add_ignore,
        unsafe_fixes=given.unsafe_fixes,
        fix_only=given.fix_only,
        statistics=given.statistics,
        changed=given.changed or given.since is not None,
        since=given.since,
        freshness=_freshness(given.freshness),
        complete=given.complete,
        paper=given.paper,
        why=given.why,
        stdin_filename=given.stdin_filename,
        watch=given.watch,
        isolated=given.isolated,
        use_cache=not given.no_cache,
        show_files=given.show_files,
        show_settings=given.show_settings,
        color=one_of("--color", given.color, COLORS),
        quiet=bool(given.quiet),
        silent=(given.quiet or 0) > 1,
        verbose=given.verbose,
    )


def _parser() -> Parser:
    parser = Parser("--check", "--check [OPTIONS] [PATHS ...]", description=DESCRIPTION, epilog=EXITS)
    group = parser.add_argument_group

    def flag(*names: str, help: str, action: str = "store_true") -> None:
        part.add_argument(*names, action=action, help=help)

    def value(name: str, holder: str, help: str, **more: Any) -> None:
        part.add_argument(name, metavar=holder, help=help, **more)

    part = group("which findings")
    value("--select", "CODES", "show only these rules", action="append", default=[])
    value("--ignore", "CODES", "do not show these rules", action="append", default=[])
    value("--severity", "CODE=LEVEL", "how loud a rule speaks", action="append", default=[])
    flag("--changed", help="show only what concerns the files that are other than in git's last commit")
    value("--since", "REF", "as --changed, but compared with where this history left that of REF")

    part = group("what is asked of results and figures")
    value("--freshness", "WHEN", "contract: what entries say of them (default); mtime: Makefile and times of files too",
          choices=FRESHNESS)  # fmt: skip
    flag("--complete", help="before submission: what is absent, to be done or out of date is an error")
    value("--paper", "FILE", "with --complete: of what this document rests on alone")

    part = group("how they are told")
    value("--output-format", "FORMAT[:PATH]", FORMAT_HELP, action="append", default=[])
    flag("-q", "--quiet", help="print findings only; said twice, nothing at all", action="count")
    flag("-v", "--verbose", help="print hints too")
    flag("--statistics", help="print how many findings each rule has, in place of the findings; as text or JSON")
    value("--color", "WHEN", "auto, always or never; NO_COLOR and FORCE_COLOR are heeded", default="auto",
          choices=COLORS)  # fmt: skip
    value("--fail-on", "LEVEL", f"the lowest severity that ends with 1: {', '.join(LEVELS)} (default: warning)",
          choices=LEVELS)  # fmt: skip
    flag("--exit-zero", help="end with 0 whatever is found")

    part = group("mending")
    flag("--fix", help="apply every safe fix, then show what remains")
    flag("--diff", help="print what --fix would do, and write nothing; ends with 1 if it would do something")
    flag("--fix-only", help="apply fixes, and show nothing")
    flag("--unsafe-fixes", help="with the above: also a fix that a person should look at, where it is the only one")

    part = group("findings to live with")
    value("--add-ignore", "REASON", "write a comment that suppresses it beside each finding shown")
    flag("--update-baseline", help="accept the findings shown, and drop what is gone; writes the baseline")
    value("--baseline", "FILE", "the baseline to go by (default: the specthis-baseline.json of the project)")
    flag("--no-baseline", help="show what the baseline accepts, too")
    flag("--error-stale-baseline", help="end with 1 if something is accepted that is not found any more")

    part = group("how it runs")
    flag("--watch", help="check again whenever something changes; interrupted, it ends as the last check did")
    value("--stdin-filename", "PATH", STDIN_HELP)
    flag("--isolated", help="take no settings from files")
    flag("--no-cache", help="read everything again")

    part = group("in place of a check")
    value("--why", "ENTRY", "print what holds of an entry, and what does not, by which evidence; as text or JSON")
    flag("--show-files", help="list the files that the verdict rests on")
    flag("--show-settings", help="print every setting, its value, and where it comes from")
    return parser


APART = {
    "--add-ignore": ("--fix", "--diff", "--fix-only", "--update-baseline", "--stdin-filename", "--watch"),
    "--update-baseline": ("--fix", "--diff", "--fix-only", "--no-baseline", "--stdin-filename", "--watch"),
    "--baseline": ("--no-baseline",),
    "--fix-only": ("--diff", "--stdin-filename", "--watch"),
    "--watch": (
        "--fix",
        "--diff",
        "--changed",
        "--since",
        "--stdin-filename",
        "--isolated",
        "--freshness",
        "--complete",
        "--show-files",
        "--show-settings",
    ),
    "--stdin-filename": ("--changed", "--since", "--show-files", "--show-settings"),
    "--why": (
        "--fix",
        "--diff",
        "--fix-only",
        "--add-ignore",
        "--update-baseline",
        "--stdin-filename",
        "--watch",
        "--statistics",
        "--show-files",
        "--show-settings",
    ),
}
"""Options that make no sense together."""


def _refuse_mixed(given: Namespace, words: list[str]) -> None:
    said = vars(given)

    def is_said(option: str) -> bool:
        return said[option.removeprefix("--").replace("-", "_")] not in (None, False)

    for option, others in APART.items():
        for other in others if is_said(option) else ():
            if is_said(other):
                raise UsageError(f"`{option}` and `{other}` do not go together")
    if given.paper is not None and not given.complete:
        raise UsageError("`--paper` goes with `--complete`")
    if words and given.stdin_filename is not None:
        raise UsageError("`--stdin-filename` names the one file to look at, and takes no PATHS beside it")


def _level(given: str | None) -> FailOn | None:
    if given is None:
        return None
    level: FailOn = one_of("--fail-on", given, LEVELS)
    return level


def _freshness(given: str | None) -> Freshness | None:
    if given is None:
        return None
    when: Freshness = one_of("--freshness", given, FRESHNESS)
    return when


def _outputs(given: list[str], statistics: bool) -> tuple[Output, ...]:
    """The reports asked for. Where none was, GitHub Actions gets annotations below the report for people."""
    if given:
        outputs = _apart([_output("--output-format", written) for written in given])
        for output in outputs if statistics else ():
            one_of("--statistics` with `--output-format", output.format, COUNTED)
        return outputs
    if statistics:
        return (Output("full"),)
    if written := os.environ.get(FORMAT_VARIABLE):
        return (_output(FORMAT_VARIABLE, written),)
    return (Output("full"), Output("github")) if on_github() else (Output("full"),)


def on_github() -> bool:
    """Whether GitHub Actions reads what is printed, and takes some of it for commands."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _output(option: str, written: str) -> Output:
    form, colon, path = written.partition(":")
    if colon and not path:
        raise UsageError(f"`{option}` takes FORMAT or FORMAT:PATH; there is no path in `{written}`")
    return Output(one_of(option, form, FORMAT_NAMES), path or None)


def _apart(outputs: list[Output]) -> tuple[Output, ...]:
    """Several reports, each of which goes to a place of its own."""
    places: dict[str | None, str] = {}
    for output in outputs:
        place = output.path and os.path.realpath(output.path)
        if place in places:
            where = f"`{output.path}`" if output.path else "stdout"
            both = f"`{places[place]}` and `{output.format}` would both go to {where}"
            raise UsageError(f"{both}; `--output-format {output.format}:PATH` writes to a file")
        places[place] = output.format
    return tuple(outputs)


def _codes(lists: list[str]) -> tuple[str, ...]:
    codes = [code.strip() for text in lists for code in text.split(",") if code.strip()]
    return tuple(known_code(code) for code in dict.fromkeys(codes))


def _severity(text: str) -> tuple[str, Severity]:
    code, equals, level = text.partition("=")
    if not equals:
        raise UsageError(f"`--severity` takes CODE=LEVEL, not `{text}`")
    return known_code(code.strip()), one_of("--severity", level.strip(), SEVERITIES)
