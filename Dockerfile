# syntax=docker/dockerfile:1

# Builds with everything; nothing of this stage but dist folders reaches the image.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
# npm's "prepare" script compiles every project.
RUN npm ci --no-audit --no-fund

# Only what the command line needs at run time. The image has its own Node, so the copies from npm go.
FROM node:24-bookworm-slim AS production
WORKDIR /app
COPY package.json package-lock.json ./
COPY apps/cli/package.json apps/cli/
COPY libs libs
RUN npm ci --no-audit --no-fund --omit=dev --ignore-scripts --workspace=@satchel/cli \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node libs/*/src libs/*/tsconfig.json libs/testing node_modules/@satchel/testing
COPY --from=build /app/apps/cli/bin apps/cli/bin
COPY --from=build /app/apps/cli/dist apps/cli/dist
COPY --from=build /app/libs /built
RUN for lib in libs/*; do cp -r "/built/$(basename "$lib")/dist" "$lib/dist"; done && rm -rf /built

FROM node:24-bookworm-slim
ENV NODE_ENV=production BACKUP_DIR=/backups
WORKDIR /app
COPY --from=production /app .
# The embedded PostgreSQL of the demo keeps its files under the working folder.
RUN mkdir -p /backups /work && chown node:node /backups /work
USER node
WORKDIR /work
VOLUME ["/backups"]
ENTRYPOINT ["/app/apps/cli/bin/backup_system.js"]
CMD ["--help"]
