import { type Static, Type } from 'typebox';
import type { EntryRules, OwnTokenEntry } from '../core/directory/own-token-entries.ts';
import { oneOf } from './config-mistakes.ts';
import { CallbackSchema, callbackWay } from './own-tokens-callback.ts';
import { ClaimName, Claims, pathsOf } from './own-tokens-claims.ts';
import { IntrospectionSchema, introspectionWay } from './own-tokens-introspection.ts';
import { JwtSchema, jwtWay } from './own-tokens-jwt.ts';
import { askingOverlaps, overlaps } from './own-tokens-overlaps.ts';
import type { Here, Way } from './own-tokens-way.ts';
import { entries, entryOf, firstUse, type RawEntry } from './raw-entries.ts';

/** The list `ownTokens` of a user pool. Each kind of entry is a file of its own beside this one. */
const ways = { jwt: jwtWay, introspection: introspectionWay, callback: callbackWay };
type WayName = keyof typeof ways;
const wayNames = Object.keys(ways) as WayName[];
/** Each is given what stands under its own name. */
const wayNamed = (name: WayName) => ways[name] as Way<unknown>;

const maxEntries = 64;
const closed = { additionalProperties: false } as const;
const defaultSessionClaims = ['sid', 'session_id', 'origin_jti'];
/** They have keys of their own, or rules that no setting turns off. */
const standardClaims = ['iss', 'aud', 'exp', 'nbf', 'iat'];
/** People change these, and what one person gave up another one gets. */
const changingClaims = ['email', 'preferred_username', 'upn', 'phone_number', 'name'];

const Person = Type.Object(
  {
    subject: Type.Optional(
      Type.Refine(
        Type.String({ minLength: 1, maxLength: 256, expected: 'a claim that never changes hands, for example sub' }),
        (claim) => !changingClaims.includes(claim),
      ),
    ),
    externalId: Type.Optional(Claims),
    displayName: Type.Optional(Claims),
    photo: Type.Optional(Claims),
    locale: Type.Optional(Claims),
    email: Type.Optional(ClaimName),
    phone: Type.Optional(ClaimName),
    customFields: Type.Optional(
      Type.Record(Type.String(), Claims, { expected: 'custom fields of the pool, each with a claim' }),
    ),
    create: Type.Optional(Type.Boolean()),
    link: Type.Optional(Type.Enum(['none', 'externalId'])),
    refresh: Type.Optional(Type.Enum(['always', 'never'])),
  },
  closed,
);

const RequiredClaims = Type.Refine(
  Type.Unsafe<EntryRules['requiredClaims']>({
    expected: 'claims, each with true, a text, a number, or a list of what it may be, which is not empty',
  }),
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= 32 &&
    Object.values(value).every((wanted) => {
      const options: unknown[] = [wanted].flat();
      return options.length > 0 && options.every((option) => ['string', 'number', 'boolean'].includes(typeof option));
    }),
);

export const OwnTokens = Type.Array(
  Type.Object(
    {
      name: Type.String({ pattern: '^[a-z0-9-]{1,32}$', expected: '1 to 32 of a-z, 0-9 and -' }),
      applicationId: Type.String({ expected: 'the id of the phone application that these tokens stand for' }),
      jwt: Type.Optional(JwtSchema),
      introspection: Type.Optional(IntrospectionSchema),
      callback: Type.Optional(CallbackSchema),
      requiredClaims: Type.Optional(RequiredClaims),
      sessionClaims: Type.Optional(Type.Array(ClaimName, { maxItems: 8, expected: 'a list of at most 8 claims' })),
      requireScanToken: Type.Optional(Type.Boolean()),
      person: Type.Optional(Person),
    },
    closed,
  ),
  { maxItems: maxEntries, expected: `a list of at most ${maxEntries} entries` },
);

type Given = Static<typeof OwnTokens>;

/** What no schema can find in the `ownTokens` of all pools. */
export function ownTokenMistakes(userPools: unknown, here: Here): string[] {
  const pools = entries(userPools, 'userPools');
  return [
    ...pools.flatMap(([pool, path]) => mistakesIn(pool, path, pools, here)),
    ...overlaps(pools.flatMap(([pool, path]) => entries(pool.ownTokens, `${path}.ownTokens`))),
    ...pools.flatMap(([pool, path]) => askingOverlaps(entries(pool.ownTokens, `${path}.ownTokens`))),
  ];
}

function mistakesIn(pool: RawEntry, path: string, pools: [RawEntry, string][], here: Here): string[] {
  const mistakes: string[] = [];
  const names = firstUse(mistakes);
  for (const [entry, at] of entries(pool.ownTokens, `${path}.ownTokens`)) {
    names(entry.name, `${at}.name`);
    mistakes.push(
      ...wayMistakes(entry, at),
      ...applicationMistakes(entry, at, pool, pools),
      ...claimMistakes(entry, at),
      ...linkMistakes(entry, at, pool),
      ...fieldMistakes(entry, at, pool),
      ...wayNames.flatMap((way) =>
        entry[way] === undefined ? [] : wayNamed(way).mistakes(entryOf(entry[way]), `${at}.${way}`, here),
      ),
    );
  }
  return mistakes;
}

