# BookReviews in one image. With no setting at all it is a whole site on port 8000, which keeps
# everything on the volume /data:
#
#     docker build -t bookreviews .
#     docker run -p 8000:8000 -v books:/data bookreviews
#
# With another command it does that alone: gunicorn, bookreviews worker, bookreviews db upgrade.
# compose.yaml starts them so; docs/operations/install.md leads through both.

FROM python:3.13-slim AS packages
WORKDIR /app
# pip stays in this stage: the environment that moves on holds only what the site imports.
RUN python -m venv --without-pip /venv
COPY requirements.txt ./
RUN --mount=type=cache,target=/var/cache/pip \
    pip --python /venv/bin/python --cache-dir /var/cache/pip install --no-compile --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bookreviews bookreviews
# The package stays in its folder, where it finds templates/, static/ and migrations/ beside it.
RUN PATH=/venv/bin:$PATH pip --python /venv/bin/python install --no-compile --no-deps --no-build-isolation --editable . \
 && pip --python /venv/bin/python uninstall --yes flit_core \
 && rm -r /venv/lib/python3.13/site-packages/sqlalchemy/testing \
 && find /venv/lib -type d -name tests -prune -exec rm -r {} +

FROM python:3.13-slim AS ground
# No pip, and an account that owns nothing but the volume. var/ is where the site keeps files.
RUN rm -r /usr/local/bin/pip* /usr/local/lib/python3.13/site-packages/pip* /usr/local/lib/python3.13/ensurepip \
 && groupadd --gid 10001 bookreviews \
 && useradd --uid 10001 --gid bookreviews --no-log-init --no-create-home --home-dir /app --shell /usr/sbin/nologin bookreviews \
 && install --directory --mode=700 --owner=bookreviews --group=bookreviews /data \
 && install --directory --owner=bookreviews --group=bookreviews /data/static /data/media \
 && install --directory --owner=bookreviews --group=bookreviews /run/bookreviews \
 && install --directory /app \
 && ln -s /data /app/var
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000

FROM ground AS site
COPY --from=packages /venv /venv
COPY --from=packages /app ./
COPY migrations migrations
COPY gunicorn.conf.py ./
# What a start imports is compiled here, once, Python's own modules included: a root that is read-only
# keeps nothing for the next start. To compile all there is would make the image a fifth larger.
RUN --network=none --mount=type=tmpfs,target=/data \
    export BOOKREVIEWS_ENV=development PYTHONDONTWRITEBYTECODE= \
 && bookreviews db upgrade 2>&1 \
 && gunicorn --check-config \
 && python -c 'import bookreviews.cli.worker, gunicorn.glogging, gunicorn.workers.gthread, huey.consumer, psycopg, redis'
COPY demo demo
COPY templates templates
COPY static static
COPY scripts/serve scripts/healthcheck scripts/
# All of /app belongs to root: who takes over the site still cannot change it. The account is named
# by its number, so that a host can see that it isn't root.
USER 10001:10001
EXPOSE 8000
# Alive, not ready: a supervisor that restarts the site because its database is down helps nobody.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --start-interval=1s CMD ["scripts/healthcheck"]
CMD ["bookreviews", "serve"]

# For operators: what `bookreviews backup` needs for PostgreSQL. compose.yaml makes backups with it.
# The programs come before the site, so that they are fetched once and not for each release.
FROM ground AS tools
RUN apt-get update \
 && apt-get install --yes --no-install-recommends age postgresql-client \
 && rm -r /var/lib/apt/lists/* \
 && install --directory --mode=700 --owner=bookreviews --group=bookreviews /backups
COPY --from=site /venv /venv
COPY --from=site /app ./
USER 10001:10001

# What `docker build` makes where nobody says which.
FROM site
