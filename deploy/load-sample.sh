#!/bin/sh
# Fill a deployment with the sample newsroom, to try it out.
set -eu
# the notice refers to the first version of the sample's privacy policy
sed "s#https://example.org/privacy#$PUBLISHER_PUBLIC_URL/en/policies/privacy/versions/1#" sample/notice.yaml > /tmp/notice.yaml
consent notice publish /tmp/notice.yaml
publisher import sample/articles/*.md
publisher documents add sample/documents/*.md
