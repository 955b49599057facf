# syntax=docker/dockerfile:1
# Two stages: the first installs the locked requirements, the second carries them and no tools.
FROM python:3.13-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt pyproject.toml ./
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt
COPY publisher publisher
COPY workers workers
RUN /app/.venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e .

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin publisher \
    && install -d -o publisher -g publisher /data
WORKDIR /app
COPY --from=build /app /app
COPY templates templates
COPY seeds seeds
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=publisher.settings \
    PUBLISHER_HOME=/data
USER publisher
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "publisher.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8"]
