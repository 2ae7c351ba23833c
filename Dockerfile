# One image for all services: the argument names the module, such as askmesh.gateway.

FROM python:3.11-slim AS build
# Extras of the package, such as "ocr".
ARG EXTRAS=""
WORKDIR /source
RUN python -m venv /opt/askmesh
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY locks locks
COPY protos protos
COPY libs libs
COPY services services
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/askmesh/bin/python -m pip download --require-hashes --no-deps --only-binary :all: --dest /wheels \
        -r locks/builders.lock -r locks/product.lock
# Nothing but the files whose hashes are locked, not even to build with.
RUN /opt/askmesh/bin/python -m pip install --no-index --find-links /wheels --constraint constraints.txt \
        ".${EXTRAS:+[$EXTRAS]}"

FROM python:3.11-slim
COPY --from=build /opt/askmesh /opt/askmesh
# Pods run with a read-only file system and a writable /tmp and ASKMESH_HOME.
ENV GRPC_VERBOSITY=ERROR \
    PATH=/opt/askmesh/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    HOME=/tmp \
    ASKMESH_HOME=/var/lib/askmesh
RUN install --directory --owner=10001 --group=10001 /var/lib/askmesh /var/lib/askmesh/models
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["python", "-m"]
CMD ["askmesh.cli", "--help"]
