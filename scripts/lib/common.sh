# shellcheck shell=bash
# What the scripts share. Sourced, from the root of the repository.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/loadstar

say() { echo "${0##*/}: $*" >&2; }
fail() { say "$*"; exit 1; }

# at_least WANTED FOUND: whether version FOUND is WANTED or newer.
at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

# debian_install PACKAGE...: install from the system's own mirror, as far as this user may.
debian_install() {
  command -v apt-get >/dev/null || return 1
  local as_root=() apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300)
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || return 1
    # Without a terminal nobody can type a password.
    if [[ -t 0 ]]; then as_root=(sudo); else as_root=(sudo -n); fi
  fi
  say "installing $*"
  # A broken third-party list must not stop what the others can deliver.
  "${as_root[@]}" "${apt[@]}" update >"$cache/debian.log" 2>&1 || true
  "${as_root[@]}" "${apt[@]}" install --no-install-recommends "$@" >>"$cache/debian.log" 2>&1 || {
    tail -n 5 "$cache/debian.log" >&2
    return 1
  }
}

# find_chromium: print the browser that the tests drive.
find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if [[ -n $name ]] && command -v "$name"; then return 0; fi
  done
  return 1
}
