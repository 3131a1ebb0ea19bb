"""For test reports: JUnit XML, where a project is a suite and a spec a test, passed unless it reaches the fail level.

What is found in a file that is no spec is a test of its own. Paths lead from the current directory.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import at_least

from .look import Look
from .visible import visible

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(looks: Sequence[Look]) -> Iterator[str]:
    from xml.etree.ElementTree import Element, indent, tostring

    suites = [_suite(look) for look in looks]
    root = Element("testsuites", {"name": "specthis-lsp"})
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    indent(root)
    yield "<?xml version='1.0' encoding='utf-8'?>"
    yield tostring(root, "us-ascii", xml_declaration=False).decode("ascii")


def _suite(look: Look) -> Element:
    from xml.etree.ElementTree import Element

    failed: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in look.findings:
        if at_least(finding.severity, look.fail_on):
            failed[finding.place.path].append(finding)
    specs = {path for path in look.outcome.specs if look.target.holds(path)}
    cases = [_case(look, path, failed[path]) for path in sorted({*specs, *failed})]
    # A rule that failed is our own defect, and neither a pass nor a failure of a spec.
    cases += [_crash(look, crash.code, crash.path) for crash in look.outcome.crashes]
    suite = Element("testsuite", {"name": _text(look.target.relative), "tests": str(len(cases))})
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", str(len(look.outcome.crashes)))
    suite.set("skipped", "0")
    suite.extend(cases)
    return suite


def _case(look: Look, path: str, failed: Sequence[Finding]) -> Element:
    """A test, with at most one failure: readers of this form show no more than the first."""
    from xml.etree.ElementTree import SubElement

    case = _named(look, f"{look.target.prefix}{path}")
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        failure = SubElement(case, "failure", {"type": failed[0].code})
        failure.set("message", _text(failed[0].message) + more)
        failure.text = "\n".join(_line(look, finding) for finding in failed)
    return case


def _crash(look: Look, code: str, path: str) -> Element:
    from xml.etree.ElementTree import SubElement

    case = _named(look, f"rule {code} on {path}" if path else f"rule {code}")
    SubElement(case, "error", {"type": "internal error", "message": f"rule `{code}` failed"})
    return case


def _named(look: Look, name: str) -> Element:
    from xml.etree.ElementTree import Element

    return Element("testcase", {"classname": _text(look.target.relative), "name": _text(name)})


def _line(look: Look, finding: Finding) -> str:
    return _text(f"{look.where(finding.place)}: {finding.severity}[{finding.code}] {finding.message}")


def _text(text: str) -> str:
    """Text that XML can hold: it has no word for control characters, and forbids a few others."""
    return NO_XML.sub("\ufffd", visible(text))
