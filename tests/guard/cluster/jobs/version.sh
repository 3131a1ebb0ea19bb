#!/bin/sh
printf '\\newcommand{\\version}{%s}\n' "$(git describe --always)" > manuscript/version.tex
