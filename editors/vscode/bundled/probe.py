"""What one Python can do for the server, as JSON: `python -I probe.py LIBRARIES`. Any Python since 3.4 can say it."""

import json
import sys

COMPILED = ("msgspec", "yaml", "jsonschema_rs", "watchfiles")


def installed():
    """Whether the server itself is installed in this Python."""
    from importlib.util import find_spec

    return find_spec("specthis_lsp") is not None


def fits(libraries):
    """Why the libraries that the extension brings do not load here; nothing where they do."""
    sys.path.insert(0, libraries)
    for name in COMPILED:
        try:
            __import__(name)
        except Exception as error:
            return "%s: %s" % (name, error)  # noqa: UP031
    return ""


new_enough = sys.version_info >= (3, 11)
print(
    json.dumps(
        {
            "executable": sys.executable,
            "version": ".".join(map(str, sys.version_info[:3])),
            "newEnough": new_enough,
            "installed": new_enough and installed(),
            "misfit": fits(sys.argv[1]) if new_enough else "",
        }
    )
)
