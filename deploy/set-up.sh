#!/bin/sh
# What a deployment needs before it serves; doing it again changes nothing.
set -eu
consent keys create
tries=0
until consent migrate; do  # PostgreSQL takes its time at the first start
    tries=$((tries + 1))
    [ $tries -lt 60 ] || exit 1
    sleep 1
done
publisher migrate
consent site add "$CONSENT_SITE" --origin "$PUBLISHER_PUBLIC_URL"