function wayMistakes(entry: RawEntry, at: string): string[] {
  const given = wayNames.filter((way) => entry[way] !== undefined);
  if (given.length === 1) return [];
  if (given.length === 0) return [`${at} does not say how its tokens are judged. Write ${oneOf(wayNames)}.`];
  return [`${at} has ${given.join(' and ')}. Keep one.`];
}

/** An application that the file does not hold may be stored: that is seen when the file is applied. */
export function applicationMistakes(
  { applicationId }: RawEntry,
  at: string,
  pool: RawEntry,
  pools: [RawEntry, string][],
): string[] {
  const owner = pools.find(([{ applications }]) =>
    entries(applications, '').some(([{ id }]) => typeof id === 'string' && id === applicationId),
  );
  if (owner === undefined || owner[0] === pool) return [];
  return [`${at}.applicationId is an application of ${owner[1]}. Write one of this pool.`];
}

function claimMistakes({ requiredClaims }: RawEntry, at: string): string[] {
  return standardClaims
    .filter((claim) => Object.hasOwn(entryOf(requiredClaims), claim))
    .map((claim) => `${at}.requiredClaims.${claim} is checked without it. Leave it out.`);
}

function linkMistakes(entry: RawEntry, at: string, pool: RawEntry): string[] {
  if (entryOf(entry.person).link !== 'externalId') return [];
  if (entryOf(pool.securitySettings).registerDisabled === true) return [];
  return [`${at}.person.link is "externalId" while people may register. Write registerDisabled: true.`];
}

/** Where the file declares no fields, those that are stored count, which nobody sees from here. */
function fieldMistakes(entry: RawEntry, at: string, pool: RawEntry): string[] {
  if (pool.customFields === undefined) return [];
  const declared = entries(pool.customFields, '').map(([{ key }]) => key);
  return Object.keys(entryOf(entryOf(entry.person).customFields))
    .filter((key) => !declared.includes(key))
    .map((key) => `${at}.person.customFields.${key} is no custom field of the pool. Declare it in its customFields.`);
}

/** What is allowed, but unwise. */
export function ownTokenWarnings(
  { ownTokens, applications }: { ownTokens?: Given; applications?: { id: string; approvesScans?: boolean }[] },
  at: string,
): string[] {
  return (ownTokens ?? []).flatMap((entry, index) => {
    const path = `${at}.ownTokens[${index}]`;
    const application = applications?.find(({ id }) => id === entry.applicationId);
    return [
      ...(application?.approvesScans === false
        ? [`${path} lets nobody approve anything while approvesScans of its application is false.`]
        : []),
      ...(entry.person?.create === false && (entry.person.link ?? 'none') === 'none'
        ? [`${path}.person.create is false and person.link is none: only who came before may approve.`]
        : []),
      ...wayNames.flatMap((way) =>
        entry[way] === undefined ? [] : wayNamed(way).warnings(entry[way], `${path}.${way}`),
      ),
    ];
  });
}

/** What is kept of the list, with its defaults filled in. */
export function ownTokensOf(given: Given | undefined, userPoolId: string): OwnTokenEntry[] {
  return (given ?? []).flatMap((entry) =>
    wayNames.flatMap((way) =>
      entry[way] === undefined ? [] : [wayNamed(way).entryOf(rulesOf(entry), entry[way], userPoolId)],
    ),
  );
}

function rulesOf(entry: Given[number]): Omit<EntryRules, 'issuer'> {
  const { name, applicationId, requiredClaims = {}, sessionClaims = defaultSessionClaims, person = {} } = entry;
  const { subject = 'sub' } = person;
  return {
    name,
    applicationId,
    requiredClaims,
    sessionClaims,
    requireScanToken: entry.requireScanToken ?? false,
    subject,
    person: {
      externalId: pathsOf(person.externalId, subject),
      displayName: pathsOf(person.displayName, ['name', 'nickname', 'preferred_username']),
      photo: pathsOf(person.photo, 'picture'),
      locale: pathsOf(person.locale, 'locale'),
      email: pathsOf(person.email, 'none'),
      phone: pathsOf(person.phone, 'none'),
      customFields: Object.fromEntries(
        Object.entries(person.customFields ?? {}).map(([key, claims]) => [key, pathsOf(claims, 'none')]),
      ),
      create: person.create ?? true,
      link: person.link ?? 'none',
      refresh: person.refresh ?? 'always',
    },
  };
}
