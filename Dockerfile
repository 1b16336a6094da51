# Easel: `docker build -t easel . && docker run -p 127.0.0.1:8080:8080 -v easel:/data easel`
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY adapters ./adapters
COPY storage ./storage
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
# The built-in model draws letters with the font that Easel ships; nothing else needs one.
RUN useradd --create-home --uid 10001 easel && install -d -o easel -g easel /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    EASEL_DATA=/data \
    EASEL_WEB_HOST=0.0.0.0 \
    EASEL_WEB_PORT=8080
USER easel
WORKDIR /home/easel
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['EASEL_WEB_PORT']}/healthz\", timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["easel"]
CMD ["run"]
