#!/bin/sh
# Make the certificates that the session tests use, in the folder named.
#
#     tests/session/pki.sh FOLDER
#
# All dates are fixed, and so is the clock of the tests (RIG_NOW in rig.h), so
# the files never grow old; what is there and newer than this script is kept.
# The openssl command and python3 are needed.
#
#   NAME.chain.pem, NAME.key.pem    what a server called NAME presents
#   NAME.roots.pem                  trust anchors and bundles
#   NAME.pin                        SHA-256 of the public key of one called NAME
set -eu

[ $# = 1 ] || { echo "usage: pki.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
odd=$(cd "$(dirname "$0")" && pwd)/odd_chains.py
[ ! "$1/session-pki" -nt "$0" ] || [ ! "$1/session-pki" -nt "$odd" ] || exit 0
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

label61=$(printf '%061d' 0 | tr 0 d)
label63=$(printf '%063d' 0 | tr 0 a)
long_name=$label63.$label63.$label63.$label61

cat >openssl.cnf <<END
[ca]
default_ca = tests
[tests]
database = index.txt
new_certs_dir = .
rand_serial = yes
policy = any
unique_subject = no
email_in_dn = no
[any]
organizationName = optional
commonName = supplied
[req]
distinguished_name = name
[name]
[ca_cert]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[no_path]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
[no_ca]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyCertSign
[no_sign]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example, DNS:localhost
[usage]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyCertSign
subjectAltName = DNS:localhost
[critical]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:localhost
1.2.3.4 = critical, ASN1:UTF8String:unknown
[other]
subjectAltName = DNS:other.example
[wild]
subjectAltName = DNS:*.wild.example
[long]
subjectAltName = DNS:$long_name
[plain]
basicConstraints = critical, CA:FALSE
END
: >index.txt
export OPENSSL_CONF=openssl.cnf

quiet() {
    "$@" >log 2>&1 </dev/null || { echo "pki.sh: $*" >&2; cat log >&2; exit 1; }
}

key() { # NAME OPTION...
    name=$1
    shift
    quiet openssl genpkey "$@" -out "$name.key"
    quiet openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr"
}

# Validity: CAs, leaves, and what is over or to come on 15 June 2026.
ca='20200101000000Z 20491231235959Z'
year='20260101000000Z 20261231235959Z'
over='20260101000000Z 20260614235959Z'
to_come='20260701000000Z 20271231235959Z'
far='20260101000000Z 20550101000000Z'

issue() { # NAME KEY ISSUER|- EXTENSIONS "START END" [DIGEST [SUBJECT]]
    if [ "$3" = - ]; then
        signer="-selfsign -keyfile $2.key"
    else
        signer="-cert $3.pem -keyfile $(cat "$3.by").key"
    fi
    echo "$2" >"$1.by"
    # shellcheck disable=SC2086
    quiet openssl ca -batch -notext -config openssl.cnf -in "$2.csr" \
        -subj "/O=feishu-image tests/CN=${7:-$1}" -md "${6:-sha256}" \
        -startdate ${5% *} -enddate ${5#* } -extensions "$4" $signer \
        -out "$1.pem"
}

server() { # NAME KEY CERTIFICATE...
    name=$1
    cp "$2.key" "$out/$name.key.pem"
    shift 2
    for one; do cat "$one.pem"; done >"$out/$name.chain.pem"
}

bundle() { # NAME CERTIFICATE...
    name=$1
    shift
    for one; do cat "$one.pem"; done >"$out/$name.roots.pem"
}

pin() { # CERTIFICATE...
    for one; do
        quiet openssl x509 -in "$one.pem" -noout -pubkey -out pub.pem
        quiet openssl pkey -pubin -in pub.pem -outform DER -out pub.der
        quiet openssl dgst -sha256 -binary -out "$out/$one.pin" pub.der
    done
}

ec='-algorithm EC -pkeyopt ec_paramgen_curve'
rsa='-algorithm RSA -pkeyopt rsa_keygen_bits'
# shellcheck disable=SC2086
{
    for name in k_root k_int k_leaf k_other; do key $name $ec:P-256; done
    key k_384 $ec:P-384
    key r_root $rsa:2048
    key r_int $rsa:2048
    key r_leaf $rsa:2048
    key r_weak $rsa:1024
    key k_ed -algorithm ED25519
    key k_521 $ec:P-521
    key k_k1 $ec:secp256k1
    key r_2047 $rsa:2047
    key r_2040 $rsa:2040
}

# --- roots and intermediates
issue root k_root - ca_cert "$ca"
issue root_rsa r_root - ca_cert "$ca"
issue root_384 k_384 - ca_cert "$ca" sha384
issue root_weak r_weak - ca_cert "$ca"
issue root_unknown k_other - ca_cert "$ca"
issue root_twin k_other - ca_cert "$ca" sha256 root
issue root_twin2 k_384 - ca_cert "$ca" sha256 root
issue root_no_ca k_root - no_ca "$ca" sha256 root
issue int k_int root ca_cert "$ca"
issue int_rsa r_int root_rsa ca_cert "$ca"
issue int_twin k_other - ca_cert "$ca" sha256 int
issue int_unknown k_int root_unknown ca_cert "$ca"
issue int_over k_int root ca_cert "$over"
issue int_to_come k_int root ca_cert "$to_come"
issue int_no_ca k_int root no_ca "$ca"
issue int_no_sign k_int root no_sign "$ca"
issue int_no_path k_other root no_path "$ca"
issue int_below k_int int_no_path ca_cert "$ca"
issue int_weak r_weak root_rsa ca_cert "$ca"

# --- good servers
issue leaf k_leaf int leaf "$year"
issue leaf_direct k_leaf root leaf "$year"
issue leaf_rsa r_leaf int_rsa leaf "$year"
issue leaf_384 k_384 root_384 leaf "$year" sha384
issue leaf_512 k_leaf int_rsa leaf "$year" sha512
issue leaf_far k_leaf root leaf "$far"
issue leaf_wild k_leaf root wild "$year"
issue leaf_long k_leaf root long "$year"
issue leaf_plain k_leaf root plain "$year" sha256 localhost
server ec k_leaf leaf int
server direct k_leaf leaf_direct
server rsa r_leaf leaf_rsa int_rsa
server p384 k_384 leaf_384
server mixed k_leaf leaf_512 int_rsa
server with_root k_leaf leaf int root
server with_more k_leaf leaf int root leaf_rsa
server far k_leaf leaf_far
server wild k_leaf leaf_wild
server long k_leaf leaf_long
server plain k_leaf leaf_plain

above=root
chain=
for n in 1 2 3 4 5 6 7 8; do
    issue int_$n k_int $above ca_cert "$ca"
    issue leaf_$n k_leaf int_$n leaf "$year"
    above=int_$n
    chain="int_$n $chain"
    # shellcheck disable=SC2086
    server "chain_of_$((n + 1))" k_leaf leaf_$n $chain
done

# --- servers that are not to be trusted
issue leaf_over k_leaf root leaf "$over"
issue leaf_to_come k_leaf root leaf "$to_come"
issue leaf_other k_leaf root other "$year"
issue leaf_self k_leaf - leaf "$year"
issue leaf_unknown k_leaf int_unknown leaf "$year"
issue leaf_usage k_leaf root usage "$year"
issue leaf_critical k_leaf root critical "$year"
issue leaf_sha1 k_leaf root leaf "$year" sha1
issue leaf_md5 r_leaf root_rsa leaf "$year" md5
issue leaf_weak r_weak root_rsa leaf "$year"
issue leaf_ed k_ed root leaf "$year"
issue leaf_forged k_leaf int_twin leaf "$year"
issue leaf_by_weak k_leaf int_weak leaf "$year"
issue leaf_by_weak_root k_leaf root_weak leaf "$year"
for above in over to_come no_ca no_sign below; do
    issue leaf_by_$above k_leaf int_$above leaf "$year"
    server bad_int_$above k_leaf leaf_by_$above int_$above
done
server bad_path k_leaf leaf_by_below int_below int_no_path
server bad_over k_leaf leaf_over
server bad_to_come k_leaf leaf_to_come
server bad_name k_leaf leaf_other
server bad_self k_leaf leaf_self
server bad_unknown k_leaf leaf_unknown int_unknown
server bad_usage k_leaf leaf_usage
server bad_critical k_leaf leaf_critical
server bad_sha1 k_leaf leaf_sha1
server bad_md5 r_leaf leaf_md5
server bad_weak r_weak leaf_weak
server bad_int_weak k_leaf leaf_by_weak int_weak
server bad_root_weak k_leaf leaf_by_weak_root
server bad_ed k_leaf leaf_ed
server bad_forged k_leaf leaf_forged int
server bad_order k_leaf leaf_3 int_2 int_3 int_1
server bad_no_int k_leaf leaf
server bad_key k_other leaf_direct

# What comes behind the root's own certificate does not count, but how many do.
server with_over k_leaf leaf int root leaf_over
server bad_nine k_leaf leaf int root int_1 int_2 int_3 int_4 int_5 int_6

# --- what openssl would not write
"${PYTHON:-python3}" "$odd" . "$out"

# --- what clients trust
pin root int leaf leaf_rsa int_rsa root_rsa leaf_384 leaf_weak int_twin
bundle test root root_rsa root_384
bundle ec_only root
bundle twin root_twin root
bundle twin_behind root root_twin
bundle only_twin root_twin
bundle int_twin int_twin
bundle int_twin_root int_twin root
bundle weak root_weak
bundle no_ca root_no_ca
sed 's/$/\r/' "$out/test.roots.pem" >"$out/crlf.roots.pem"
printf %s "$(cat "$out/ec_only.roots.pem")" >"$out/no_newline.roots.pem"
{
    echo '# a root, and words such as -----BEGIN CERTIFICATE----- around it'
    echo 'subject=CN = root'
    cat root.pem
    echo '-----BEGIN PUBLIC KEY-----'
    echo 'AAAA'
    echo '-----END PUBLIC KEY-----'
} >"$out/chatty.roots.pem"
{
    sed '4d; 6s/^..../!?.-/' root_rsa.pem
    sed 4d root.pem
    cat root.pem
} >"$out/damaged.roots.pem"
head -c 300 root.pem >"$out/cut.roots.pem"
: >"$out/empty.roots.pem"
echo 'no certificate here' >"$out/text.roots.pem"
for file in /etc/ssl/certs/ca-certificates.crt \
    /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    if [ -s "$file" ]; then
        cat "$file" >system.pem
        break
    fi
done
if [ ! -s system.pem ]; then
    for i in $(seq 70); do cat root_rsa.pem root_384.pem; done >system.pem
fi
cat system.pem root.pem >"$out/last.roots.pem"

echo "made by tests/session/pki.sh" >"$out/session-pki"
