import type { Config } from '../config/config.ts';
import type { ReadConfigFile } from '../config/config-file.ts';
import { ConfigError } from '../config/config-mistakes.ts';
import type { Difference, InstallationFacts } from '../core/management/installation/installation.ts';
import { planConfigFile, type SeedParts } from './apply-config-file.ts';

/** A file is read and compared once within this time, however many look at the page. */
const rememberedMs = 10_000;

/** What this node can say of itself. `readFile` is absent where no configuration file is named. */
export function installationFacts(
  config: Config,
  { version, node = '', readFile }: { version: string; node?: string; readFile?: () => Promise<ReadConfigFile> },
  parts: () => SeedParts,
): InstallationFacts {
  let last: { at: number; differences: Promise<Difference[] | null> } | null = null;

  async function compare(): Promise<Difference[] | null> {
    if (readFile === undefined || config.configFile === null) return null;
    try {
      const { file, ...facts } = await readFile();
      return (await planConfigFile(file, config.configFile, parts(), { ...facts, node })).changes;
    } catch (error) {
      // A file that cannot be applied is told at the start and by `passbeam check`; here it has no differences to show.
      if (error instanceof ConfigError) return null;
      throw error;
    }
  }

  return {
    name: node,
    version,
    store: { kind: config.databaseUrl === null ? 'sqlite' : 'postgres', redis: config.redisUrl !== null },
    auditKeptDays: config.auditKeptDays,
    limits: { on: config.rateLimits, unfinishedCodes: config.maxUnfinishedCodes },
    differences() {
      const now = parts().clock.now();
      if (last === null || now - last.at >= rememberedMs) last = { at: now, differences: compare() };
      return last.differences;
    },
  };
}
