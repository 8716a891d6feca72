import type { INestApplication } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import type { RoutePolicy } from '../auth/route-policy.js';
import { ROUTE_POLICY } from '../auth/route-policy.js';
import { API_PREFIX } from '../create-server.js';

export interface ListedRoute {
  /** `Class.method`. */
  readonly handler: string;
  readonly method: string;
  /** With its parameters as patterns, from the server's root. */
  readonly path: string;
  /** Undefined: it has none, so nobody may call it. */
  readonly policy: RoutePolicy | undefined;
}

/** What stands outside of the API. */
const AT_ROOT = ['/healthz', '/readyz', '/metrics'];

/** Every route of every controller of every module. */
export function listRoutes(app: INestApplication): readonly ListedRoute[] {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  const routes: ListedRoute[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, (...args: never[]) => unknown>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const method = prototype[name];
        const verb = method && (Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod | undefined);
        if (!method || verb === undefined) continue;
        const controllerPaths = pathsOf(metatype);
        for (const path of pathsOf(method)) {
          for (const controllerPath of controllerPaths) {
            const below = join(controllerPath, path);
            routes.push({
              handler: `${metatype.name}.${name}`,
              method: RequestMethod[verb] ?? '',
              path: AT_ROOT.includes(below) ? below : join(API_PREFIX, below),
              policy: reflector.getAllAndOverride<RoutePolicy | undefined>(ROUTE_POLICY, [method, metatype]),
            });
          }
        }
      }
    }
  }
  return routes;
}

function pathsOf(target: object): readonly string[] {
  return [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
}

function join(...parts: readonly string[]): string {
  const path = parts
    .map(part => part.replace(/^\/+|\/+$/g, ''))
    .filter(part => part !== '')
    .join('/');
  return `/${path}`;
}
