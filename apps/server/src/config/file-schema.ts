import {
  androidPackagePattern,
  appLinkBounds,
  appleAppIdPattern,
  offeredScopes,
  ownIssuerPattern,
  profileFields,
  reasonText,
  roles,
  sha256FingerprintPattern,
  userIdPattern,
} from '@passbeam/protocol';
import { type Static, Type } from 'typebox';
import { colorPattern, domainPattern, isCallableUrl, isRedirectUri, isWebUrl } from '../core/directory/addresses.ts';
import { refreshTokenBounds } from '../core/directory/application.ts';
import { canonicalOrigin } from '../core/directory/origins.ts';
import { isSampleSecret } from '../core/directory/sample-secret.ts';
import { lifetimeBounds, ssoLifetimeBounds } from '../core/directory/settings.ts';
import { DomainError } from '../core/ground/errors.ts';
import { parseEmail } from '../core/identifiers/email-address.ts';
import { parseUsername } from '../core/identifiers/username.ts';
import { accessKeyScopes } from '../core/management/access-key.ts';
import { parseContact } from '../core/users/contact.ts';
import { customFieldTypes, maxCustomFields } from '../core/users/custom/custom-fields.ts';
import { OwnTokens } from './own-tokens.ts';

const closed = { additionalProperties: false } as const;

const Id = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  expected: '1 to 64 letters, digits, - or _ in quotes, for example the output of: openssl rand -hex 12',
});
const Secret = Type.Refine(
  Type.String({
    secret: true,
    minLength: 32,
    maxLength: 256,
    expected:
      'at least 32 random characters in quotes, for example the output of: openssl rand -hex 24; or { env: NAME } or { file: path }',
  }),
  (value) => !isSampleSecret(value),
);
/** Raised beside a secret to let the file set it once more: without it the secret is used when the entry is made, and never again. */
const SecretVersion = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    expected: 'a whole number from 1, greater than the last one applied',
  }),
);
const DisplayName = Type.String({ minLength: 1, maxLength: 256, expected: 'a name of 1 to 256 characters' });
const Origin = Type.Refine(
  Type.String({ maxLength: 512, expected: reasonText('notOrigin', 'en').replace('must be ', '') }),
  (value) => canonicalOrigin(value) !== null,
);
const RedirectUri = Type.Refine(
  Type.String({
    maxLength: 2048,
    expected:
      'an absolute URI without * or #, for example https://www.example.com/callback or com.example.app:/callback',
  }),
  isRedirectUri,
);
const WebUrl = Type.Refine(Type.String({ maxLength: 2048, expected: 'an http or https URL' }), isWebUrl);

const Color = Type.String({ pattern: colorPattern, expected: 'a colour in quotes, for example "#2456e6"' });

const seconds = ({ min, max }: { min: number; max: number }) =>
  Type.Optional(
    Type.Integer({ minimum: min, maximum: max, expected: `a whole number of seconds from ${min} to ${max}` }),
  );

const AllowedOrigins = Type.Optional(
  Type.Array(Origin, { maxItems: 1000, expected: 'a list of at most 1000 origins' }),
);

