import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from '@passbeam/workshop/program';
import { which } from '@passbeam/workshop/which';
import { strangersFolder, strangersPrograms } from '../support/stranger.ts';

/** An example site in docs/recipes, and how its README starts it. */
export interface Recipe {
  name: string;
  /** Why it cannot run on this machine, or null when it can. */
  missing: string | null;
  /** Installs or builds what the site needs before it starts; most need nothing. */
  prepare?(folder: string): Promise<void>;
  command(folder: string, port: number): [program: string, ...parameters: string[]];
  environment?: Record<string, string>;
}

export const recipesFolder = fileURLToPath(new URL('../../../docs/recipes/', import.meta.url));
/** The folder to which recipes are copied, as a reader would; their packages are installed one folder up. */
export const copies = join(strangersFolder, 'dist', 'recipes');
const goBuild = fileURLToPath(new URL('../../../.cache/go-build', import.meta.url));

const vite = { PATH: `${strangersPrograms}${delimiter}${process.env.PATH}` };
const express = (pages: string): Pick<Recipe, 'command' | 'environment'> => ({
  command: () => [process.execPath, join(copies, 'express', 'server.js')],
  environment: { PAGES: pages },
});

export const recipes: Recipe[] = [
  { name: 'express', missing: null, ...express(join(copies, 'express', 'public')) },
  ...['react', 'vue'].map((name): Recipe => {
    const prepare = (folder: string) => run(['vite', 'build'], folder, vite);
    return { name, missing: null, prepare, ...express(join(copies, name, 'dist')) };
  }),
  {
    name: 'next',
    missing: null,
    prepare: (folder) =>
      run(['next', 'build'], folder, { ...vite, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }),
    command: (_, port) => [
      process.execPath,
      join(strangersFolder, 'node_modules/next/dist/bin/next'),
      'start',
      '-p',
      String(port),
    ],
    environment: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  },
  {
    name: 'flask',
    // Debian's Flask works with Debian's Python only, so that one is run even if PATH has another first.
    missing: existsSync('/usr/lib/python3/dist-packages/flask') ? null : 'the package python3-flask is not installed',
    command: () => ['/usr/bin/python3', 'app.py'],
  },
  {
    name: 'go',
    missing: unlessFound('go', 'golang-go'),
    prepare: (folder) => run(['go', 'build', '-o', 'site', '.'], folder, { GOCACHE: goBuild }),
    command: (folder) => [join(folder, 'site')],
  },
  {
    name: 'php',
    missing: unlessFound('php', 'php-cli'),
    command: (_, port) => ['php', '-S', `localhost:${port}`, 'index.php'],
  },
];

export interface RunningRecipe {
  url: string;
  stop(): Promise<void>;
}

/** Copies all recipes, as a reader would, and builds those that can run here and need it. */
export async function prepareRecipes(): Promise<void> {
  await mkdir(copies, { recursive: true });
  await cp(recipesFolder, copies, { recursive: true });
  const able = recipes.filter(({ missing }) => missing === null);
  await Promise.all(able.map(({ name, prepare }) => prepare?.(join(copies, name))));
}

/** Starts a recipe; resolves when it answers. */
export async function startRecipe(
  recipe: Recipe,
  settings: { port: number; host: string; appId: string; appSecret: string },
): Promise<RunningRecipe> {
  const folder = join(copies, recipe.name);
  const site = startProgram(recipe.name, recipe.command(folder, settings.port), {
    cwd: folder,
    env: {
      ...process.env,
      PASSBEAM_URL: settings.host,
      APP_ID: settings.appId,
      APP_SECRET: settings.appSecret,
      SESSION_SECRET: 'for-the-journey-alone-4f1d7c93b0e2',
      PORT: String(settings.port),
      ...recipe.environment,
    },
  });
  const url = `http://localhost:${settings.port}/`;
  await site.untilAnswer(url);
  return { url, stop: site.kill };
}

/** @throws Error with what the program said when it fails */
function run(command: [string, ...string[]], cwd: string, env: Record<string, string> = {}): Promise<void> {
  return startProgram(command[0], command, { cwd, env: { ...process.env, ...env } }).untilDone();
}

function unlessFound(program: string, debianPackage: string): string | null {
  return which([program]) !== null ? null : `${program} is not installed (Debian: ${debianPackage})`;
}
