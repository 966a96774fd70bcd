#!/bin/sh
# Draws the secrets that compose.yaml mounts, into deploy/secrets. When run again, it makes what is missing and changes nothing else.
set -eu
# Usage: deploy/prepare.sh [--origin https://www.example.com]... [FOLDER]
origins=''
while [ "${1:-}" = --origin ]; do
  origin=${2:-}
  case $origin in
    *[!A-Za-z0-9.:/\[\]*-]* | '') echo "--origin takes a site such as https://www.example.com, not \"$origin\"" >&2; exit 2 ;;
    *://*) origins="$origins${origins:+, }\"$origin\"" ;;
    *) echo "--origin takes a site such as https://www.example.com, not \"$origin\"" >&2; exit 2 ;;
  esac
  shift 2
done
case ${1:-} in -*) echo "prepare.sh knows --origin alone, not $1" >&2; exit 2 ;; esac
folder=${1:-$(dirname "$0")/secrets}
# Only you can open the folder. The files in it are readable for all, because the containers' users read them through their mounts.
umask 022
mkdir -p "$folder/config"
chmod 700 "$folder"
# Nodes see the folder of the configuration file. Until they did, it stood among the secrets.
if [ -e "$folder/passbeam.yaml" ] && [ ! -e "$folder/config/passbeam.yaml" ]; then
  mv "$folder/passbeam.yaml" "$folder/config/passbeam.yaml"
  echo "moved $folder/passbeam.yaml into $folder/config"
fi

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
# Drawn ids and secrets are quoted, because YAML would read 12e45678 as a number.
quoted() { printf '"%s"' "$(draw "$1")"; }
keep config/passbeam.yaml "# Your user pool, applications and people: docs/reference/configuration.md has every key. Applied at each start.
userPools:
  - id: $(quoted 12)
    secret: $(quoted 24)
    name: Our people
    securitySettings:
      # Nobody but the people below has an account. Remove the line to let strangers sign up.
      registerDisabled: true
      # The sites whose pages show codes. Add yours, for example https://www.example.com.
      allowedOrigins: [$origins]
    applications:
      - id: $(quoted 12)
        secret: $(quoted 24)
        name: Our web site
        tokenEndpointAuthMethod: client_secret_post
        approvesScans: false
      - id: $(quoted 12)
        name: Our app
        tokenEndpointAuthMethod: none
    users:
      - username: alice
        password: $(quoted 12)"
