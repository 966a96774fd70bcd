import { type AllowedHost, loopbackHosts, maySpeakHttp, readAllowedHost } from '../core/directory/allowed-hosts.ts';
import { ConfigError, schemaMistakes } from './config-mistakes.ts';
import { Environment, type EnvironmentValues, type LogLevel } from './environment.ts';
import { misspelt, readGiven } from './given.ts';
import { isInsecure, listed, proxiesOf } from './value-forms.ts';

type Name = keyof typeof Environment.properties;
const names = Object.keys(Environment.properties) as Name[];
const secretNames = names.filter((name) => (Environment.properties[name] as { secret?: boolean }).secret);

export interface Config {
  host: string;
  /** 0 until `settlePorts` has chosen one. */
  port: number;
  /** Without a slash at the end. */
  publicUrl: string;
  dataDir: string;
  /** PostgreSQL, which nodes share. Null: the embedded store in `dataDir`. */
  databaseUrl: string | null;
  /** Redis or Valkey, for many nodes; only with `databaseUrl`. Null: codes are in the database, limits and notices in process. */
  redisUrl: string | null;
  /** The first one seals, all of them open. Null: keys are made and kept in `dataDir`; never null with `databaseUrl`. */
  secretKeys: string[] | null;
  configFile: string | null;
  logLevel: LogLevel;
  /** IP addresses and networks; empty when no proxy is trusted. */
  trustedProxies: string[];
  /** 0 to 5. */
  drainSeconds: number;
  /** Null: host name and process id. */
  nodeName: string | null;
  /** Null: no metrics are counted or served. A port of 0 stands until `settlePorts` has chosen one. */
  metrics: { host: string; port: number } | null;
  rateLimits: boolean;
  /** How many unfinished QR sessions each application may have. */
  maxUnfinishedCodes: number;
  /** Null: the audit log keeps everything. */
  auditKeptDays: number | null;
  /** Null: passcodes by e-mail are refused, or written into the log where the demo runs. */
  smtp: { url: string; from: string } | null;
  /** Null: passcodes by SMS are refused, or written into the log where the demo runs. */
  smsHook: { url: string; secrets: string[]; allowed: readonly AllowedHost[] } | null;
  /** What may be called although it is not public. */
  outboundAllow: readonly AllowedHost[];
  console: { isOn: boolean; hasOwnPort: boolean; host: string; port: number; networks: string[] };
  docs: boolean;
  demo: boolean;
  demoPort: number;
  /** Sentences for the log: not wrong enough to stop, too unwise to pass over. */
  warnings: string[];
}

/**
 * Pure but for reading the files that NAME_FILE variables name.
 * @throws ConfigError with every mistake at once
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const { texts, mistakes, warnings } = readGiven(env, { all: names, secret: secretNames, expected });
  const values = valuesOf(texts);
  mistakes.push(...schemaMistakes(Environment, values, ([name]) => name ?? 'the environment'));

  const environment = values as EnvironmentValues;
  const demoPort = environment.DEMO_PORT ?? (environment.PORT === 0 ? 0 : environment.PORT + 1);
  const demo = (environment.DEMO ?? (texts.PASSBEAM_CONFIG ? 'off' : 'on')) === 'on';
  if (demo && environment.DEMO_PORT === undefined && environment.PORT === 65_535) {
    mistakes.push('DEMO_PORT would be PORT + 1, above 65535. Write a free port, or DEMO=off.');
  }
  const isConsoleOn = environment.CONSOLE === 'on';
  mistakes.push(
    ...portMistakes({
      PORT: environment.PORT,
      ...(demo && { DEMO_PORT: demoPort }),
      ...(isConsoleOn && { CONSOLE_PORT: environment.CONSOLE_PORT }),
      METRICS_PORT: Number(environment.METRICS_PORT),
    }),
  );
  mistakes.push(...messageMistakes(environment), ...sharedStateMistakes(texts));
  if (mistakes.length > 0) throw new ConfigError('the environment', mistakes);

  const publicUrl = environment.PUBLIC_URL?.replace(/\/$/, '') ?? localUrl(environment.PORT);
  return {
    host: environment.HOST,
    port: environment.PORT,
    publicUrl,
    dataDir: environment.DATA_DIR,
    databaseUrl: environment.DATABASE_URL ?? null,
    redisUrl: environment.REDIS_URL ?? null,
    secretKeys: environment.SECRET_KEY === undefined ? null : listed(environment.SECRET_KEY),
    configFile: environment.PASSBEAM_CONFIG ?? null,
    logLevel: environment.LOG_LEVEL,
    trustedProxies: proxiesOf(environment.TRUSTED_PROXIES),
    drainSeconds: environment.DRAIN_SECONDS,
    nodeName: environment.NODE_NAME ?? null,
    metrics:
      environment.METRICS_PORT === 'off'
        ? null
        : { host: environment.METRICS_HOST, port: Number(environment.METRICS_PORT) },
    rateLimits: environment.RATE_LIMITS === 'on',
    maxUnfinishedCodes: environment.MAX_UNFINISHED_CODES,
    auditKeptDays: environment.AUDIT_KEPT_DAYS === 'forever' ? null : Number(environment.AUDIT_KEPT_DAYS),
    smtp: environment.SMTP_URL === undefined ? null : { url: environment.SMTP_URL, from: environment.MAIL_FROM ?? '' },
    smsHook:
      environment.SMS_HOOK_URL === undefined
        ? null
        : {
            url: environment.SMS_HOOK_URL,
            secrets: (environment.SMS_HOOK_SECRET ?? '').split(',').map((secret) => secret.trim()),
            allowed: hookHosts(environment),
          },
    outboundAllow: allowedHosts(environment.OUTBOUND_ALLOW),
    console: {
      isOn: isConsoleOn,
      hasOwnPort: isConsoleOn && environment.CONSOLE_PORT !== undefined,
      host: environment.CONSOLE_HOST,
      port: environment.CONSOLE_PORT ?? 0,
      networks: environment.CONSOLE_NETWORKS === 'all' ? [] : proxiesOf(environment.CONSOLE_NETWORKS),
    },
    docs: environment.DOCS === 'on',
    demo,
    demoPort,
    warnings: [
      ...warnings,
      ...misspelt(env, { all: names, secret: secretNames }),
      ...(isInsecure(publicUrl)
        ? [`PUBLIC_URL is ${publicUrl}: without https, tickets and tokens cross the network in the clear.`]
        : []),
      ...(environment.RATE_LIMITS === 'off'
        ? ['RATE_LIMITS is off: nothing slows down guessing. This is for load tests only.']
        : []),
      ...(environment.DATABASE_URL !== undefined && environment.REDIS_URL === undefined
        ? ['DATABASE_URL is set without REDIS_URL: limits and notices are per process. Run one node, or set REDIS_URL.']
        : []),
      ...(environment.SMS_HOOK_ALLOW_LOOPBACK === 'on'
        ? [
            'SMS_HOOK_ALLOW_LOOPBACK is on: codes may go to services on this machine, unencrypted. This is for development.',
          ]
        : []),
    ],
  };
}

/** Where operators reach the console: at a port of its own by whatever brings them there, such as a tunnel to this machine. */
export const consoleUrlOf = ({ publicUrl, console: { hasOwnPort, port } }: Pick<Config, 'publicUrl' | 'console'>) =>
  `${hasOwnPort ? localUrl(port) : publicUrl}/console`;

