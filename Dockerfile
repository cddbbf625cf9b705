# An own base is `--build-arg BASE=...`; behind a private certificate authority add `--secret id=ca,src=ca.pem`.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements/build.txt requirements/runtime.txt requirements/
# pip and the build backend live in an environment of their own, which stays behind.
RUN --mount=type=secret,id=ca,required=false,target=/run/ca.pem \
    if [ -f /run/ca.pem ]; then export PIP_CERT=/run/ca.pem; fi \
    && python -m venv tools \
    && tools/bin/pip install --require-hashes -r requirements/build.txt \
    && python -m venv --without-pip /opt/distscore \
    && tools/bin/pip --python /opt/distscore install --require-hashes -r requirements/runtime.txt
COPY LICENSE pyproject.toml ./
COPY service service
RUN tools/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir dist . \
    && tools/bin/pip --python /opt/distscore install --no-index --no-deps dist/*.whl \
    && find /opt/distscore -type d -name tests -prune -exec rm -rf {} + \
    && find /opt/distscore -name '*.pyi' -delete

FROM ${BASE}
LABEL org.opencontainers.image.title="Distscore" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/distscore /opt/distscore
# One thread per BLAS call; an allocator that keeps large buffers instead of faulting their pages in for every body.
ENV OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=33554432 \
    MALLOC_TRIM_THRESHOLD_=134217728 \
    PATH=/opt/distscore/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["distscore"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
