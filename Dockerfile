# BookReviews behind Gunicorn, on port 8000, with its SQLite file on the volume /data.
#
#     docker build -t bookreviews .
#     docker run --rm -v books:/data -e SECRET_KEY -e SITE_URL bookreviews bookreviews db upgrade
#     docker run -p 8000:8000 -v books:/data -e SECRET_KEY -e SITE_URL bookreviews
#
# SECRET_KEY and SITE_URL have no default here: a key in an image is nobody's secret.

FROM python:3.13-slim AS packages
WORKDIR /app
# pip stays in this stage: the environment that moves on holds only what the site imports.
RUN python -m venv --without-pip /venv
COPY requirements.txt ./
RUN --mount=type=cache,target=/var/cache/pip \
    pip --python /venv/bin/python --cache-dir /var/cache/pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bookreviews bookreviews
# The package stays in its folder, where it finds templates/, static/ and migrations/ beside it.
RUN PATH=/venv/bin:$PATH pip --python /venv/bin/python install --no-deps --no-build-isolation --editable . \
 && /venv/bin/python -m compileall -q bookreviews

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin bookreviews \
 && install --directory --owner=bookreviews /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=packages /app ./
COPY migrations migrations
COPY demo demo
COPY templates templates
COPY static static
COPY gunicorn.conf.py ./
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BIND=0.0.0.0:8000 \
    DATABASE_URL=sqlite:////data/bookreviews.sqlite3
# All of /app belongs to root: who takes over the site still cannot change it.
USER bookreviews
VOLUME /data
EXPOSE 8000
# The front page needs templates and database. Where BIND says otherwise, so must the check.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --start-interval=2s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/', timeout=4)"]
CMD ["gunicorn"]
