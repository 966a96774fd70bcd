import { type Static, Type } from 'typebox';
import { deviceGrantType } from './oidc.ts';

/** The messages by which devices without a browser sign in (RFC 8628), and the company's app lets them. */

/** `POST /oidc/device/auth`; form-encoded, or the same fields as JSON. */
export const DeviceAuthorizationRequest = Type.Object({
  scope: Type.Optional(Type.String({ maxLength: 512, description: 'Space-separated; default `openid profile`' })),
  client_id: Type.Optional(
    Type.String({
      maxLength: 128,
      description: 'With client_secret_post and none; otherwise in `authorization: Basic`',
    }),
  ),
  client_secret: Type.Optional(Type.String({ maxLength: 512, description: 'With client_secret_post' })),
});
export type DeviceAuthorizationRequest = Static<typeof DeviceAuthorizationRequest>;

export const DeviceAuthorizationResponse = Type.Object({
  device_code: Type.String({ description: `What the device asks for tokens with, by the grant ${deviceGrantType}` }),
  user_code: Type.String({ description: 'What the person types, such as WDJB-MJHT' }),
  verification_uri: Type.String({ description: 'Where they type it' }),
  verification_uri_complete: Type.String({ description: 'The same with the code in it: to be shown as a QR code' }),
  expires_in: Type.Integer({ description: 'Seconds' }),
  interval: Type.Integer({ description: 'Seconds to leave between two requests for tokens' }),
});
export type DeviceAuthorizationResponse = Static<typeof DeviceAuthorizationResponse>;

/** `POST /api/v3/set-device-status`: the moves of the company's app. */
export const SetDeviceStatusDto = Type.Object({
  userCode: Type.String({ minLength: 1, maxLength: 64, description: 'Case, dashes and spaces do not count' }),
  action: Type.Enum(['SCAN', 'CONFIRM', 'CANCEL']),
});
export type SetDeviceStatusDto = Static<typeof SetDeviceStatusDto>;

/** What the phone shows before the person decides (threats T1): facts about the device, none of them chosen by it but browser and os. */
export const DeviceConsent = Type.Object({
  applicationName: Type.String(),
  applicationDomain: Type.Union([Type.String(), Type.Null()]),
  scopes: Type.Array(Type.String(), { description: 'What the device will be allowed' }),
  userCode: Type.String({ description: 'To be compared with what the device shows' }),
  requestedAt: Type.String({ description: 'ISO 8601' }),
  ageSeconds: Type.Integer(),
  ip: Type.String({ description: 'Where the device asked from' }),
  place: Type.Union([Type.String(), Type.Null()], { description: 'Coarse place of the IP; null when unknown' }),
  browser: Type.Union([Type.String(), Type.Null()], { description: 'Fixed vocabulary' }),
  os: Type.Union([Type.String(), Type.Null()], { description: 'Fixed vocabulary' }),
  device: Type.Union([Type.String(), Type.Null()], { description: 'Fixed vocabulary' }),
  ipMismatch: Type.Boolean({ description: 'Device and phone have different addresses' }),
  expiresIn: Type.Integer({ description: 'Seconds until the code expires' }),
});
export type DeviceConsent = Static<typeof DeviceConsent>;

export const SetDeviceStatusDataDto = Type.Object({
  success: Type.Boolean(),
  consent: Type.Optional(DeviceConsent),
});
export type SetDeviceStatusDataDto = Static<typeof SetDeviceStatusDataDto>;
