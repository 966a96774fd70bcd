import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Company, companyApp, companyPath, drawKeys } from '@passbeam/demo/company';
import { type DemoSheet, demoNames, readDemoSheet, sheetFile, writeDemoSheet } from '@passbeam/demo/demo-sheet';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-mistakes.ts';
import type { ConfigFile } from '../config/file-schema.ts';
import { newEvent } from '../core/audit/event.ts';
import type { Application } from '../core/directory/application.ts';
import type { Directory } from '../core/directory/directory.ts';
import { newApplication } from '../core/directory/new-application.ts';
import { defaultTypes, jwtBounds, type OwnTokenEntry } from '../core/directory/own-token-entries.ts';
import { newPool } from '../core/directory/pool.ts';
import { defaultSecuritySettings } from '../core/directory/settings.ts';
import { newUser } from '../core/users/new-user.ts';
import type { SeedParts } from './apply-config-file.ts';

/** The user whose password is drawn at random and shown. */
export const demoAccount = 'alice';

/** The applications that the demo web site and the demo phone are registered as. */
export interface DemoApplications {
  userPoolId: string;
  siteApplication: { id: string; secret: string };
  phoneApplication: { id: string };
}

/** Where browsers find the demo: the address to print first, then the other spelling people use for this machine. */
export function demoOrigins(config: Pick<Config, 'publicUrl' | 'demoPort'>): [string, ...string[]] {
  const { hostname } = new URL(config.publicUrl);
  const origin = (host: string) => `http://${host}:${config.demoPort}`;
  if (hostname === 'localhost') return [origin('localhost'), origin('127.0.0.1')];
  if (hostname === '127.0.0.1') return [origin('127.0.0.1'), origin('localhost')];
  return [origin(hostname)];
}

/**
 * Gives a store without pools a demo pool, two applications and a user with drawn secrets (no default account; threats T36). Returns what
 * the terminal shows once, also kept in a file, or null when there is nothing to tell.
 */
export async function seedDemo(
  options: { dataDir: string; origins: string[] },
  parts: SeedParts,
): Promise<string | null> {
  const { directory, secrets, clock, users } = parts;
  const path = join(options.dataDir, sheetFile);
  if (directory.pools().length > 0) {
    await renewOrigins(options.origins, parts);
    return (await exists(path)) ? `The demo login is in ${path}` : null;
  }

  const now = clock.now();
  const securitySettings = { ...defaultSecuritySettings, allowedOrigins: options.origins };
  const drawn = { id: secrets.randomId(24), secret: secrets.randomId(32) };
  const pool = newPool({ ...drawn, name: demoNames.userPool, securitySettings }, now);
  const registered = (part: Pick<Application, 'name'> & Partial<Application>) =>
    newApplication({ id: secrets.randomId(24), userPoolId: pool.id, secret: secrets.randomId(32), ...part }, now);
  const site = registered({ name: demoNames.site });
  const phone = registered({ name: demoNames.phone, tokenEndpointAuthMethod: 'none', approvesScans: true });
  const password = typablePassword(secrets.randomId(12));
  const alice = await newUser(
    {
      userPoolId: pool.id,
      username: demoAccount,
      email: 'alice@example.com',
      emailVerified: true,
      nickname: 'Alice',
      password,
    },
    parts,
  );

  const sheet = writeDemoSheet({
    login: { account: demoAccount, password },
    userPool: pool,
    siteApplication: site,
    phoneApplication: phone,
  });
  // The sheet is written before the store: a sheet without a user is better than a user whose password nobody can read any more.
  await writePrivately(options.dataDir, path, sheet);
  await directory.putPool(pool);
  await directory.putApplication(site);
  await directory.putApplication(phone);
  const facts = { userPoolId: pool.id, userId: alice.id, detail: { source: 'demo' } };
  await users.insert(alice, newEvent(secrets, 'user.created', null, facts));
  return framed(`${sheet}\nShown once. Kept in ${path}, which only you can read.`);
}

/** The applications that play site and phone: of the file, else of the store. @throws ConfigError when the demo cannot run with them */
export function findDemoApplications(
  from: { file: ConfigFile | null; origin: string },
  directory: Directory,
): DemoApplications {
  const applications = candidates(from.file, directory).filter((application) => application.enabled);
  const site = applications.find((application) => application.tokenEndpointAuthMethod !== 'none');
  if (!site) {
    throw impossible('DEMO is on, but no enabled application of the first user pool has a secret. Write DEMO=off.');
  }
  const approving = applications.filter((application) => application.approvesScans);
  const phone = approving.find((application) => application.tokenEndpointAuthMethod === 'none') ?? approving[0];
  if (!phone) {
    throw impossible(
      'DEMO is on, but no enabled application of the first user pool may approve scans. Write DEMO=off.',
    );
  }
  for (const application of [site, phone]) {
    if (!directory.allowsOrigin(application, from.origin)) {
      throw impossible(
        `DEMO is on, but ${from.origin} is not among the allowedOrigins that hold for ${JSON.stringify(application.name)}. Add it, or write DEMO=off.`,
      );
    }
  }
  return {
    userPoolId: site.userPoolId,
    siteApplication: { id: site.id, secret: site.secret },
    phoneApplication: { id: phone.id },
  };
}

