# One image for ingest, scorer and the command line: what runs is said by the command.
#
#   docker build -t plumbline .
#   docker run --init --rm plumbline node bin/plumbline.js --help
#
# As the first process of a container, node reaps no orphans: give `--init`, or `init: true` in Compose.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY bin/package.json bin/
# Scripts are off: `prepare` compiles, and there is nothing to compile yet. All native parts come ready-made.
RUN npm ci --ignore-scripts
COPY tsconfig.base.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY bin/package.json bin/
# The embedded engine is half a gigabyte that a process with a ClickHouse server never loads.
# With `--build-arg EMBEDDED_ENGINE=true` it stays.
ARG EMBEDDED_ENGINE=false
RUN npm ci --omit=dev --ignore-scripts \
  && if [ "$EMBEDDED_ENGINE" != true ]; then rm -rf node_modules/@chdb/lib-*; fi \
  && npm cache clean --force

FROM ${NODE_IMAGE} AS runtime
WORKDIR /app
# Outside the container its loopback can't be reached.
ENV NODE_ENV=production \
  PLUMBLINE_HTTP_HOST=0.0.0.0
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY libs/warehouse/migrations libs/warehouse/migrations
COPY docker/healthcheck.js docker/
COPY --from=build /app/dist dist
# All files belong to root, and the process is not root: it can't change its own program.
USER node
# 8080 and 8081: health and metrics of ingest and scorer; 8082: records over HTTP.
EXPOSE 8080 8081 8082
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "docker/healthcheck.js"]
CMD ["node", "bin/plumbline.js", "--help"]
