#!/bin/sh
# Installs what the tests need of the operating system, where it is missing: PostgreSQL, Chromium,
# PHP for the WordPress companion.
set -eu
missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
# Without PHP those tests skip, so nobody who may not install it is stopped.
[ "$(id -u)" -ne 0 ] || command -v php >/dev/null 2>&1 || missing="$missing php-cli"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing for the tests:$missing. Install them with this machine's package manager." >&2
    exit 1
fi
apt-get update -qq
# shellcheck disable=SC2086 # a list of package names
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