function candidates(file: ConfigFile | null, directory: Directory): Application[] {
  const first = file?.userPools[0];
  if (first) return (first.applications ?? []).flatMap(({ id }) => directory.findApplication(id) ?? []);
  const pools = directory.pools();
  const pool = pools.find(({ name }) => name === demoNames.userPool) ?? pools[0];
  return directory.applications().filter(({ userPoolId }) => userPoolId === pool?.id);
}

function impossible(sentence: string): ConfigError {
  return new ConfigError('the environment', [sentence]);
}

/** Of the demo pool's only entry. */
const entryName = 'company';

/**
 * Lets the demo pool trust the tokens of the company that the demo plays, whose keys are new at each start. Null, and no trust, where
 * the demo is off or its password cannot be read any more.
 */
export async function seedCompany(
  options: { dataDir: string; isOn: boolean; origin: string; audience: string },
  { directory, clock }: SeedParts,
): Promise<Company | null> {
  const pool = directory.pools().find(({ name }) => name === demoNames.userPool);
  if (!pool) return null;
  const sheet = options.isOn ? await readSheet(options.dataDir) : null;
  const issuer = options.origin + companyPath;
  const keys = drawKeys();
  const entry =
    sheet && companyEntry({ ...options, issuer, key: keys.publicKey, applicationId: sheet.phoneApplication.id });
  const others = pool.ownTokens.filter(({ name }) => name !== entryName);
  if (entry || others.length < pool.ownTokens.length) {
    await directory.putPool({ ...pool, ownTokens: entry ? [...others, entry] : others, updatedAt: clock.now() });
  }
  return sheet && { issuer, audience: options.audience, signingKey: keys.signingKey, password: sheet.login.password };
}

/** Trusts the access tokens of the company's app, by the key of its auth server: nothing has to be fetched. */
function companyEntry(parts: { issuer: string; audience: string; key: object; applicationId: string }): OwnTokenEntry {
  return {
    name: entryName,
    applicationId: parts.applicationId,
    way: 'jwt',
    issuer: parts.issuer,
    jwksUri: null,
    keys: [{ ...parts.key }],
    audiences: [parts.audience],
    clientIds: [companyApp],
    anyAudience: false,
    algorithms: ['ES256'],
    kind: 'access',
    types: defaultTypes.access,
    clockToleranceSeconds: jwtBounds.clockToleranceSeconds.default,
    maxLifetimeSeconds: jwtBounds.maxLifetimeSeconds.default,
    staleKeysSeconds: jwtBounds.staleKeysSeconds.default,
    bindsCode: false,
    requiredClaims: {},
    sessionClaims: ['session_id'],
    requireScanToken: false,
    subject: 'sub',
    person: {
      externalId: [['sub']],
      displayName: [['name']],
      photo: [],
      locale: [],
      create: true,
      link: 'none',
      refresh: 'always',
    },
  };
}

async function readSheet(dataDir: string): Promise<DemoSheet | null> {
  try {
    return readDemoSheet(await readFile(join(dataDir, sheetFile), 'utf8'));
  } catch {
    return null;
  }
}

/** Adds the demo's origins of today, for its port may have changed. Origins that somebody else added stay. */
async function renewOrigins(origins: string[], { directory, clock }: SeedParts): Promise<void> {
  const pool = directory.pools().find(({ name }) => name === demoNames.userPool);
  if (!pool) return;
  const { allowedOrigins } = pool.securitySettings;
  const wanted = [...new Set([...allowedOrigins, ...origins])];
  if (isDeepStrictEqual(wanted, allowedOrigins)) return;
  const securitySettings = { ...pool.securitySettings, allowedOrigins: wanted };
  await directory.putPool({ ...pool, securitySettings, updatedAt: clock.now() });
}

/** Three groups of lower-case letters and digits, about 60 bits: easy on a phone's keyboard, out of reach for guessing. */
function typablePassword(characters: string): string {
  return characters.toLowerCase().replaceAll(/(.{4})(?=.)/g, '$1-');
}

export function framed(text: string): string {
  const line = '─'.repeat(72);
  return `${line}\n${text}\n${line}`;
}

async function writePrivately(folder: string, path: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path, text, { mode: 0o600 });
  // The mode above counts for a new file only.
  await chmod(path, 0o600);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
