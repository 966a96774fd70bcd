import pino from 'pino';
import { loadConfig } from '../../config/config.ts';
import { type ReadConfigFile, readConfigFile } from '../../config/config-file.ts';
import { ConfigError } from '../../config/config-mistakes.ts';
import { createDirectory } from '../../core/directory/directory.ts';
import { planConfigFile } from '../../seed/apply-config-file.ts';
import { applyAgain } from '../../seed/seed.ts';
import { type Call, WrongCall } from '../call.ts';
import { completionScript } from '../completion.ts';
import type { Outcome, Surroundings } from '../outcome.ts';
import { type OpenedStore, withStore } from '../store-command.ts';

type Environment = Surroundings['env'];

export async function check(_: Call, { env }: Surroundings): Promise<Outcome> {
  const { config, path, file } = await readSettings(env);
  const warnings = [...config.warnings, ...(file?.warnings ?? [])];
  const what = path === null ? 'The environment is good.' : `The environment and ${path} are good.`;
  return { result: { warnings }, lines: [...warnings, what] };
}

export async function diff(_: Call, { env }: Surroundings): Promise<Outcome> {
  const { file, path } = await readFile(env);
  return withStore(env, (store) => showPlan(file, path, store, 1));
}

export async function apply(call: Call, { env }: Surroundings): Promise<Outcome> {
  const { file, path } = await readFile(env);
  return withStore(env, async (store) => {
    const plan = await showPlan(file, path, store, 0);
    if (call.isSet('dry-run')) return plan;
    await applyAgain(file, path, await partsOf(store), pino(pino.destination(2)));
    return { result: plan.result, lines: ['Applied.'] };
  });
}

export async function completion({ name, words }: Call): Promise<Outcome> {
  const script = completionScript(words[0] ?? '');
  if (script === null) throw new WrongCall('completion is for bash, zsh and fish.', name);
  return { result: { script }, lines: [script.trimEnd()] };
}

async function readSettings(env: Environment) {
  const config = loadConfig(env);
  const path = config.configFile;
  const file = path === null ? null : await readConfigFile(path, env, config.publicUrl);
  return { config, path, file };
}

async function readFile(env: Environment): Promise<{ file: ReadConfigFile; path: string }> {
  const { path, file } = await readSettings(env);
  if (file === null || path === null) {
    throw new ConfigError('the environment', ['PASSBEAM_CONFIG is not set. Write the path of the configuration file.']);
  }
  return { file, path };
}

async function partsOf({ stores, secrets, passwords, clock }: OpenedStore) {
  const directory = createDirectory(stores);
  await directory.reload();
  return { stores, directory, secrets, passwords, clock, node: 'a command' };
}

async function showPlan(file: ReadConfigFile, path: string, store: OpenedStore, codeOfSome: 0 | 1): Promise<Outcome> {
  const parts = await partsOf(store);
  const result = await planConfigFile(file.file, path, { ...parts, ...parts.stores }, { ...file, node: parts.node });
  const changes = result.changes.map(
    (change) =>
      `${path}:${change.line} ${change.path}: ${JSON.stringify(change.stored)} becomes ${JSON.stringify(change.file)}`,
  );
  const handovers = result.handovers.map(({ path: key, line, to }) =>
    to === 'file'
      ? `${path}:${line} ${key}: from now on the file alone changes it`
      : `${path} ${key}: from now on the console may change it; its value stays`,
  );
  const differing = [...changes, ...handovers];
  const lines = [...result.warnings, ...(differing.length === 0 ? ['Nothing would change.'] : differing)];
  return { result, lines, code: differing.length === 0 ? 0 : codeOfSome };
}
