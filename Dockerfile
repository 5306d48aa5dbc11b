# One file, two images: `service` serves, `worker` adds the offline translation engine.
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS build
WORKDIR /app
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --no-cache-dir --quiet --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml ./
COPY chassis chassis
COPY consent consent
COPY publisher publisher
COPY worker worker
# What installs is not needed to run.
RUN /opt/venv/bin/pip install --no-cache-dir --quiet --no-deps --no-build-isolation -e . \
    && /opt/venv/bin/python -m compileall -q chassis consent publisher worker \
    && /opt/venv/bin/pip uninstall --quiet --yes setuptools pip

FROM ${PYTHON} AS system
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin imprimatur \
    && install -d -o imprimatur -g imprimatur -m 0700 /data/keys /data/media /data/worker
# for `consent backup` and `consent restore`
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    KEYS_DIR=/data/keys MEDIA_DIR=/data/media WORKER_DIR=/data/worker \
    GRANIAN_INTERFACE=wsgi GRANIAN_FACTORY=true GRANIAN_HOST=0.0.0.0 GRANIAN_WEBSOCKETS=false \
    GRANIAN_RESPAWN_FAILED_WORKERS=true GRANIAN_RESPAWN_INTERVAL=0.5 GRANIAN_WORKERS_KILL_TIMEOUT=10
WORKDIR /app

# Before the project's own files, which change more often.
FROM system AS system-with-apertium
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends apertium apertium-eng-spa apertium-eng-cat \
    && rm -rf /var/lib/apt/lists/*

FROM system AS service
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY deploy deploy
COPY sample sample
USER imprimatur

FROM system-with-apertium AS worker
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY deploy deploy
COPY sample/site sample/site
USER imprimatur
