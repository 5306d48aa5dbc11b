#!/bin/sh
# Fill a deployment with the sample newsroom, to try it out.
set -eu
consent notice publish sample/notice.yaml
publisher import sample/articles/*.md
publisher documents add sample/documents/*.md
