import { type Static, Type } from 'typebox';
import { type AllowedHost, loopbackHosts, maySpeakHttp, readAllowedHost } from '../core/directory/allowed-hosts.ts';
import { longestLoginMs } from '../core/sessions/login-session.ts';
import { ConfigError, schemaMistakes } from './config-mistakes.ts';
import { misspelt, readGiven } from './given.ts';
import {
  areHookSecrets,
  areSecretKeys,
  isDatabaseUrl,
  isHookUrl,
  isHost,
  isIn,
  isInsecure,
  isProxyList,
  isPublicUrl,
  isRedisUrl,
  isSender,
  isUrlOf,
  listed,
  proxiesOf,
} from './value-forms.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const onOff = ['on', 'off'] as const;
const port = (floor: number) => ({
  minimum: floor,
  maximum: 65_535,
  expected: `a whole number from ${floor} to 65535`,
});

/** Who ends a login must still find how it began (threats T39). */
const leastAuditKeptDays = longestLoginMs / 86_400_000;

/**
 * The environment: each variable with its default and the sentence that completes "Write …" when the value is wrong.
 * `secret` values are never repeated in a message, and each may be given as NAME_FILE instead.
 */
export const Environment = Type.Object({
  HOST: Type.Refine(
    Type.String({
      default: '127.0.0.1',
      description: 'Address to listen on',
      expected: 'an IP address or a host name, for example 0.0.0.0 for every interface',
    }),
    isHost,
  ),
  PORT: Type.Integer({ default: 3000, description: 'Port to listen on; 0 takes a free one', ...port(0) }),
  PUBLIC_URL: Type.Optional(
    Type.Refine(
      Type.String({
        description: 'Where browsers and phones reach this server; http://localhost:PORT when unset',
        expected: 'an http or https URL without query, fragment or credentials, for example https://login.example.com',
      }),
      isPublicUrl,
    ),
  ),
  DATA_DIR: Type.String({
    default: './data',
    description: 'Folder of the embedded store and of what is made at the first start',
    expected: 'a folder',
  }),
  DATABASE_URL: Type.Optional(
    Type.Refine(
      Type.String({
        secret: true,
        description: 'PostgreSQL instead of the embedded store; needs SECRET_KEY',
        expected:
          'a host and a database, for example postgres://user:password@db.example.com:5432/passbeam?sslmode=verify-full; a % in user or password is written %25, and sslmode is one that PostgreSQL knows',
      }),
      isDatabaseUrl,
    ),
  ),
  REDIS_URL: Type.Optional(
    Type.Refine(
      Type.String({
        secret: true,
        description: 'Redis or Valkey, which several nodes share; needs DATABASE_URL',
        expected:
          'an address such as redis://user:password@redis.example.com:6379/0 or rediss://…; of a cluster, several hosts with commas between them and no other database than 0. A % in user or password is written %25',
      }),
      isRedisUrl,
    ),
  ),
  SECRET_KEY: Type.Optional(
    Type.Refine(
      Type.String({
        secret: true,
        minLength: 32,
        description:
          'Seals what is kept at rest; when unset, a key file is made in DATA_DIR. Several with commas between them while one replaces another: the first seals, all open',
        expected:
          'at least 32 random characters, for example the output of: openssl rand -base64 32. Of several with commas between them, each must be as long and none may come twice',
      }),
      areSecretKeys,
    ),
  ),
  PASSBEAM_CONFIG: Type.Optional(
    Type.String({ description: 'A JSON or YAML file applied at each start', expected: 'the path of a file' }),
  ),
  LOG_LEVEL: Type.Enum([...logLevels], { default: 'info', description: 'The least important line to log' }),
  TRUSTED_PROXIES: Type.Refine(
    Type.String({
      default: 'none',
      description: 'Proxies whose forwarded headers are believed',
      expected: 'none, or IP addresses and networks with commas between them, for example 10.0.0.0/8,127.0.0.1',
    }),
    isProxyList,
  ),
  DRAIN_SECONDS: Type.Integer({
    default: 0,
    description: 'How long a stopping node still takes requests after /readyz turned, for load balancers to notice',
    minimum: 0,
    maximum: 5,
    expected: 'a whole number from 0 to 5',
  }),
  NODE_NAME: Type.Optional(
    Type.Refine(
      Type.String({
        description: 'Names this node in logs and traces; host name and process id when unset',
        expected: 'up to 64 letters, digits, dots, colons, hyphens and underscores',
      }),
      (value) => /^[\w.:-]{1,64}$/.test(value),
    ),
  ),
  METRICS_PORT: Type.Refine(
    Type.String({
      default: 'off',
      description: 'Port of GET /metrics for Prometheus; 0 takes a free one',
      expected: 'off, or a whole number from 0 to 65535',
    }),
    (value) => value === 'off' || (/^\d{1,5}$/.test(value) && Number(value) <= 65_535),
  ),
  METRICS_HOST: Type.Refine(
    Type.String({
      default: '127.0.0.1',
      description: 'Address the metrics are served on, for METRICS_PORT; anyone who reaches it may read them',
      expected: 'an IP address or a host name, for example 0.0.0.0 for every interface',
    }),
    isHost,
  ),
  RATE_LIMITS: Type.Enum([...onOff], { default: 'on', description: 'off is for load tests only' }),
  MAX_UNFINISHED_CODES: Type.Integer({
    default: 50_000,
    description: 'Codes that wait to be scanned or confirmed, for each application; more are refused',
    // So that a handful of addresses cannot take them all.
    minimum: 1_000,
    maximum: 10_000_000,
    expected: 'a whole number from 1000 to 10000000',
  }),
  AUDIT_KEPT_DAYS: Type.Refine(
    Type.String({
      default: 'forever',
      description: 'After how many days events of the audit log are deleted',
      expected: `forever, or a whole number of days from ${leastAuditKeptDays} to 36500`,
    }),
    (value) => value === 'forever' || (/^[1-9]\d{1,4}$/.test(value) && isIn(Number(value), leastAuditKeptDays, 36_500)),
  ),
  SMTP_URL: Type.Optional(
    Type.Refine(
      Type.String({
        secret: true,
        description: 'The mail server that sends one-time codes; needs MAIL_FROM',
        expected:
          'an address such as smtp://user:password@mail.example.com:587 or smtps://…; a % in user or password is written %25',
      }),
      (value) => isUrlOf(value, ['smtp:', 'smtps:']),
    ),
  ),
  MAIL_FROM: Type.Optional(
    Type.Refine(
      Type.String({
        maxLength: 320,
        description: 'Who codes by e-mail come from',
        expected: 'an e-mail address, or a name with one, for example Example <no-reply@example.com>',
      }),
      isSender,
    ),
  ),
  SMS_HOOK_URL: Type.Optional(
    Type.Refine(
      Type.String({
        secret: true,
        description: 'Your service that sends one-time codes by SMS; needs SMS_HOOK_SECRET',
        expected: 'an https URL without user or password, for example https://sms.example.com/passbeam',
      }),
      isHookUrl,
    ),
  ),
  SMS_HOOK_SECRET: Type.Optional(
    Type.Refine(
      Type.String({
        secret: true,
        description: 'Signs what goes to SMS_HOOK_URL; two with a comma between them while one replaces the other',
        expected: 'at least 32 random characters, for example the output of: openssl rand -hex 32',
      }),
      (value) => areHookSecrets(value.split(',')),
    ),
  ),
  SMS_HOOK_ALLOW_LOOPBACK: Type.Enum([...onOff], {
    default: 'off',
    description: 'For development: SMS_HOOK_URL may be http and on this machine',
  }),
  OUTBOUND_ALLOW: Type.Refine(
    Type.String({
      default: 'none',
      description: 'Hosts and networks that this server may call although they are not public, or not https',
      expected:
        'none, or host names, addresses and networks with commas between them, each with or without a port, for example auth.internal,10.0.0.0/8,[fd00::/8]:8443',
    }),
    (value) => value === 'none' || listed(value).every((entry) => readAllowedHost(entry) !== null),
  ),
  DOCS: Type.Enum([...onOff], {
    default: 'on',
    description: 'The API reference, at /docs and /openapi.json',
  }),
  DEMO: Type.Optional(
    Type.Enum([...onOff], { description: 'The demo web site and phone; on when there is no PASSBEAM_CONFIG' }),
  ),
  DEMO_PORT: Type.Optional(Type.Integer({ description: 'Port of the demo; PORT + 1 when unset', ...port(0) })),
});

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
  /** The first seals, all open. Null: made and kept in `dataDir`; never null with `databaseUrl`. */
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
  /** Of each application. */
  maxUnfinishedCodes: number;
  /** Null: the audit log keeps everything. */
  auditKeptDays: number | null;
  /** Null: codes by e-mail are refused, or written into the log where the demo runs. */
  smtp: { url: string; from: string } | null;
  /** Null: codes by SMS are refused, or written into the log where the demo runs. */
  smsHook: { url: string; secrets: string[]; allowed: readonly AllowedHost[] } | null;
  /** What may be called although it is not public. */
  outboundAllow: readonly AllowedHost[];
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

  const environment = values as Static<typeof Environment>;
  const demoPort = environment.DEMO_PORT ?? (environment.PORT === 0 ? 0 : environment.PORT + 1);
  const demo = (environment.DEMO ?? (texts.PASSBEAM_CONFIG ? 'off' : 'on')) === 'on';
  if (demo && Number.isInteger(demoPort)) {
    if (environment.DEMO_PORT === undefined && environment.PORT === 65_535) {
      mistakes.push('DEMO_PORT would be PORT + 1, above 65535. Write a free port, or DEMO=off.');
    }
    if (demoPort !== 0 && demoPort === environment.PORT) {
      mistakes.push(`DEMO_PORT is ${demoPort}, the same as PORT. Write another port.`);
    }
  }
  const takenPorts = { PORT: environment.PORT, ...(demo && { DEMO_PORT: demoPort }) };
  for (const [name, taken] of Object.entries(takenPorts)) {
    if (taken === 0 || !Number.isInteger(taken) || environment.METRICS_PORT !== String(taken)) continue;
    mistakes.push(`METRICS_PORT is ${taken}, the same as ${name}. Write another port.`);
  }
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

/** Half of what sending needs is a mistake; so is a hook that would be refused at its first message. */
function messageMistakes(environment: Partial<Static<typeof Environment>>): string[] {
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

function hookHosts(environment: Partial<Static<typeof Environment>>): AllowedHost[] {
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

/** Texts turned into values, defaults filled in. What is no number stays text, for the schema to refuse. */
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
