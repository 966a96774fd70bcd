import { type Static, Type } from 'typebox';

/** One-time codes by e-mail and SMS (wire 4.1). */

const address = Type.String({ minLength: 1, maxLength: 256 });
const phone = Type.String({ minLength: 1, maxLength: 64 });
const country = Type.Optional(Type.String({ maxLength: 8, description: 'Such as +86; for phones without one' }));
const passCode = Type.String({ minLength: 1, maxLength: 16 });

/** Every channel that the vendor publishes; `channel`, below, names those that are served. */
export const passcodeChannels = [
  'CHANNEL_LOGIN',
  'CHANNEL_REGISTER',
  'CHANNEL_RESET_PASSWORD',
  'CHANNEL_BIND_PHONE',
  'CHANNEL_BIND_EMAIL',
  'CHANNEL_UNBIND_PHONE',
  'CHANNEL_UNBIND_EMAIL',
  'CHANNEL_BIND_MFA',
  'CHANNEL_VERIFY_MFA',
  'CHANNEL_UNBIND_MFA',
  'CHANNEL_COMPLETE_PHONE',
  'CHANNEL_COMPLETE_EMAIL',
  'CHANNEL_IDENTITY_VERIFICATION',
  'CHANNEL_DELETE_ACCOUNT',
  'CHANNEL_VERIFY_EMAIL_LINK',
  'CHANNEL_UPDATE_EMAIL',
  'CHANNEL_UNLOCK_ACCOUNT',
] as const;

const channel = Type.Enum([...passcodeChannels], {
  description:
    'CHANNEL_LOGIN, _REGISTER, _RESET_PASSWORD, _BIND_EMAIL, _BIND_PHONE, _UNBIND_EMAIL, _UNBIND_PHONE, _UPDATE_EMAIL and _DELETE_ACCOUNT are served',
});

/** `POST /api/v3/send-email`. */
export const SendEmailDto = Type.Object({ channel, email: address });
export type SendEmailDto = Static<typeof SendEmailDto>;

/** `POST /api/v3/send-sms`. */
export const SendSmsDto = Type.Object({ channel, phoneNumber: phone, phoneCountryCode: country });
export type SendSmsDto = Static<typeof SendSmsDto>;

/** A part of sign-in and sign-up: the one-time code, and the one address that it was sent to. */
export const PassCodePayload = Type.Object({
  passCode,
  email: Type.Optional(address),
  phone: Type.Optional(phone),
  phoneCountryCode: country,
});
export type PassCodePayload = Static<typeof PassCodePayload>;

/** `POST /api/v3/verify-reset-password-request`. */
export const VerifyResetPasswordDto = Type.Object({
  verifyMethod: Type.Enum(['EMAIL_PASSCODE', 'PHONE_PASSCODE']),
  emailPassCodePayload: Type.Optional(Type.Object({ email: address, passCode })),
  phonePassCodePayload: Type.Optional(Type.Object({ phoneNumber: phone, phoneCountryCode: country, passCode })),
});
export type VerifyResetPasswordDto = Static<typeof VerifyResetPasswordDto>;

export const ResetTokenDto = Type.Object({
  passwordResetToken: Type.String(),
  tokenExpiresIn: Type.Integer({ description: 'Seconds' }),
});
export type ResetTokenDto = Static<typeof ResetTokenDto>;

/** `POST /api/v3/reset-password`. */
export const ResetPasswordDto = Type.Object({
  passwordResetToken: Type.String({ minLength: 1, maxLength: 512 }),
  password: Type.String({ minLength: 1, maxLength: 1024 }),
  passwordEncryptType: Type.Optional(Type.Enum(['none', 'rsa', 'sm2'])),
});
export type ResetPasswordDto = Static<typeof ResetPasswordDto>;

export const SuccessDto = Type.Object({ success: Type.Boolean() });

/** `POST /api/v3/bind-email`. */
export const BindEmailDto = Type.Object({ email: address, passCode });
/** `POST /api/v3/bind-phone`. */
export const BindPhoneDto = Type.Object({ phoneNumber: phone, phoneCountryCode: country, passCode });
/** `POST /api/v3/unbind-email` and `unbind-phone`. */
export const UnbindContactDto = Type.Object({ passCode });

/** `POST /api/v3/verify-delete-account-request`. The address is the one that is bound. */
export const VerifyDeleteAccountDto = Type.Object({
  verifyMethod: Type.Enum(['EMAIL_PASSCODE', 'PHONE_PASSCODE', 'PASSWORD']),
  emailPassCodePayload: Type.Optional(Type.Object({ email: Type.Optional(address), passCode })),
  phonePassCodePayload: Type.Optional(Type.Object({ phoneNumber: phone, phoneCountryCode: country, passCode })),
  passwordPayload: Type.Optional(
    Type.Object({
      password: Type.String({ minLength: 1, maxLength: 1024 }),
      passwordEncryptType: Type.Optional(Type.Enum(['none', 'rsa', 'sm2'])),
    }),
  ),
});
export type VerifyDeleteAccountDto = Static<typeof VerifyDeleteAccountDto>;
export const DeletionTokenDto = Type.Object({
  deleteAccountToken: Type.String(),
  tokenExpiresIn: Type.Integer({ description: 'Seconds' }),
});
/** `POST /api/v3/delete-account`. */
export const DeleteAccountDto = Type.Object({ deleteAccountToken: Type.String({ minLength: 1, maxLength: 512 }) });

const maybeCode = Type.Optional(Type.String({ maxLength: 16 }));
const updateToken = Type.String({ minLength: 1, maxLength: 1024 });
const tokenExpiresIn = Type.Integer({ description: 'Seconds' });

/** `POST /api/v3/verify-update-email-request`. The old address is the one that is bound. */
export const VerifyUpdateEmailDto = Type.Object({
  verifyMethod: Type.Enum(['EMAIL_PASSCODE']),
  emailPassCodePayload: Type.Object({ newEmail: address, newEmailPassCode: passCode, oldEmailPassCode: maybeCode }),
});
/** `POST /api/v3/verify-update-phone-request`. The old phone is the one that is bound. */
export const VerifyUpdatePhoneDto = Type.Object({
  verifyMethod: Type.Enum(['PHONE_PASSCODE']),
  phonePassCodePayload: Type.Object({
    newPhoneNumber: phone,
    newPhoneCountryCode: country,
    newPhonePassCode: passCode,
    oldPhonePassCode: maybeCode,
  }),
});
export const UpdateEmailTokenDto = Type.Object({ updateEmailToken: updateToken, tokenExpiresIn });
export const UpdatePhoneTokenDto = Type.Object({ updatePhoneToken: updateToken, tokenExpiresIn });
/** `POST /api/v3/update-email`. */
export const UpdateEmailDto = Type.Object({ updateEmailToken: updateToken });
/** `POST /api/v3/update-phone`. */
export const UpdatePhoneDto = Type.Object({ updatePhoneToken: updateToken });
