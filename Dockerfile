# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /portal
RUN python -m venv .venv
COPY requirements.txt .
RUN .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY manage.py Procfile ./
COPY deploy deploy
COPY ake_portal ake_portal
COPY trainings trainings
COPY peerlearning peerlearning
COPY mentoring mentoring
COPY networks networks
COPY budgets budgets
COPY ideas ideas
COPY people people
COPY notifications notifications
COPY templates templates
COPY locale locale
COPY locale_packages locale_packages
# Catalogs, the dark style sheet and the hashed static files belong to the image. The demo settings would leave the
# names unhashed, so these commands run with production's, whose values here nothing keeps.
RUN export ENV_FILE=/dev/null STATIC_ROOT=/portal/static_root ALLOWED_HOSTS=build.invalid \
      SECRET_KEY=only-while-the-image-is-built-0123456789-abcdefghijklmn \
      DATABASE_URL=sqlite:////tmp/none REDIS_URL=redis://none EMAIL_URL=smtp://none \
    && .venv/bin/python manage.py compile_catalogs \
    && .venv/bin/python manage.py build_static \
    && .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore for backup and restore: the same major version as the db service
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /portal portal \
    && mkdir -p /data && chown portal /data
ENV PATH=/portal/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ENV_FILE=/dev/null STATIC_ROOT=/portal/static_root VAR_DIR=/data HOST=0.0.0.0 PORT=8000
WORKDIR /portal
COPY --from=build /portal /portal
USER portal
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "ake_portal.wsgi", "--config", "deploy/gunicorn.py"]