/** Every listener needs a port of its own. What is 0, off or no number takes nobody's. */
function portMistakes(ports: Record<string, number | undefined>): string[] {
  const taken = new Map<number, string>();
  const mistakes: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    if (!port || !Number.isInteger(port)) continue;
    const other = taken.get(port);
    if (other === undefined) taken.set(port, name);
    else mistakes.push(`${name} is ${port}, the same as ${other}. Write another port.`);
  }
  return mistakes;
}

/**
 * SMTP_URL and MAIL_FROM come as a pair, and so do the SMS_HOOK_ settings. A hook that would be refused at its first
 * message is a mistake, too.
 */
function messageMistakes(environment: Partial<EnvironmentValues>): string[] {
  const pairs = [
    ['SMTP_URL', 'MAIL_FROM'],
    ['MAIL_FROM', 'SMTP_URL'],
    ['SMS_HOOK_URL', 'SMS_HOOK_SECRET'],
    ['SMS_HOOK_SECRET', 'SMS_HOOK_URL'],
  ] as const;
  const mistakes = pairs
    .filter(([given, needed]) => environment[given] !== undefined && environment[needed] === undefined)
    .map(([given, needed]) => `${given} is set, but ${needed} is not. Set both, or neither.`);
  const hook = URL.parse(environment.SMS_HOOK_URL ?? '');
  if (hook?.protocol === 'http:' && !maySpeakHttp(hookHosts(environment), hook)) {
    mistakes.push(
      'SMS_HOOK_URL is http: codes would cross the network in the clear. Write https, or name its host in OUTBOUND_ALLOW, or SMS_HOOK_ALLOW_LOOPBACK=on for development.',
    );
  }
  return mistakes;
}

function allowedHosts(text = 'none'): AllowedHost[] {
  return text === 'none' ? [] : listed(text).flatMap((entry) => readAllowedHost(entry) ?? []);
}

function hookHosts(environment: Partial<EnvironmentValues>): AllowedHost[] {
  const loopback = environment.SMS_HOOK_ALLOW_LOOPBACK === 'on' ? loopbackHosts : [];
  return [...allowedHosts(environment.OUTBOUND_ALLOW), ...loopback];
}

/** Nodes that share a database must share the key that seals what is in it; Redis beside a file would be shared by nobody. */
function sharedStateMistakes(texts: Partial<Record<Name, string>>): string[] {
  const mistakes: string[] = [];
  if (texts.DATABASE_URL !== undefined && texts.SECRET_KEY === undefined) {
    mistakes.push(
      'DATABASE_URL is set, but SECRET_KEY is not: every node on the database needs the same one. Write the output of: openssl rand -base64 32',
    );
  }
  if (texts.REDIS_URL !== undefined && texts.DATABASE_URL === undefined) {
    mistakes.push('REDIS_URL is set, but DATABASE_URL is not. Set both, or neither.');
  }
  return mistakes;
}

export function localUrl(listening: number): string {
  return `http://localhost:${listening}`;
}

/** Turns texts into values and fills in defaults. A text that should be a number and is none stays, for the schema to refuse. */
function valuesOf(texts: Partial<Record<Name, string>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const schema = Environment.properties[name] as { type?: string; default?: unknown };
    const text = texts[name];
    if (text === undefined) {
      if ('default' in schema) values[name] = schema.default;
    } else {
      values[name] = schema.type === 'integer' && /^\d{1,9}$/.test(text) ? Number(text) : text;
    }
  }
  return values;
}

function expected(name: Name): string {
  const schema = Environment.properties[name] as { expected?: string; enum?: string[] };
  return schema.expected ?? (schema.enum ?? []).join(', ');
}
