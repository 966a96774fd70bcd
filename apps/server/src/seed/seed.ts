import type { Company } from '@passbeam/demo/company';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { ReadConfigFile } from '../config/config-file.ts';
import { applyConfigFile, type SeedParts } from './apply-config-file.ts';
import { release } from './apply-managed.ts';
import {
  type DemoApplications,
  demoAccount,
  demoOrigins,
  findDemoApplications,
  seedCompany,
  seedDemo,
} from './demo.ts';
import type { Report } from './managed-step.ts';

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

type SeedStores = Pick<SeedParts, 'users' | 'customFields' | 'accessKeys' | 'secretHistory' | 'appliedFiles'>;

export type SeedWorld = Omit<SeedParts, keyof SeedStores> & {
  stores: SeedStores & { exclusively<T>(work: () => Promise<T>): Promise<T> };
  /** Names this node in the record of applied files. */
  node?: string;
};

interface Seeded {
  /** `drawnAccount`: null where somebody else knows the passwords. */
  demo: (DemoApplications & { drawnAccount: string | null; company: Company | null }) | null;
  sheet: string | null;
}

async function seedAlone(config: Config, file: ReadConfigFile | null, parts: SeedWorld, log: Logger): Promise<Seeded> {
  const seedParts = { ...parts, ...parts.stores };
  const origins = demoOrigins(config);
  let sheet: string | null = null;
  let company: Company | null = null;
  if (file !== null && config.configFile !== null) {
    await applyLogged(file, config.configFile, seedParts, log);
  } else {
    await release(null, { digest: '', node: parts.node ?? '' }, seedParts);
    sheet = await seedDemo({ dataDir: config.dataDir, origins }, seedParts);
    const { dataDir, publicUrl: audience, demo: isOn } = config;
    company = await seedCompany({ dataDir, isOn, origin: origins[0], audience }, seedParts);
  }
  if (!config.demo) return { demo: null, sheet };
  const applications = findDemoApplications({ file: file?.file ?? null, origin: origins[0] }, parts.directory);
  return { demo: { ...applications, drawnAccount: sheet === null ? null : demoAccount, company }, sheet };
}

/** Applies the file, and writes one line for each field that it changed. @throws ConfigError */
async function applyLogged(
  { file, warnings, digest, lineOf }: ReadConfigFile,
  path: string,
  parts: SeedParts & { node?: string },
  log: Logger,
): Promise<void> {
  for (const warning of warnings) log.warn(warning);
  const report: Report = {
    changed: (change) => log.info({ configuration: change }, 'configuration file: changed'),
    handedOver: (handover) => log.info({ configuration: handover }, 'configuration file: another owner'),
    warn: (sentence) => log.warn(sentence),
  };
  const applied = await applyConfigFile(file, path, { ...parts, report }, { digest, lineOf, node: parts.node ?? '' });
  log.info({ applied, digest }, 'configuration file applied');
}

/** Applies the file to a server that runs: what it says holds at once, here, and within seconds on other nodes. @throws ConfigError */
export async function applyAgain(file: ReadConfigFile, path: string, parts: SeedWorld, log: Logger): Promise<void> {
  await parts.stores.exclusively(async () => {
    await parts.directory.reload();
    await applyLogged(file, path, { ...parts, ...parts.stores }, log);
  });
}
