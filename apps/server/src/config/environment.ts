import { type Static, Type } from 'typebox';
import { readAllowedHost } from '../core/directory/allowed-hosts.ts';
import { longestLoginMs } from '../core/sessions/login-session.ts';
import {
  areHookSecrets,
  areSecretKeys,
  isDatabaseUrl,
  isHookUrl,
  isHost,
  isIn,
  isProxyList,
  isPublicUrl,
  isRedisUrl,
  isSender,
  isUrlOf,
  listed,
} from './value-forms.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const onOff = ['on', 'off'] as const;
const port = (floor: number) => ({
  minimum: floor,
  maximum: 65_535,
  expected: `a whole number from ${floor} to 65535`,
});

/** Events are kept at least as long as a login: whoever ends one must still find how it began (threats T39). */
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
  CONSOLE: Type.Enum([...onOff], { default: 'on', description: 'The console of operators, at /console/' }),
  CONSOLE_PORT: Type.Optional(
    Type.Integer({
      ...port(0),
      description: 'A port of its own for the console, which then is not on PORT; 0 takes a free one',
    }),
  ),
  CONSOLE_HOST: Type.Refine(
    Type.String({
      default: '127.0.0.1',
      description: 'Address the console is served on, for CONSOLE_PORT',
      expected: 'an IP address or a host name, for example 0.0.0.0 for every interface',
    }),
    isHost,
  ),
  CONSOLE_NETWORKS: Type.Refine(
    Type.String({
      default: 'all',
      description: 'Addresses and networks that the console is open to',
      expected: 'all, or IP addresses and networks with commas between, for example 10.0.0.0/8,2001:db8::/32',
    }),
    (value) => value === 'all' || (value !== 'none' && isProxyList(value)),
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

export type EnvironmentValues = Static<typeof Environment>;
