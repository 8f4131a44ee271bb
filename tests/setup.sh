#!/bin/sh
# Install the Debian packages that a target needs and this machine lacks.
#
#     tests/setup.sh GROUP...      groups: those in packages() below
#
# As root, or through sudo. Says what it installs, never asks. Where there is
# no apt-get it only names what to install.
set -eu

packages() {
    case $1 in
    build) echo gcc make libc6-dev libbearssl-dev libjsmn-dev ;;
    check) echo nginx-light openssl python3 ca-certificates strace ;;
    serve) echo nginx-light openssl python3 ca-certificates imagemagick ;;
    test) echo clang g++ valgrind gcc-12-multilib qemu-user-static xz-utils \
        man-db pkg-config curl strace ;;
    coverage) echo openssl python3 ;;
    fuzz) echo clang libclang-rt-14-dev ;;
    proof) echo frama-c-base python3 ;;
    bench) echo curl wget strace valgrind nodejs npm ;;
    differential) echo nodejs python3-h11 curl ;;
    size) echo gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm \
        gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf openssl python3 ;;
    board) echo qemu-system-arm patch xz-utils ;;
    sockets) echo iproute2 patch xz-utils ;;
    static) echo musl-tools lld ;;
    cross-armhf) echo qemu-user-static gcc-arm-linux-gnueabihf \
        libc6-dev-armhf-cross ;;
    cross-aarch64) echo qemu-user-static gcc-aarch64-linux-gnu \
        libc6-dev-arm64-cross ;;
    cross-mipsel) echo qemu-user-static gcc-mipsel-linux-gnu \
        libc6-dev-mipsel-cross ;;
    cross-mips) echo qemu-user-static gcc-mips-linux-gnu \
        libc6-dev-mips-cross ;;
    cross-riscv64) echo qemu-user-static gcc-riscv64-linux-gnu \
        libc6-dev-riscv64-cross ;;
    *) echo "setup: no group $1" >&2; exit 2 ;;
    esac
}

installed() {
    # nginx-light is one of several packages that bring nginx
    [ "$1" != nginx-light ] || ! [ -x /usr/sbin/nginx ] || return 0
    # any node will do, and the npm that came with it
    [ "$1" != nodejs ] || ! command -v node >/dev/null || return 0
    [ "$1" != npm ] || ! command -v npm >/dev/null || return 0
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q ' installed$'
}

command -v dpkg-query >/dev/null || {
    echo "setup: not a Debian system; needed are:" \
        "$(for g; do packages "$g"; done | tr '\n' ' ')" >&2
    exit 0
}

missing=
for group; do
    for package in $(packages "$group"); do
        installed "$package" || missing="$missing $package"
    done
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    echo "setup: missing$missing; install them as root" >&2
    exit 1
fi

echo "setup: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Wait for another copy's apt; RUNLEVEL=1 keeps servers from being started.
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" \
        >"$log" 2>&1 </dev/null
}
# shellcheck disable=SC2086
apt install -y --no-install-recommends $missing || {
    # a stale package list, or another copy updating it at this moment
    for try in 1 2 3 4 5; do
        if apt update && apt install -y --no-install-recommends $missing; then
            exit 0
        fi
        sleep $((try * 3))
    done
    cat "$log" >&2
    echo "setup: could not install$missing" >&2
    exit 1
}
