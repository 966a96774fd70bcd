import { envelope } from '@passbeam/protocol';
import { Type } from 'typebox';
import { refuseCaptcha, whyNoCaptchas } from '../../requests/captcha.ts';
import type { App } from '../../server/app.ts';

/** `GET /api/v3/get-captcha-code` (wire 4.1), for the fields `captchaCode` and `captchaToken` of a sign-in, which are ignored. */
export function captchaRoute(app: App): void {
  app.get(
    '/api/v3/get-captcha-code',
    {
      schema: {
        summary: 'Get a picture to type off: never here',
        description: `Always refused, for ${whyNoCaptchas} Errors: 501.`,
        response: { 200: envelope(Type.Null()) },
      },
    },
    refuseCaptcha,
  );
}
