#!/bin/sh
# Makes what the nodes of a cluster share and nobody else knows, in a directory: at the first start, once. What is there already stays as it is.
# keys.sh DIRECTORY (the program realtime has to be on the PATH)
#   checkpoint-key.pem   signs checkpoints: the same on all nodes. Keep a copy of its public half (realtime checkpoint --key) elsewhere
#   token-key.pem        signs and checks tokens (ES256)
#   cluster-secret       by which nodes know each other
#   postgres-password    the database's, and pgpass, from which the nodes read it
set -eu
umask 077
cd "$1"
realtime new-key checkpoint-key.pem
realtime new-key token-key.pem

# Whole or not at all: half a secret would stay for ever.
secret() { [ -s "$1" ] || { head -c 33 /dev/urandom | base64 | tr '+/' '-_' >"$1.partial"; mv "$1.partial" "$1"; }; }
secret cluster-secret
secret postgres-password
printf '*:*:*:realtime:%s\n' "$(cat postgres-password)" >pgpass.partial
mv pgpass.partial pgpass
