import { type Static, Type } from 'typebox';

/** What the image of a `json` code holds (wire 2.9): public facts only, for it is on a screen. The SDK's `parseQrPayload` reads it. */
export const QrPayload = Type.Object({
  scene: Type.Literal('APP_AUTH'),
  random: Type.String({ description: 'The code id under its v2 name' }),
  qrcodeId: Type.String({ description: 'The code id under its v3 name; equals `random`' }),
  userPoolId: Type.String(),
  createdAt: Type.String({ description: 'ISO 8601' }),
  expireAt: Type.String({ description: 'ISO 8601' }),
  expiresIn: Type.Integer({ description: 'Lifetime in seconds, counted from createdAt' }),
  customData: Type.Record(Type.String(), Type.Unknown()),
});
export type QrPayload = Static<typeof QrPayload>;
