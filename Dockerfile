# syntax=docker/dockerfile:1
# passbeam in one image: the server, its pages, and the packages both need to run; nothing to develop or test with.
# Any builder of Dockerfiles will do. `npm run test:image` carries the steps out without a container engine.

FROM node:24-bookworm-slim AS base
WORKDIR /app
ENV NODE_ENV=production

# The manifests alone, so that the layers below are built anew when these change, not with every edit.
FROM base AS manifests
COPY . .
RUN mkdir /manifests \
  && cp --parents package.json package-lock.json .npmrc $(find apps packages e2e bench workshop -name package.json -not -path '*/node_modules/*') /manifests

# `npm ci` refuses a lock file that lacks packages only another platform would install, as one written from a registry mirror
# may. `npm install` takes the locked versions all the same.
FROM base AS browser-parts
COPY --from=manifests /manifests/ ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund \
  || npm install --no-save --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build \
  && mkdir /built \
  && cp --recursive --parents $(find apps packages -name dist -type d -not -path '*/node_modules/*') /built

FROM base AS packages
COPY --from=manifests /manifests/ ./
RUN (npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  || npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund) \
  && rm -rf e2e bench workshop node_modules/@passbeam/e2e node_modules/@passbeam/bench node_modules/@passbeam/workshop

FROM base AS passbeam
LABEL org.opencontainers.image.title="passbeam" \
  org.opencontainers.image.description="Self-hosted scan-to-login" \
  org.opencontainers.image.licenses="MIT"
COPY --from=packages /app/ ./
COPY LICENSE ./
COPY packages ./packages
COPY apps ./apps
COPY --from=browser-parts /built/ ./
# npm links `npx passbeam` only where the sources are there already.
RUN mkdir /data && chown node:node /data \
  && ln -sf ../../apps/server/bin/passbeam.js node_modules/.bin/passbeam

# What the compiler makes of the sources is kept in the image: a server starts in two thirds of the time, with 10 MB less memory.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN node -e "import('./apps/server/src/compose.ts')"

# Every interface of the container; what reaches it is the engine's business. So it is for the console, once CONSOLE_PORT is set.
ENV HOST=0.0.0.0 CONSOLE_HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The server is process 1: it takes SIGTERM itself and ends within ten seconds.
# New objects get 48 MB at most: V8 would take three times as much on a large machine, and serve no faster.
CMD ["node", "--max-semi-space-size=16", "apps/server/src/main.ts"]
