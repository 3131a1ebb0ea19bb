#!/bin/sh
set -eu
python -m noise.spectrum "$@"
