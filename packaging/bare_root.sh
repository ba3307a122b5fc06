#!/usr/bin/env bash
# The README's second command on a machine with nothing but Python, or what else is named:
#
#   bash packaging/bare_root.sh [words for pytest]      for instance: … tests/unit/test_command_line.py
#
# Makes a Debian root of its own in a temporary folder (debootstrap, so it wants root and some minutes), puts the
# commit of this checkout into it, and runs `python3 packaging/quickstart.py test` there. SUITE and MIRROR choose
# another Debian. How this machine reaches its package registries is carried over: certificates, pip's addresses,
# proxies. The root is removed at the end, unless KEEP=1.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${SUITE:-bookworm}

[ "$(id -u)" = 0 ] || { echo "This makes a root of its own and wants root's rights." >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "debootstrap is missing: apt-get install debootstrap" >&2; exit 2; }

root=$(mktemp -d "${TMPDIR:-/var/tmp}/bare-root-XXXXXX")
chmod 755 "$root"
away() {
    local status=$?
    for place in dev/pts dev/shm dev sys proc; do
        if mountpoint -q "$root/$place"; then umount -l "$root/$place"; fi
    done
    [ "${KEEP:-}" = 1 ] && echo "Kept: $root" || rm -rf --one-file-system "$root"
    exit "$status"
}
trap away EXIT

echo "== A $suite with nothing but Python, in $root"
debootstrap --variant=minbase --include=python3 "$suite" "$root" ${MIRROR:+"$MIRROR"} >"$root.log" 2>&1 ||
    { tail -20 "$root.log"; exit 1; }
rm -f "$root.log"
for place in proc sys dev dev/pts dev/shm; do
    mkdir -p "$root/$place"
    mount --bind "/$place" "$root/$place"
done
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
mkdir -p "$root/checkout"
git archive HEAD | tar -x -C "$root/checkout"

carried=()
while IFS='=' read -r name value; do
    case $name in PIP_INDEX_URL | PIP_EXTRA_INDEX_URL | PIP_*TIMEOUT | *_proxy | *_PROXY) carried+=("$name=$value") ;; esac
done < <(env)
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/carried-certificates.pem"
    carried+=(PIP_CERT=/etc/carried-certificates.pem)
fi

echo "== python3 packaging/quickstart.py test $*"
began=$SECONDS
chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 CI=true "${carried[@]}" \
    python3 /checkout/packaging/quickstart.py test "$@"
echo "== Passed in $((SECONDS - began)) s"
