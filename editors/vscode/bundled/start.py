"""Start the server that the extension brings: `python -I start.py FOLDERS ...`, its packages first of all.

Isolated (`-I`), Python looks for modules neither where it is started nor where the user's variables say, so that no
file of an opened folder is ever imported.
"""

import os
import sys

sys.path[:0] = sys.argv.pop(1).split(os.pathsep)

from specthis_lsp.__main__ import command  # noqa: E402

command()