export const QrcodeLoginStrategy = Type.Optional(
  Type.Object(
    {
      qrcodeExpiresIn: seconds(lifetimeBounds.qrcodeExpiresIn),
      ticketExpiresIn: seconds(lifetimeBounds.ticketExpiresIn),
      returnFullUserInfo: Type.Optional(Type.Boolean()),
      allowExchangeUserInfoFromBrowser: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
);

const AndroidAppEntry = Type.Object(
  {
    package: Type.String({
      maxLength: appLinkBounds.packageLength,
      pattern: androidPackagePattern,
      expected: 'the name of a package, for example com.example.app',
    }),
    sha256Fingerprints: Type.Array(
      Type.String({
        pattern: sha256FingerprintPattern,
        expected: 'the SHA-256 fingerprint of a certificate: 32 pairs of digits and capitals with colons, in quotes',
      }),
      {
        minItems: 1,
        maxItems: appLinkBounds.fingerprints,
        expected: `a list of 1 to ${appLinkBounds.fingerprints} fingerprints`,
      },
    ),
  },
  closed,
);

const ApplicationEntry = Type.Object(
  {
    id: Id,
    /** Required unless the method is `none`. */
    secret: Type.Optional(Secret),
    secretVersion: SecretVersion,
    kind: Type.Optional(Type.Enum(['firstParty', 'relyingParty'])),
    name: DisplayName,
    domain: Type.Optional(
      Type.String({
        pattern: domainPattern,
        expected: 'a host name, for example www.example.com',
      }),
    ),
    logoUrl: Type.Optional(WebUrl),
    color: Type.Optional(Color),
    termsUrl: Type.Optional(WebUrl),
    redirectUris: Type.Optional(Type.Array(RedirectUri)),
    logoutRedirectUris: Type.Optional(Type.Array(RedirectUri)),
    backchannelLogoutUri: Type.Optional(
      Type.Refine(
        Type.String({ maxLength: 2048, expected: 'an http or https URL without *, # or a user in it' }),
        isCallableUrl,
      ),
    ),
    backchannelLogoutSessionRequired: Type.Optional(Type.Boolean()),
    tokenEndpointAuthMethod: Type.Optional(Type.Enum(['client_secret_post', 'client_secret_basic', 'none'])),
    enabled: Type.Optional(Type.Boolean()),
    approvesScans: Type.Optional(Type.Boolean()),
    signsInDevices: Type.Optional(Type.Boolean()),
    pollBinding: Type.Optional(Type.Enum(['cookie', 'secret', 'none'])),
    qrPayload: Type.Optional(Type.Enum(['json', 'link'])),
    appleAppIds: Type.Optional(
      Type.Array(
        Type.String({ pattern: appleAppIdPattern, expected: 'TEAMID.bundle, for example A1B2C3D4E5.com.example.app' }),
        {
          maxItems: appLinkBounds.apps,
          expected: `a list of at most ${appLinkBounds.apps} apps`,
        },
      ),
    ),
    androidApps: Type.Optional(
      Type.Array(AndroidAppEntry, {
        maxItems: appLinkBounds.apps,
        expected: `a list of at most ${appLinkBounds.apps} apps`,
      }),
    ),
    appStoreUrl: Type.Optional(WebUrl),
    androidStoreUrl: Type.Optional(WebUrl),
    customSecurityEnabled: Type.Optional(Type.Boolean()),
    securityOverride: Type.Optional(
      Type.Object({ allowedOrigins: AllowedOrigins, qrcodeLoginStrategy: QrcodeLoginStrategy }, closed),
    ),
    savesCustomData: Type.Optional(Type.Boolean()),
    allowedScopes: Type.Optional(
      Type.Array(Type.Enum([...offeredScopes]), { expected: `a list of scopes: ${offeredScopes.join(', ')}` }),
    ),
    refreshTokenExpiresIn: seconds(refreshTokenBounds),
    ssoEnabled: Type.Optional(Type.Boolean()),
  },
  closed,
);

const AccessKeyEntry = Type.Object(
  {
    id: Id,
    secret: Secret,
    scopes: Type.Optional(
      Type.Array(Type.Enum([...accessKeyScopes]), {
        minItems: 1,
        maxItems: accessKeyScopes.length,
        expected: `a list of scopes: ${accessKeyScopes.join(', ')}`,
      }),
    ),
    /** In place of scopes, for a key that manages the pool. Never a default: a forgotten list of scopes gives no rights. */
    role: Type.Optional(Type.Enum([...roles])),
    applicationId: Type.Optional(
      Type.String({ expected: 'the id of the phone application that its approvals stand for' }),
    ),
    issuer: Type.Optional(
      Type.String({
        pattern: ownIssuerPattern,
        expected:
          'the issuer of an entry of ownTokens that names the same people: at most 512 ASCII characters, no spaces',
      }),
    ),
  },
  closed,
);

export const CustomFieldEntry = Type.Object(
  {
    key: Type.String({ expected: 'a name such as memberLevel' }),
    label: Type.String({ expected: 'a text of 1 to 128 characters' }),
    dataType: Type.Enum([...customFieldTypes]),
    /** The values that a SELECT may have. */
    options: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);

const UserEntry = Type.Object(
  {
    /** The id that the person had elsewhere; one is drawn without it. It never changes. */
    id: Type.Optional(
      Type.String({
        pattern: userIdPattern,
        expected: '24 letters and digits in quotes, as the cloud service has them',
      }),
    ),
    username: Type.Optional(
      Type.Refine(
        Type.String({ expected: 'a name of 1 to 64 characters without spaces or @, unlike a phone number' }),
        accepts(parseUsername),
      ),
    ),
    email: Type.Optional(
      Type.Refine(Type.String({ expected: 'an e-mail address, for example alice@example.com' }), accepts(parseEmail)),
    ),
    phone: Type.Optional(
      Type.Refine(
        Type.String({ expected: '7 to 15 digits in quotes, for example "+8613800000001"' }),
        accepts((phone) => parseContact({ phone }).address),
      ),
    ),
    /** Set when the user is created, never afterwards: people change their passwords. */
    password: Type.Optional(
      Type.String({ secret: true, minLength: 1, expected: 'a password in quotes, { env: NAME } or { file: path }' }),
    ),
    ...profileFields,
  },
  closed,
);

export const ConfigFileSchema = Type.Object(
  {
    userPools: Type.Array(
      Type.Object(
        {
          id: Id,
          configuration: Type.Optional(Type.Enum(['seed', 'managed'])),
          secret: Secret,
          secretVersion: SecretVersion,
          name: DisplayName,
          logoUrl: Type.Optional(WebUrl),
          color: Type.Optional(Color),
          termsUrl: Type.Optional(WebUrl),
          securitySettings: Type.Optional(
            Type.Object(
              {
                allowedOrigins: AllowedOrigins,
                registerDisabled: Type.Optional(Type.Boolean()),
                defaultPhoneCountryCode: Type.Optional(
                  Type.String({
                    pattern: '^\\+[1-9][0-9]{0,2}$',
                    expected: 'a country code of phones, for example +86',
                  }),
                ),
                qrcodeLoginStrategy: QrcodeLoginStrategy,
                sso: Type.Optional(
                  Type.Object(
                    { idleSeconds: seconds(ssoLifetimeBounds), absoluteSeconds: seconds(ssoLifetimeBounds) },
                    closed,
                  ),
                ),
              },
              closed,
            ),
          ),
          customFields: Type.Optional(
            Type.Array(CustomFieldEntry, {
              maxItems: maxCustomFields,
              expected: `a list of at most ${maxCustomFields} fields`,
            }),
          ),
          ownTokens: Type.Optional(OwnTokens),
          accessKeys: Type.Optional(
            Type.Array(AccessKeyEntry, { maxItems: 100, expected: 'a list of at most 100 access keys' }),
          ),
          applications: Type.Optional(Type.Array(ApplicationEntry)),
          users: Type.Optional(Type.Array(UserEntry)),
        },
        closed,
      ),
      { minItems: 1, expected: 'a list of at least one user pool' },
    ),
  },
  closed,
);

export type ConfigFile = Static<typeof ConfigFileSchema>;
export type PoolEntry = ConfigFile['userPools'][number];
export type ApplicationEntry = Static<typeof ApplicationEntry>;
export type AccessKeyEntry = Static<typeof AccessKeyEntry>;
export type UserEntry = Static<typeof UserEntry>;
export type CustomFieldEntry = Static<typeof CustomFieldEntry>;

function accepts(parse: (text: string) => string): (text: string) => boolean {
  return (text) => {
    try {
      parse(text);
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  };
}
