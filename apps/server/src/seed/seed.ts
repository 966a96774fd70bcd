import type { Company } from '@passbeam/demo/company';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { ReadConfigFile } from '../config/config-file.ts';
import { applyConfigFile, type SeedParts } from './apply-config-file.ts';
import {
  type DemoApplications,
  demoAccount,
  demoOrigins,
  findDemoApplications,
  seedCompany,
  seedDemo,
} from './demo.ts';

/** Brings the store to what the file says; without one an empty store gets the demo pool. @throws ConfigError */
export async function seed(
  config: Config,
  file: ReadConfigFile | null,
  parts: SeedWorld,
  log: Logger,
): Promise<Seeded> {
  // Nodes that start together seed in turns, and each one begins by reading what the one before it made.
  return parts.stores.exclusively(async () => {
    await parts.directory.reload();
    return seedAlone(config, file, parts, log);
  });
}

type SeedWorld = Omit<SeedParts, 'users' | 'customFields' | 'accessKeys'> & {
  stores: Pick<SeedParts, 'users' | 'customFields' | 'accessKeys'> & {
    exclusively<T>(work: () => Promise<T>): Promise<T>;
  };
};

interface Seeded {
  /** `drawnAccount`: null where somebody else knows the passwords. */
  demo: (DemoApplications & { drawnAccount: string | null; company: Company | null }) | null;
  sheet: string | null;
}

async function seedAlone(config: Config, file: ReadConfigFile | null, parts: SeedWorld, log: Logger): Promise<Seeded> {
  const { users, customFields, accessKeys } = parts.stores;
  const seedParts: SeedParts = { ...parts, users, customFields, accessKeys };
  const origins = demoOrigins(config);
  let sheet: string | null = null;
  let company: Company | null = null;
  if (file !== null && config.configFile !== null) {
    for (const warning of file.warnings) log.warn(warning);
    log.info({ applied: await applyConfigFile(file.file, config.configFile, seedParts) }, 'configuration file applied');
  } else {
    sheet = await seedDemo({ dataDir: config.dataDir, origins }, seedParts);
    const { dataDir, publicUrl: audience, demo: isOn } = config;
    company = await seedCompany({ dataDir, isOn, origin: origins[0], audience }, seedParts);
  }
  if (!config.demo) return { demo: null, sheet };
  const applications = findDemoApplications({ file: file?.file ?? null, origin: origins[0] }, parts.directory);
  return { demo: { ...applications, drawnAccount: sheet === null ? null : demoAccount, company }, sheet };
}
