#!/bin/sh
# Draws the secrets that compose.yaml mounts, into deploy/secrets. Run again, it makes what is missing and changes nothing.
set -eu
folder=${1:-$(dirname "$0")/secrets}
# The folder is yours alone; the files in it are read by the containers' own users, through their mounts.
umask 022
mkdir -p "$folder"
chmod 700 "$folder"

draw() { od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
keep() {
  if [ -e "$folder/$1" ]; then return; fi
  printf '%s\n' "$2" >"$folder/$1"
  echo "made $folder/$1"
}

keep secret_key "$(draw 32)"
keep postgres_password "$(draw 24)"
keep database_url "postgres://passbeam:$(cat "$folder/postgres_password")@postgres:5432/passbeam"
keep valkey.conf "requirepass $(draw 24)"
keep redis_url "redis://:$(sed 's/^requirepass //' "$folder/valkey.conf")@valkey:6379"
keep passbeam.yaml "# Your user pool, applications and people: docs/guide/operate.md has every key. Applied at each start.
userPools:
  - id: $(draw 12)
    secret: $(draw 24)
    name: Our people
    applications:
      - id: $(draw 12)
        secret: $(draw 24)
        name: Our web site
        tokenEndpointAuthMethod: client_secret_post
        approvesScans: false
      - id: $(draw 12)
        name: Our app
        tokenEndpointAuthMethod: none
    users:
      - username: alice
        password: $(draw 12)"
