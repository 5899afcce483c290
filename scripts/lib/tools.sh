# shellcheck shell=bash
# The tools around Python: uv, Chromium, Node and its packages. Sourced by scripts/setup.

oldest_uv=0.9
oldest_node=20.19 # what current bundlers run on

# provide_uv: put a uv on PATH; ours lives in a small environment of its own.
provide_uv() {
  # A network with certificates of its own is known to the system, not to uv.
  export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-1}
  if command -v uv >/dev/null && at_least "$oldest_uv" "$(uv --version | awk '{print $2}')"; then
    return 0
  fi
  export UV_CACHE_DIR=${UV_CACHE_DIR:-$cache/uv-cache}
  export UV_TOOL_DIR=${UV_TOOL_DIR:-$cache/uv-tools}
  export UV_PYTHON_INSTALL_DIR=${UV_PYTHON_INSTALL_DIR:-$cache/uv-python}
  if [[ ! -x $cache/uv/bin/uv ]]; then
    say "getting uv"
    if ! install_uv; then
      debian_install python3-venv || true
      install_uv || {
        cat "$cache/uv.log" >&2
        fail "uv is missing and could not be installed: install uv, or Python 3 with venv and pip, and try again"
      }
    fi
  fi
  export PATH=$cache/uv/bin:$PATH
}

install_uv() {
  local pin
  pin=$(grep -E '^uv==' requirements-dev.txt)
  rm -rf "$cache/uv"
  python3 -m venv "$cache/uv" >"$cache/uv.log" 2>&1 &&
    "$cache/uv/bin/python" -m pip install "$pin" >"$cache/uv.log" 2>&1
}

# follow_pip_to_its_mirror: where pip is pointed at an index of its own, point uv there too.
follow_pip_to_its_mirror() {
  [[ -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} ]] || return 0
  local index=${PIP_INDEX_URL:-}
  [[ -n $index ]] || index=$(python3 -m pip config get global.index-url 2>/dev/null || true)
  [[ -z $index ]] || export UV_DEFAULT_INDEX=$index
}

# provide_chromium: the browser that is here, else Debian's.
provide_chromium() {
  if find_chromium >/dev/null; then return 0; fi
  if debian_install chromium fonts-liberation && find_chromium >/dev/null; then return 0; fi
  say "no Chromium here, and none could be installed: the tests of the user interface will fail." \
    "Install it (on Debian: apt-get install chromium) or set CHROMIUM to its path"
}

# has_node: whether a Node that is new enough is on PATH, with its package manager.
has_node() {
  command -v npm >/dev/null && command -v node >/dev/null && at_least "$oldest_node" "$(node --version | tr -d v)"
}

ocpp_client=tests/e2e/ocpp_rpc_client # the second one of the end-to-end tests, in JavaScript

# has_client_packages: whether it has what its lock asks for.
has_client_packages() { cmp -s "$ocpp_client/package-lock.json" "$ocpp_client/node_modules/made-from"; }

# provide_client_packages: install exactly what its lock asks for, from npm's registry as configured.
provide_client_packages() {
  if has_client_packages; then return 0; fi
  say "getting the packages of $ocpp_client"
  has_node || local PATH=$PWD/.venv/bin:$PATH
  (cd "$ocpp_client" && npm ci --ignore-scripts --cache "$cache/npm") >"$cache/npm.log" 2>&1 || {
    tail -n 5 "$cache/npm.log" >&2
    fail "npm could not install the packages of $ocpp_client (see $cache/npm.log): end-to-end tests need them"
  }
  cp "$ocpp_client/package-lock.json" "$ocpp_client/node_modules/made-from"
}
