"""Whatever bytes a project holds, checking it ends, nothing raises, and no rule fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from markdown_cases import CASES, PROJECTS, Case, CaseWorld, project_of

Mutation = Callable[[Random, bytes], bytes]

NOISE = (
    b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\x0c", b"\r", b"\t", b"\\", b"{",
    b"}", b"[", b"]", b"%", b"`", b"```\n", b"---\n", b"### x\n", b"\n- ", b"\"", b"#", b"\\input{", b"\\iffalse",
    b"\\begin{figure}", b"\\begin{verbatim}", b"\\label{", b"\\section{", b"NaN", b"<!--", b": ", b"../", b"/",
)  # fmt: skip


def insert_noise(random: Random, data: bytes) -> bytes:
    for _ in range(random.randint(1, 6)):
        at = random.randint(0, len(data))
        data = data[:at] + random.choice(NOISE) + data[at:]
    return data


def truncate(random: Random, data: bytes) -> bytes:
    return data[: random.randint(0, len(data))]


def cut_out(random: Random, data: bytes) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + data[at + random.randint(1, 20) :]


def flip_bits(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 8)):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def duplicate_lines(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line * random.choice((1, 1, 2, 3)) for line in lines)


def shuffle_lines(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    random.shuffle(lines)
    return b"".join(lines)


def other_line_ends(random: Random, data: bytes) -> bytes:
    return b"".join(line + random.choice((b"\r\n", b"\r", b"\n", b"")) for line in data.split(b"\n"))


def replace_whole(random: Random, data: bytes) -> bytes:
    return random.choice((b"", b"\x00" * 100, random.randbytes(400), b"\xff\xfe" + data, "\ufeff\u2028😀".encode()))


MUTATIONS: tuple[Mutation, ...] = (
    insert_noise, truncate, cut_out, flip_bits, duplicate_lines, shuffle_lines, other_line_ends, replace_whole,
)  # fmt: skip


def every_case() -> Iterator[Case]:
    yield from PROJECTS.values()
    for cases in CASES.values():
        yield from cases


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_one_broken_file(mutation: Mutation) -> None:
    """Each file of each case in turn, the others as they are."""
    seen: set[tuple[bytes, ...]] = set()
    for case in every_case():
        whole = {path: case.bytes_of(path) for path in case.files}
        for path, data in whole.items():
            random = Random(f"{mutation.__name__} {path} {data!r}")
            broken = mutation(random, data)
            key = tuple(sorted((*whole.values(), broken)))
            if key not in seen:
                seen.add(key)
                check(case, {**whole, path: broken})


@pytest.mark.parametrize("seed", range(3))
def test_every_file_broken(seed: int) -> None:
    for at, case in enumerate(every_case()):
        random = Random(f"{seed} {at}")
        check(case, {path: random.choice(MUTATIONS)(random, case.bytes_of(path)) for path in case.files})


def test_files_that_become_broken_while_the_project_is_open() -> None:
    """The same by edits: what is found after them is what a project loaded afresh finds."""
    for at, case in enumerate(every_case()):
        random = Random(at)
        world = CaseWorld(case)
        project = project_of(world)
        project.findings()
        for path in sorted(case.files.keys() - {"specthis.toml"}):
            world.files[path] = random.choice(MUTATIONS)(random, case.bytes_of(path))
            project.change([path])
        assert project.findings() == project_of(world).findings(), case.name
        assert project.crashes == ()


def check(case: Case, files: dict[str, bytes]) -> None:
    project = project_of(CaseWorld(case, {**files}))
    found = project.findings()
    assert project.crashes == (), (case.name, project.crashes)
    for finding in found:
        assert finding.message
        if finding.place.span is not None:
            assert 0 <= finding.place.span.start <= finding.place.span.end
