# syntax=docker/dockerfile:1

# Builds with everything; nothing of this stage but what is compiled reaches the image.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
# npm's "prepare" script compiles every project and bundles the web app and the command line.
RUN npm ci --no-audit --no-fund

# Only what server, worker and command line need at run time. The image has its own Node, so the copies from npm go.
FROM node:24-bookworm-slim AS production
WORKDIR /app
COPY package.json package-lock.json ./
COPY apps/api/package.json apps/api/
COPY apps/worker/package.json apps/worker/
COPY apps/cli/package.json apps/cli/
COPY libs libs
RUN npm ci --no-audit --no-fund --omit=dev --ignore-scripts \
      --workspace=@satchel/api --workspace=@satchel/worker --workspace=@satchel/cli \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node libs/*/src libs/*/tsconfig.json \
      libs/testing libs/api-client node_modules/@satchel/testing node_modules/@satchel/api-client
COPY --from=build /app/apps/cli/bin apps/cli/bin
COPY --from=build /app/apps/cli/bundle apps/cli/bundle
COPY --from=build /app/apps/api/dist apps/api/dist
COPY --from=build /app/apps/worker/dist apps/worker/dist
COPY --from=build /app/apps/web/dist apps/web/dist
COPY --from=build /app/libs /built
RUN for lib in libs/*; do cp -r "/built/$(basename "$lib")/dist" "$lib/dist"; done && rm -rf /built

FROM node:24-bookworm-slim
# pg_dump of the newest major, from PostgreSQL's own packages, since Debian's is older than the servers that it has to fit. It is
# called by its path: what stands in PATH is a wrapper in Perl that looks for clusters of this machine.
ADD https://www.postgresql.org/media/keys/ACCC4CF8.asc /etc/apt/keyrings/postgresql.asc
RUN chmod 644 /etc/apt/keyrings/postgresql.asc \
 && apt-get update && apt-get install -y --no-install-recommends ca-certificates \
 && echo 'deb [signed-by=/etc/apt/keyrings/postgresql.asc] https://apt.postgresql.org/pub/repos/apt bookworm-pgdg main' \
      > /etc/apt/sources.list.d/postgresql.list \
 && apt-get update && apt-get install -y --no-install-recommends postgresql-client-18 \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 BACKUP_DIR=/backups SATCHEL_HOME=/satchel \
    PG_DUMP=/usr/lib/postgresql/18/bin/pg_dump
WORKDIR /app
COPY --from=production /app .
# Beside backups: signing keys, uploads that wait, and the embedded PostgreSQL of the demo.
RUN mkdir -p /backups /satchel && chown node:node /backups /satchel \
 && ln -s /app/apps/cli/bin/backup_system.js /usr/local/bin/backup_system
USER node
WORKDIR /satchel
VOLUME ["/backups", "/satchel"]
EXPOSE 3000
# The server; "node /app/apps/worker/dist/main.js" is a worker, "backup_system" the command line.
CMD ["node", "/app/apps/api/dist/main.js"]
