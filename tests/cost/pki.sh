#!/bin/sh
# Make the certificates of the servers that tests/cost talks to, in the folder
# named: a chain of leaf and intermediate, its key, and all roots.
#
#     tests/cost/pki.sh FOLDER
#
# All dates are fixed, and so is the client's clock (NOW in client.c), so the
# files never grow old; what is there and newer than this script is kept.
#
#   NAME.leaf.der NAME.int.der NAME.key.der    for rsa, rsa4096, p256 and p384
#   roots.pem
#
# Only the root of rsa4096 has a key of 4096 bits, as most roots have.
set -eu

[ $# = 1 ] || { echo "usage: pki.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
[ ! "$1/cost-pki" -nt "$0" ] || exit 0
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

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
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[int]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, digitalSignature, keyCertSign, cRLSign
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = 2.23.140.1.2.1
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, DNS:www.localhost
certificatePolicies = 2.23.140.1.2.1
END
: >index.txt
export OPENSSL_CONF=openssl.cnf

quiet() {
    "$@" >log 2>&1 </dev/null || { echo "pki.sh: $*" >&2; cat log >&2; exit 1; }
}

issue() { # NAME PART ISSUER-PART DIGEST "START END"
    signer="-cert $1.$3.pem -keyfile $1.$3.key"
    [ "$3" != - ] || signer="-selfsign -keyfile $1.$2.key"
    quiet openssl req -new -key "$1.$2.key" -subj "/CN=$1" -out csr
    # shellcheck disable=SC2086
    quiet openssl ca -batch -notext -config openssl.cnf -in csr -md "$4" \
        -subj "/O=feishu-image tests/CN=Test $1 $2" -extensions "$2" \
        -startdate ${5% *} -enddate ${5#* } $signer -out "$1.$2.pem"
    quiet openssl x509 -in "$1.$2.pem" -outform DER -out "$out/$1.$2.der"
}

chain() { # NAME DIGEST OPTION...
    name=$1 digest=$2
    shift 2
    for part in root int leaf; do
        [ -s "$name.$part.key" ] ||
            quiet openssl genpkey "$@" -out "$name.$part.key"
    done
    issue "$name" root - "$digest" '20200101000000Z 20491231235959Z'
    issue "$name" int root "$digest" '20200101000000Z 20491231235959Z'
    issue "$name" leaf int "$digest" '20260101000000Z 20261231235959Z'
    quiet openssl pkey -in "$name.leaf.key" -outform DER \
        -out "$out/$name.key.der"
}

rsa='-algorithm RSA -pkeyopt rsa_keygen_bits'
ec='-algorithm EC -pkeyopt ec_paramgen_curve'
# shellcheck disable=SC2086
{
    quiet openssl genpkey $rsa:4096 -out rsa4096.root.key
    chain rsa sha256 $rsa:2048
    chain rsa4096 sha256 $rsa:2048
    chain p256 sha256 $ec:P-256
    chain p384 sha384 $ec:P-384
}
cat ./*.root.pem >"$out/roots.pem"
echo "made by tests/cost/pki.sh" >"$out/cost-pki"
