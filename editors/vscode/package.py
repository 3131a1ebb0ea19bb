"""Put the extension together: its code, the server's packages, and their libraries for every Python it may meet.

    package.py fetch WHEELS             fetch the libraries' wheels, once; the only step that needs a network
    package.py stage WHEELS EXTENSION   a folder that VS Code can load
    package.py vsix EXTENSION FILE      that folder as one file, for this platform

Wheels of one library for several Pythons differ only in the names of their compiled files, so they are laid into one
folder. Where none of these fits, the extension makes an environment of its own, from `requirements.txt`.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from specthis_analyzers.rules import RULES
from specthis_analyzers.settings import PERSONAL, PROFILES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PINNED = ROOT / "tests" / "requirements.txt"
BIN = HERE / "node_modules" / ".bin"

CARRIED = ("README.md", "media", "bundled")
HELP = "media/specthis.md"
FROM_ROOT = ("LICENSE", "CHANGELOG.md")
ARCHITECTURES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def fetch(wheels: Path) -> None:
    """The wheels that fit this platform, in the versions that tests run with."""
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir(parents=True)
    for python in PYTHONS:
        command = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"]
        command += ["--dest", str(wheels), "--only-binary", ":all:", "--python-version", python]
        subprocess.run([*command, "--constraint", str(PINNED), *dependencies()], check=True)


def dependencies() -> list[str]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]


def stage(wheels: Path, extension: Path) -> None:
    """Everything in its place; what was there before is gone."""
    shutil.rmtree(extension, ignore_errors=True)
    extension.mkdir(parents=True)
    for name in CARRIED:
        source = HERE / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, extension / name)
    # Packed, the first may have another name; the help in the editor is to be found by one.
    shutil.copyfile(HERE / "README.md", extension / HELP)
    for name in FROM_ROOT:
        shutil.copyfile(ROOT / name, extension / name)
    (extension / "package.json").write_text(json.dumps(manifest(), indent=2))
    bundled = extension / "bundled"
    for package in packages():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, bundled / "server" / Path(package).name, ignore=ignored)
    for wheel in sorted(wheels.glob("*.whl")):
        zipfile.ZipFile(wheel).extractall(bundled / "libraries")
    (bundled / "requirements.txt").write_text(requirements(wheels))
    compile_to(extension / "dist" / "extension.js")
    check_version(extension)


def manifest() -> dict[str, Any]:
    """What the extension says of itself, with the project's settings that may be a matter of taste."""
    said = json.loads((HERE / "package.json").read_text())
    schema = json.loads((ROOT / "docs/specthis.schema.json").read_text())
    settings = said["contributes"]["configuration"]["properties"]
    for name in PERSONAL:
        found = schema
        for part in name.split("."):
            found = found["properties"][part]
        meaning = f"{found.pop('description')} The project's own `specthis.toml` goes before this."
        settings[f"specthis.{name}"] = {**to_fill_in(found), "markdownDescription": meaning, "scope": "resource"}
    del said["devDependencies"], said["scripts"]
    return said


def to_fill_in(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of a setting such that VS Code's page of settings has a form for it, with a word on each choice."""
    if "propertyNames" in schema:
        level = {"type": "string", **schema["additionalProperties"]}
        properties = {code: {**level, "description": RULE[code]} for code in schema["propertyNames"]["enum"]}
        return {"type": "object", "properties": properties, "additionalProperties": False, "default": {}}
    if "items" in schema:
        choices = schema["items"]["enum"]
        words = [RULE.get(choice) or in_profile(choice) for choice in choices]
        items = {"type": "string", "enum": choices, "enumDescriptions": words}
        return {**schema, "items": items, "uniqueItems": True}
    return {"type": "string", **schema}


RULE = {rule.code: rule.summary for rule in RULES}
"""What each rule tells of."""


def in_profile(name: str) -> str:
    """What a profile adds."""
    profile = PROFILES[name]
    louder = [f"{code} as {severity}" for code, severity in profile.severity.items()]
    return f"Adds {', '.join((*profile.rules, *louder))}."


def packages() -> list[str]:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    return build["targets"]["wheel"]["packages"]


def requirements(wheels: Path) -> str:
    """The versions of the wheels, for an environment of the extension's own."""
    pairs = {tuple(wheel.name.split("-")[:2]) for wheel in wheels.glob("*.whl")}
    return "".join(f"{name.replace('_', '-')}=={version}\n" for name, version in sorted(pairs))


def compile_to(target: Path) -> None:
    scripts = json.loads((HERE / "package.json").read_text())["scripts"]
    command = [str(BIN / "esbuild"), *scripts["build"].split()[1:], "--log-level=warning", f"--outfile={target}"]
    subprocess.run(command, cwd=HERE, check=True)


def check_version(extension: Path) -> None:
    """The extension has the version of the server that it brings."""
    source = (ROOT / "server/specthis_lsp/__init__.py").read_text()
    found = re.search(r'__version__ = "([^"]+)"', source)
    version = json.loads((extension / "package.json").read_text())["version"]
    if found is None or not found[1].startswith(version):
        sys.exit(f"the extension says version {version}, the server {found and found[1]}")


def vsix(extension: Path, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    command = [str(BIN / "vsce"), "package", "--no-dependencies", "--skip-license", "--allow-missing-repository"]
    command += ["--no-rewrite-relative-links"]  # there is no home on the web that they could lead to
    command += ["--target", target(), "--out", str(file)]
    done = subprocess.run(command, cwd=extension, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB for {target()}")


def target() -> str:
    """This platform as VS Code calls it."""
    system = {"win32": "win32", "darwin": "darwin"}.get(sys.platform, "linux")
    return f"{system}-{ARCHITECTURES[platform.machine().lower()]}"


if __name__ == "__main__":
    VERBS = {"fetch": fetch, "stage": stage, "vsix": vsix}
    VERBS[sys.argv[1]](*(Path(given).resolve() for given in sys.argv[2:]))
