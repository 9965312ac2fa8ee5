# Chatsite as an image: the packages by their hashes, the static files built in, nobody's secret, not root.
# What it keeps is in /data (the volume); how it is run is in compose.yaml and docs/installing.md.

FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /venv
RUN /venv/bin/python -m pip install --disable-pip-version-check --no-input --no-cache-dir --no-deps --require-hashes -r requirements.txt
COPY manage.py ./
COPY accounts ./accounts
COPY chatsite ./chatsite
COPY locale ./locale
COPY messaging ./messaging
COPY rooms ./rooms
COPY static ./static
COPY templates ./templates
RUN CHATSITE_DATA=/tmp/data CHATSITE_STATIC=/app/collected /venv/bin/python manage.py collectstatic --no-input
RUN /venv/bin/python -m compileall -q accounts chatsite messaging rooms

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /data chatsite
RUN install -d -o chatsite -g chatsite -m 0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/app PYTHONUNBUFFERED=1 CHAT_ENV=production CHATSITE_DATA=/data CHATSITE_STATIC=/app/collected
WORKDIR /app
USER chatsite
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=4)"]
CMD ["python", "-P", "-m", "chatsite.serve", "--host", "0.0.0.0", "--port", "8080"]
