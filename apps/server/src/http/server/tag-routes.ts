import type { App } from './app.ts';

/** Gives the scope's routes this heading in the API reference, unless they name another. */
export function tagRoutes(scope: App, tag: string): void {
  scope.addHook('onRoute', ({ schema }) => {
    if (schema) schema.tags ??= [tag];
  });
}
