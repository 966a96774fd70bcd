#!/bin/sh
# A whole scan login by curl and a shell: make a code, wait until somebody confirmed it, exchange its ticket.
# Settings: PASSBEAM_URL, APP_ID, APP_SECRET.
set -eu
secret=$(od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n')
# Only whoever has the secret can follow the code: its SHA-256 goes along when the code is made.
challenge=$(printf %s "$secret" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=')

call() { curl -fsS -H "x-authing-app-id: $APP_ID" -H 'content-type: application/json' "$@"; }
# The text of one field of a JSON reply. Values of ours hold no quotes.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

code=$(call "$PASSBEAM_URL/api/v3/gene-qrcode" -d "{\"type\":\"MOBILE_APP\",\"pollChallenge\":\"$challenge\"}")
id=$(printf %s "$code" | field qrcodeId)
echo "code: $id"
echo "picture: $(printf %s "$code" | field url)"

status=PENDING
while [ "$status" = PENDING ] || [ "$status" = SCANNED ]; do
  # Answered when the status changes, or after 25 seconds.
  poll=$(call -H "x-qr-poll-secret: $secret" "$PASSBEAM_URL/api/v3/get-qrcode-status?qrcodeId=$id&since=$status&waitSeconds=25")
  status=$(printf %s "$poll" | field status)
  echo "status: $status"
done
[ "$status" = AUTHORIZED ] || exit 1

ticket=$(printf %s "$poll" | field ticket)
tokens=$(call "$PASSBEAM_URL/api/v3/exchange-tokenset-with-qrcode-ticket" \
  -d "{\"ticket\":\"$ticket\",\"client_id\":\"$APP_ID\",\"client_secret\":\"$APP_SECRET\",\"poll_secret\":\"$secret\"}")
# Refusals are HTTP 200 with a statusCode in the body.
token=$(printf %s "$tokens" | field access_token)
[ -n "$token" ] || { echo "refused: $(printf %s "$tokens" | field message)" >&2; exit 1; }
echo "signed in: $(call -H "authorization: $token" "$PASSBEAM_URL/api/v3/get-profile" | field nickname)"
