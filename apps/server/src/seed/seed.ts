import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ReadConfigFile } from '../config-file.ts';
import { applyConfigFile, type SeedParts } from './apply-config-file.ts';
import { type DemoApplications, demoOrigins, findDemoApplications, seedDemo } from './demo.ts';

/**
 * Brings the store to what the configuration asks for: the file when there is one, else the demo pool of an empty store.
 * @throws ConfigError
 */
export async function seed(
  config: Config,
  file: ReadConfigFile | null,
  parts: { directory: SeedParts['directory']; stores: Pick<SeedParts, 'users' | 'customFields'> } & Omit<
    SeedParts,
    'users' | 'customFields' | 'directory'
  >,
  log: Logger,
): Promise<{ demo: DemoApplications | null; sheet: string | null }> {
  const seedParts: SeedParts = { ...parts, users: parts.stores.users, customFields: parts.stores.customFields };
  const origins = demoOrigins(config);
  let sheet: string | null = null;
  if (file !== null && config.configFile !== null) {
    for (const warning of file.warnings) log.warn(warning);
    log.info({ applied: await applyConfigFile(file.file, config.configFile, seedParts) }, 'configuration file applied');
  } else {
    sheet = await seedDemo({ dataDir: config.dataDir, origins }, seedParts);
  }
  const demo = config.demo
    ? findDemoApplications({ file: file?.file ?? null, origin: origins[0] }, parts.directory)
    : null;
  return { demo, sheet };
}
