#!/usr/bin/env bash
# Installs or upgrades the service on a host with Debian, Ubuntu or Amazon Linux 2023, from a package that
# `cargo xtask package host` has made. May be run any number of times. Where the new release does not become ready, the
# one before it runs again.
set -euo pipefail
umask 022

readonly USER_NAME=firstword
readonly UNIT=firstword.service
readonly KEPT=3 # Releases, the current one among them.

usage() {
    cat <<'END'
Usage: install.sh --package FILE --env FILE [--no-start] [--root FOLDER]

  --package FILE  the release: a tar.gz made by `cargo xtask package host`
  --env FILE      settings of the service, lines NAME=VALUE, FIRSTWORD_BUCKET and AWS_REGION among them
  --no-start      install only: for images, and for machines without systemd
  --root FOLDER   install below this folder instead of /: for images, with --no-start
END
}

say() { echo "install.sh: $*"; }
fail() {
    echo "install.sh: $*" >&2
    exit 1
}

package='' env_file='' root='' start=yes
while [ $# -gt 0 ]; do
    case $1 in
        --package) package=${2-} && shift 2 ;;
        --env) env_file=${2-} && shift 2 ;;
        --root) root=${2-} && shift 2 ;;
        --no-start) start=no && shift ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && fail "unknown argument: $1" ;;
    esac || fail "$1 needs a value"
done

readonly home=$root/opt/firstword etc=$root/etc/firstword unit=$root/etc/systemd/system/$UNIT
readonly current=$home/current pending=$home/pending

check_arguments() {
    if [ -z "$package" ] || [ -z "$env_file" ]; then
        usage >&2
        fail "--package and --env are needed"
    fi
    [ -r "$package" ] || fail "the package $package can't be read"
    [ -r "$env_file" ] || fail "the settings $env_file can't be read"
    [ "$(id -u)" = 0 ] || fail "run it as root: it makes a user and a unit of systemd"
    if [ "$start" = yes ] && ! systemd-notify --booted 2>/dev/null; then
        fail "systemd does not run this machine, so nothing can be started: pass --no-start to install only"
    fi
    local bad
    bad=$(grep -nEv '^[[:space:]]*(#.*)?$|^[A-Za-z_][A-Za-z0-9_]*=' "$env_file" | cut -d: -f1 | head -1) || true
    [ -z "$bad" ] || fail "line $bad of $env_file is no NAME=VALUE"
}

# Unpacks the package beside the releases, so that moving it into place is one step.
unpack() {
    mkdir -p "$home/releases"
    exec 9>"$home/lock"
    flock --nonblock 9 || fail "another install runs: wait for it"
    # Of a run that was killed.
    rm -rf "$home/releases"/.new-*
    staging=$(mktemp -d "$home/releases/.new-XXXXXX")
    chmod 755 "$staging"
    tar -xzf "$package" -C "$staging" --no-same-owner || fail "$package is no tar.gz, or the disk is full"
    local file
    for file in synth-service VERSION firstword.service assets/onnxruntime/libonnxruntime.so; do
        [ -e "$staging/$file" ] || fail "$package is no release: it has no $file"
    done
    version=$(cat "$staging/VERSION")
    [[ $version =~ ^[A-Za-z0-9][A-Za-z0-9._+-]*$ ]] || fail "$package has no valid VERSION"
    release=$home/releases/$version
}

