/** The commands of `passbeam`, each once: the help, the page of the documentation, completion and the program are made from them. */

export interface Option {
  /** As it is typed, without the hyphens. */
  name: string;
  /** What stands after it; absent for a switch. */
  takes?: string;
  /** May be written more than once. */
  isList?: true;
  says: string;
}

export interface Command {
  /** As it is typed. */
  name: string;
  says: string;
  /** The words after the name: `USER`, `[SIGN_IN_NAME]` for one that may be missing, `CODE...` for one or more. */
  words?: readonly string[];
  options?: readonly Option[];
  /** What follows `passbeam`. */
  examples: readonly string[];
  /** What it works on: a server, by the management API; the store of a server, which may run meanwhile; or nothing but files. */
  on: 'server' | 'store' | 'files';
}

const user = 'an id, username, e-mail address, phone or externalId, whole';
const period = [
  { name: 'from', takes: 'TIME', says: 'an ISO 8601 time, or how long ago: 30m, 24h, 7d' },
  { name: 'to', takes: 'TIME', says: 'likewise' },
] as const;
const eventFilters = [
  ...period,
  {
    name: 'type',
    takes: 'TYPE',
    isList: true,
    says: 'session.created for example, or session.* for all that begin so',
  },
  { name: 'user', takes: 'USER', says: `whom it is about: ${user}` },
  { name: 'app', takes: 'APP_ID', says: 'which application it is about' },
  { name: 'ip', takes: 'ADDRESS', says: 'where the request came from' },
  { name: 'code', takes: 'HASH', says: 'the hash of a QR code, as other events show it' },
  { name: 'request', takes: 'REQUEST_ID', says: 'the id that a refusal and the log name' },
  { name: 'access-key', takes: 'ID', says: 'the access key that acted' },
  { name: 'administrator', takes: 'ID', says: 'the administrator who acted' },
  { name: 'outcome', takes: 'OUTCOME', says: 'success, failure or alarm' },
  { name: 'order', takes: 'ORDER', says: 'newest or oldest: which come first' },
] as const;

