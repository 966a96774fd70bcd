import { type Static, Type } from 'typebox';
import { v2Profile } from './sign-in.ts';

/** One-time codes of the second generation (wire 4.6). Other fields that its clients send are ignored. */

const email = Type.String({ minLength: 1, maxLength: 254 });
const phone = Type.String({ minLength: 1, maxLength: 64 });
const phoneCountryCode = Type.Optional(Type.Union([Type.String({ maxLength: 8 }), Type.Null()]));
const code = Type.String({ minLength: 1, maxLength: 16 });
const maybe = Type.Optional(Type.Union([Type.Boolean(), Type.Null()]));
const scene = Type.Optional(
  Type.Union([Type.String({ maxLength: 64 }), Type.Null()], {
    description: 'What the code is for; without one: to log in, or to register with an address that is nobody’s',
  }),
);

/** `POST /api/v2/sms/send`. */
export const V2SendSmsDto = Type.Object({ phone, phoneCountryCode, scene });
/** `POST /api/v2/email/send`. */
export const V2SendEmailDto = Type.Object({ email, scene });

const login = { code, autoRegister: maybe, withCustomData: maybe };
/** `POST /api/v2/login/phone-code`. */
export const V2LoginByPhoneCodeDto = Type.Object({ phone, phoneCountryCode, ...login });
/** `POST /api/v2/login/email-code`. */
export const V2LoginByEmailCodeDto = Type.Object({ email, ...login });
export type V2LoginByCodeDto = Static<typeof V2LoginByPhoneCodeDto> | Static<typeof V2LoginByEmailCodeDto>;

const registration = {
  code,
  password: Type.Optional(
    Type.Union([Type.String({ minLength: 1, maxLength: 2048 }), Type.Null()], { description: 'Encrypted, in base64' }),
  ),
  forceLogin: maybe,
  profile: v2Profile,
  generateToken: maybe,
};
/** `POST /api/v2/register/phone-code`. */
export const V2RegisterByPhoneCodeDto = Type.Object({ phone, phoneCountryCode, ...registration });
/** `POST /api/v2/register/email-code`. */
export const V2RegisterByEmailCodeDto = Type.Object({ email, ...registration });
export type V2RegisterByCodeDto = Static<typeof V2RegisterByPhoneCodeDto> | Static<typeof V2RegisterByEmailCodeDto>;

/** `POST /api/v2/sms/preCheckCode`. */
export const V2CheckSmsCodeDto = Type.Object({ phone, phoneCountryCode, phoneCode: code });
/** `POST /api/v2/email/preCheckCode`. */
export const V2CheckEmailCodeDto = Type.Object({ email, emailCode: code });
/** Guard reads `statusCode`, then `valid`, and shows `message` when `valid` is false. */
export const V2CheckedCode = Type.Object({
  valid: Type.Boolean(),
  message: Type.String({ description: 'For the person, in the language of the call' }),
});

/** `POST /api/v2/users/password/reset-by-first-login-token`. */
export const V2ResetByTokenDto = Type.Object({
  token: Type.String({ minLength: 1, maxLength: 512 }),
  password: Type.String({ minLength: 1, maxLength: 2048, description: 'Encrypted, in base64' }),
});
