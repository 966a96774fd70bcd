import { Type } from 'typebox';

/** What people do with their own account, in the words of the phone SDKs (wire 4.6). Other fields they send are ignored. */

const email = Type.String({ minLength: 1, maxLength: 254 });
const phone = Type.String({ minLength: 1, maxLength: 64 });
const phoneCountryCode = Type.Optional(Type.String({ minLength: 1, maxLength: 8 }));
const code = Type.String({ minLength: 1, maxLength: 16 });
const encrypted = Type.String({ minLength: 1, maxLength: 2048, description: 'Encrypted, in base64' });

/** `POST /api/v2/users/email/bind`. */
export const V2BindEmailDto = Type.Object({ email, emailCode: code });
/** `POST /api/v2/users/phone/bind`. */
export const V2BindPhoneDto = Type.Object({ phone, phoneCountryCode, phoneCode: code });
/** `POST /api/v2/users/email/update`. */
export const V2UpdateEmailDto = Type.Object({ email, emailCode: code, oldEmailCode: Type.Optional(code) });
/** `POST /api/v2/users/phone/update`. */
export const V2UpdatePhoneDto = Type.Object({
  phone,
  phoneCountryCode,
  phoneCode: code,
  oldPhoneCode: Type.Optional(code),
});

/** `POST /api/v2/password/update`. */
export const V2UpdatePasswordDto = Type.Object({ newPassword: encrypted, oldPassword: Type.Optional(encrypted) });
/** `POST /api/v2/password/reset/sms`. */
export const V2ResetByPhoneDto = Type.Object({ phone, phoneCountryCode, code, newPassword: encrypted });
/** `POST /api/v2/password/reset/email`. */
export const V2ResetByEmailDto = Type.Object({ email, code, newPassword: encrypted });
/** `POST /api/v2/users/password/forget/check-code`: Guard sends one of the two addresses. */
export const V2CheckResetCodeDto = Type.Object({
  email: Type.Optional(email),
  phone: Type.Optional(phone),
  phoneCountryCode,
  code,
});
export const V2CheckedResetCode = Type.Object({
  resetPasswordToken: Type.String({ description: 'For password-reset: good for ten minutes and one password' }),
  passwordStrength: Type.Integer({ description: 'By which Guard judges the new password while it is typed' }),
});
/** `POST /api/v2/users/password/password-reset`. */
export const V2ResetByCheckedCodeDto = Type.Object({
  newPassword: encrypted,
  repeatPassword: Type.Optional(encrypted),
  resetPasswordToken: Type.String({ minLength: 1, maxLength: 512 }),
});
/** `GET /api/v2/users/password/check`. */
export const V2CheckPasswordQuery = Type.Object({ password: encrypted });

/** `GET /api/v2/users/is-user-exists`. */
export const V2UserExistsQuery = Type.Object({
  username: Type.Optional(Type.String({ maxLength: 254 })),
  email: Type.Optional(Type.String({ maxLength: 254 })),
  phone: Type.Optional(Type.String({ maxLength: 64 })),
  externalId: Type.Optional(Type.String({ maxLength: 255 })),
});

/** `GET /api/v2/users/find`, whose `userPoolId` is ignored: the application tells the pool. */
export const V2FindUserQuery = Type.Object({
  key: Type.String({ minLength: 1, maxLength: 254 }),
  type: Type.Enum(['username', 'email', 'phone']),
});