export const commands = [
  {
    name: 'check',
    says: 'reads the environment and the configuration file, and starts nothing',
    examples: ['check', 'check --json'],
    on: 'files',
  },
  {
    name: 'config diff',
    says: 'what a start would change of what is stored, and which keys change hands; 1 when there is something',
    examples: ['config diff'],
    on: 'store',
  },
  {
    name: 'config apply',
    says: 'applies the configuration file; nodes that run notice within seconds',
    options: [{ name: 'dry-run', says: 'writes nothing, and shows what config diff shows' }],
    examples: ['config apply --dry-run', 'config apply'],
    on: 'store',
  },
  {
    name: 'app list',
    says: 'the applications of the user pool',
    options: [{ name: 'search', takes: 'TEXT', says: 'part of a name, an identifier or an id' }],
    examples: ['app list', 'app list --search shop'],
    on: 'server',
  },
  {
    name: 'app create',
    says: 'registers an application, and shows its secret to owners',
    options: [
      { name: 'name', takes: 'NAME', says: 'what people see when they sign in; it must be there' },
      { name: 'redirect-uri', takes: 'URL', isList: true, says: 'where a login by redirect may end' },
      { name: 'logout-redirect-uri', takes: 'URL', isList: true, says: 'where a logout may end' },
      { name: 'domain', takes: 'HOST', says: 'shown to whoever scans, as who is asking' },
      {
        name: 'origin',
        takes: 'ORIGIN',
        isList: true,
        says: 'whose pages may call the server for it: https://www.example.com; those of the user pool without',
      },
      { name: 'public', says: 'a page or an app without a backend: it has no secret' },
      { name: 'approves-scans', says: 'people signed in to it may scan and confirm codes' },
    ],
    examples: [
      'app create --name "Our shop" --domain shop.example.com --origin https://shop.example.com',
      'app create --name "Our app" --public',
    ],
    on: 'server',
  },
  {
    name: 'app rotate',
    says: 'gives an application a new secret, and shows it once',
    words: ['APP_ID'],
    options: [
      {
        name: 'overlap',
        takes: 'DURATION',
        says: 'how long the old one works on: 24h, up to 30d; without, it ends at once',
      },
    ],
    examples: ['app rotate 0123456789abcdef01234567 --overlap 24h'],
    on: 'server',
  },
  {
    name: 'app secrets',
    says: 'the secrets of an application: since when, last used when, until when; never the secrets themselves',
    words: ['APP_ID'],
    examples: ['app secrets 0123456789abcdef01234567'],
    on: 'server',
  },
  {
    name: 'user find',
    says: 'finds people by the beginning of an id, username, e-mail address, phone or externalId',
    words: ['TEXT'],
    options: [
      { name: 'deep', says: 'looks at everybody: anywhere in these, in the name and in the nickname' },
      { name: 'limit', takes: 'NUMBER', says: 'at most so many, up to 1000; 50 without' },
    ],
    examples: ['user find alice', 'user find --deep smith'],
    on: 'server',
  },
  {
    name: 'user suspend',
    says: 'ends all logins of a person, and lets nobody in as them',
    words: ['USER'],
    examples: ['user suspend alice@example.com'],
    on: 'server',
  },
  {
    name: 'user activate',
    says: 'lets a person sign in again',
    words: ['USER'],
    examples: ['user activate alice@example.com'],
    on: 'server',
  },
  {
    name: 'user logins',
    says: 'the logins of a person that stand, newest first, and how many each of them confirmed',
    words: ['USER'],
    examples: ['user logins alice'],
    on: 'server',
  },
  {
    name: 'user end-logins',
    says: 'ends all logins of a person, or the named ones and what these confirmed; 1 when none of the named ones stands',
    words: ['USER'],
    options: [
      { name: 'login', takes: 'ID', isList: true, says: 'one of user logins' },
      { name: 'dry-run', says: 'counts, and ends none' },
    ],
    examples: ['user end-logins alice', 'user end-logins alice --login 6f1c…'],
    on: 'server',
  },
  {
    name: 'user import',
    says: 'imports people from a file as a job of the server, and waits for its end; 1 when rows were refused',
    words: ['FILE'],
    options: [
      {
        name: 'format',
        takes: 'FORMAT',
        says: 'csv, or json: a list of objects, or one object a line; as the file is called without',
      },
      {
        name: 'column',
        takes: 'COLUMN=FIELD',
        isList: true,
        says: 'what a column of the file is; columns are named as fields without',
      },
      {
        name: 'passwords',
        takes: 'KIND',
        says: 'what the field password holds: none, hashes (bcrypt, argon2) or plain; none without',
      },
      { name: 'update', says: 'who is there already is changed, and not refused' },
      { name: 'dry-run', says: 'checks every row, and writes nobody' },
    ],
    examples: [
      'user import people.csv --dry-run',
      'user import people.jsonl --format json --passwords hashes --update',
    ],
    on: 'server',
  },
  {
    name: 'audit list',
    says: 'what was recorded, newest first',
    options: [...eventFilters, { name: 'limit', takes: 'NUMBER', says: 'at most so many, up to 10000; 50 without' }],
    examples: ['audit list --from 24h --outcome failure', 'audit list --type "admin.*" --from 7d --json'],
    on: 'server',
  },
  {
    name: 'audit story',
    says: 'what became of a person’s logins, or of one code, oldest first: why somebody could not log in',
    options: [
      { name: 'user', takes: 'USER', says: `the story of a person, and of the codes they scanned: ${user}` },
      { name: 'code', takes: 'HASH', says: 'the story of one code' },
      { ...period[0], says: `${period[0].says}; 24h without` },
      period[1],
    ],
    examples: ['audit story --user alice', 'audit story --code 3q2-7wAAAAAAAAAA'],
    on: 'server',
  },
  {
    name: 'audit export',
    says: 'what was recorded as a file, oldest first, at most a million events; the export is recorded too',
    options: [
      { name: 'format', takes: 'FORMAT', says: 'csv, or jsonl: one JSON object a line; csv without' },
      { name: 'out', takes: 'FILE', says: 'a new file; without, standard output' },
      ...eventFilters,
    ],
    examples: [
      'audit export --from 2026-01-01 --to 2026-04-01 --out quarter.csv',
      'audit export --format jsonl | gzip',
    ],
    on: 'server',
  },
  {
    name: 'codes live',
    says: 'the QR codes that nobody finished yet, newest first',
    options: [{ name: 'app', takes: 'APP_ID', says: 'of this application' }],
    examples: ['codes live'],
    on: 'server',
  },
  {
    name: 'codes end',
    says: 'ends unfinished QR codes: the named ones, or all of an application; their pages make new ones; 1 when a named one did not end',
    words: ['[HASH...]'],
    options: [{ name: 'app', takes: 'APP_ID', says: 'all of this application' }],
    examples: ['codes end --app 0123456789abcdef01234567', 'codes end 3q2-7wAAAAAAAAAA'],
    on: 'server',
  },
  {
    name: 'administrator list',
    says: 'who signs in at the console',
    examples: ['administrator list'],
    on: 'store',
  },
  {
    name: 'administrator link',
    says: 'a link, good once, that makes the first owner; with a name one for who lost password or authenticator',
    words: ['[SIGN_IN_NAME]'],
    examples: ['administrator link', 'administrator link alice'],
    on: 'store',
  },
  {
    name: 'keys list',
    says: 'the keys that sign tokens, or still verify them',
    examples: ['keys list'],
    on: 'store',
  },
  {
    name: 'keys rotate',
    says: 'a new key signs from now on; the old one verifies until its tokens are gone',
    options: [
      {
        name: 'drop-old',
        says: 'for a key that leaked: the old ones verify nothing any more; their tokens are refreshed, or people sign in again',
      },
    ],
    examples: ['keys rotate', 'keys rotate --drop-old'],
    on: 'store',
  },
  {
    name: 'completion',
    says: 'a script that lets a shell complete these commands',
    words: ['SHELL'],
    examples: ['completion bash', 'completion zsh', 'completion fish'],
    on: 'files',
  },
] as const satisfies readonly Command[];

