import { type Static, Type } from 'typebox';

/** How one-time codes leave the server, as the environment says. Calls of our own. */

const channel = Type.Enum(['email', 'sms']);

/** `data` of `POST /api/v3/get-message-settings`: null where a channel is not set up; never a password or a secret. */
export const MessageSettingsDto = Type.Object({
  email: Type.Union([
    Type.Object({
      host: Type.String(),
      port: Type.Integer(),
      encryption: Type.Enum(['tls', 'starttls', 'none']),
      user: Type.Union([Type.String(), Type.Null()]),
      from: Type.String(),
    }),
    Type.Null(),
  ]),
  sms: Type.Union([Type.Object({ hookUrl: Type.String({ description: 'Without its query' }) }), Type.Null()]),
});
export type MessageSettingsDto = Static<typeof MessageSettingsDto>;

/** `POST /api/v3/send-test-message`: five an hour. */
export const SendTestMessageDto = Type.Object({
  channel,
  to: Type.String({ minLength: 3, maxLength: 256, description: 'An e-mail address, or a phone number' }),
});
export type SendTestMessageDto = Static<typeof SendTestMessageDto>;

export const TestMessageDto = Type.Object({
  ok: Type.Boolean(),
  reply: Type.String({
    description: 'What the other server said, or what kept us from asking it; at most 500 characters',
  }),
  ms: Type.Integer(),
});
export type TestMessageDto = Static<typeof TestMessageDto>;
