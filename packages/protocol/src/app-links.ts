import { type Static, Type } from 'typebox';

/** Phone apps that open links in codes (wire 2.9): Apple's by `TEAMID.bundle`, Android's by package and certificate. */
export const appleAppIdPattern = '^[A-Z0-9]{10}\\.[A-Za-z0-9.-]{1,155}$';
export const androidPackagePattern = '^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z][A-Za-z0-9_]*)+$';
export const sha256FingerprintPattern = '^([0-9A-F]{2}:){31}[0-9A-F]{2}$';
export const appLinkBounds = { apps: 20, fingerprints: 10, packageLength: 255 } as const;

export const AndroidAppDto = Type.Object(
  {
    package: Type.String({ maxLength: appLinkBounds.packageLength, pattern: androidPackagePattern }),
    sha256Fingerprints: Type.Array(Type.String({ pattern: sha256FingerprintPattern }), {
      minItems: 1,
      maxItems: appLinkBounds.fingerprints,
      description: 'Of the certificate that signs the app people have: with Play signing, that of Play',
    }),
  },
  { additionalProperties: false },
);
export type AndroidAppDto = Static<typeof AndroidAppDto>;

/** Fields of the application whose users scan QR codes. */
export const appLinkFields = {
  appleAppIds: Type.Array(Type.String({ pattern: appleAppIdPattern }), {
    maxItems: appLinkBounds.apps,
    description: 'TEAMID.bundle of the apps that open links in codes',
  }),
  androidApps: Type.Array(AndroidAppDto, { maxItems: appLinkBounds.apps }),
  appStoreUrl: Type.Union([Type.String({ maxLength: 2048 }), Type.Null()], {
    description: "Where Apple's phones get the app",
  }),
  androidStoreUrl: Type.Union([Type.String({ maxLength: 2048 }), Type.Null()], {
    description: 'Where Android phones get the app',
  }),
};
