#!/bin/sh
# Start nginx with the container's own name server, wherever that is.
set -eu
address=$(awk '/^nameserver/ { print $2; exit }' /etc/resolv.conf)
case $address in *:*) address="[$address]" ;; esac
echo "resolver $address valid=5s;" > /etc/nginx/conf.d/resolver.conf
exec nginx -g 'daemon off;'
