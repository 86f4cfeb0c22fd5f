# Looks at the host that is mounted at /host, and nothing else is in it: no shell, no package manager, no root.
#
#   docker build -t passthru-exporter .
#   docker run --rm --network=host --read-only -v /:/host:ro,rslave passthru-exporter
#
# That sees what any user sees. What capabilities open, a user other than root cannot be given by docker run: for all of it
#   docker run ... --user 0 --cap-drop ALL --cap-add SYS_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH --cap-add SYSLOG --device /dev/kmsg
# What each of them is for: deploy/systemd/README.md. Another port is said by -e PASSTHRU_WEB_LISTEN_ADDRESS=:10069, so that the health check
# knows it too.

ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0

FROM ${SDK} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends clang zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish --nologo -v quiet --ucr src/Passthru.Exporter -o /published
# The program, the libraries that it asks for and those that it loads for TLS; a user; what it may be asked for by name.
RUN set -e; mkdir -p /image/etc; \
    ssl=$(find /lib /usr/lib -name libssl.so.3); \
    { echo "$ssl"; for file in /published/passthru-exporter "$ssl"; do ldd "$file" | grep -o '/[^ ]*'; done; } | sort -u | xargs cp --parents -L -t /image; \
    cp /published/passthru-exporter LICENSE /image/; \
    printf 'passthru-exporter:x:10068:10068::/:/\n' >/image/etc/passwd

FROM scratch
COPY --from=build /image /
USER 10068:10068
ENV PASSTHRU_PATH_ROOTFS=/host
# Garbage of the last scrape is collected earlier: on hosts with thousands of series a fifth of memory less.
ENV DOTNET_GCGen1MaxBudget=80000
EXPOSE 10068
HEALTHCHECK --interval=30s --timeout=5s CMD ["/passthru-exporter", "healthcheck"]
ENTRYPOINT ["/passthru-exporter"]
CMD ["serve"]