# Runs the new program with the settings, before anything is changed.
with_settings() {
    local line name value settings=()
    while IFS= read -r line || [ -n "$line" ]; do
        [[ $line =~ ^([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || continue
        name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
        # systemd takes quotes off a value.
        if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then value=${BASH_REMATCH[1]}; fi
        settings+=("$name=$value")
    done <"$env_file"
    (cd "$staging" && env -i PATH="$PATH" ${settings[@]+"${settings[@]}"} ./synth-service "$@")
}

make_user() {
    [ -z "$root" ] || return 0
    getent group "$USER_NAME" >/dev/null || groupadd --system "$USER_NAME"
    getent passwd "$USER_NAME" >/dev/null ||
        useradd --system --gid "$USER_NAME" --home-dir /opt/firstword --no-create-home \
            --shell /usr/sbin/nologin "$USER_NAME"
}

# Notes, before a change, that the service has to be started again: by a later run, if this one is killed.
will_change() { touch "$pending"; }

# Copies a file where it differs.
put() {
    local mode=$1 from=$2 to=$3
    if ! cmp -s "$from" "$to"; then
        will_change
        [ ! -e "$to" ] || cp -p "$to" "$to.before"
        install -D -m "$mode" "$from" "$to.new"
        mv "$to.new" "$to"
    fi
}

point_to() {
    ln -sfn "releases/$1" "$current.new"
    mv -T "$current.new" "$current"
}

# Puts the files into place. `previous` is the release before, if there was one.
place() {
    previous=''
    [ ! -L "$current" ] || previous=$(basename "$(readlink "$current")")
    rm -f "$unit.before" "$etc/firstword.env.before"
    install -d -m 755 "$etc" "$etc/lexicons"
    put 640 "$env_file" "$etc/firstword.env"
    put 644 "$staging/firstword.service" "$unit"
    if [ -z "$root" ]; then chgrp "$USER_NAME" "$etc/firstword.env"; fi
    if [ "$previous" != "$version" ] || ! diff -rq "$staging" "$release" >/dev/null 2>&1; then
        will_change
        rm -rf "$release"
        mv "$staging" "$release"
        point_to "$version"
    fi
    # CUDA's memory manager has a kernel module of its own, which the service may not load.
    if [ -e /dev/nvidiactl ]; then
        mkdir -p "$root/etc/modules-load.d"
        echo nvidia-uvm >"$root/etc/modules-load.d/firstword.conf"
        [ "$start" = no ] || ! command -v nvidia-modprobe >/dev/null || nvidia-modprobe -c0 -u || true
    fi
}

# The unit has Type=notify: systemctl returns when the service is ready, or has failed to be.
run() {
    systemctl daemon-reload
    systemctl enable --quiet "$UNIT"
    systemctl reset-failed "$UNIT" 2>/dev/null || true
    systemctl restart "$UNIT"
}

restore() {
    local file
    for file in "$unit" "$etc/firstword.env"; do
        [ ! -e "$file.before" ] || mv "$file.before" "$file"
    done
    point_to "$previous"
    [ "$previous" = "$version" ] || rm -rf "$release"
}

roll_back() {
    journalctl --unit "$UNIT" --lines 5 --no-pager --output cat >&2 || true
    if [ -z "$previous" ]; then
        systemctl stop "$UNIT" || true
        fail "release $version does not become ready (see the lines above): there is none before it to go back to"
    fi
    restore
    run || fail "neither release $version nor $previous becomes ready: see journalctl --unit $UNIT"
    rm -f "$pending"
    fail "release $version does not become ready with these settings (see the lines above): $previous runs again, with its own"
}

# Removes the releases and settings that are no longer needed to go back.
prune() {
    rm -f "$unit.before" "$etc/firstword.env.before"
    # Newest first; the current one was made or touched last.
    touch "$home/releases/$version"
    find "$home/releases" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn | cut -d' ' -f2- |
        tail -n +$((KEPT + 1)) | while IFS= read -r old; do
        [ "$(basename "$old")" = "$previous" ] || rm -rf "$old"
    done
}

check_arguments
staging=''
trap '[ -z "$staging" ] || rm -rf "$staging"' EXIT
unpack
with_settings doctor || fail "mend the lines that begin with fault, then run this again; nothing was changed"
make_user
place
if [ "$start" = no ]; then
    say "release $version is installed in ${root:-/}; nothing was started"
elif [ ! -e "$pending" ] && systemctl is-active --quiet "$UNIT"; then
    say "release $version runs already, with these settings"
else
    run || roll_back
    rm -f "$pending"
    say "release $version is ready"
fi
prune