export type CommandName = (typeof commands)[number]['name'];

/** Options of every command, and of those that call a server. */
export const commonOptions: readonly Option[] = [
  { name: 'json', says: 'the result as JSON' },
  { name: 'help', says: 'this help' },
];
export const serverOptions: readonly Option[] = [
  { name: 'url', takes: 'URL', says: 'the address of the server, instead of PASSBEAM_URL' },
  { name: 'access-key', takes: 'ID', says: 'instead of ACCESS_KEY_ID' },
  {
    name: 'secret-file',
    takes: 'FILE',
    says: 'holds the secret of the access key, instead of ACCESS_KEY_SECRET; - is standard input',
  },
];

/** The variables by which commands find a server, and what they mean. */
export const serverVariables = [
  ['PASSBEAM_URL', 'the address of the server; without it PUBLIC_URL, or else this machine'],
  ['ACCESS_KEY_ID', 'an access key, or the id of a user pool'],
  ['ACCESS_KEY_SECRET', 'its secret. ACCESS_KEY_SECRET_FILE names a file that holds it'],
] as const;

export const exitCodes = [
  [0, 'done, or nothing to do'],
  [1, 'refused, or failed; config diff found something'],
  [2, 'a wrong call, or a mistake in the environment or the file'],
  [130, 'ended by Ctrl-C'],
] as const;

/** All that may be written after a command. */
export function optionsOf({ options = [], on }: Command): readonly Option[] {
  return [...options, ...(on === 'server' ? serverOptions : []), ...commonOptions];
}
