import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';
import { tagRoutes } from '../../server/tag-routes.ts';
import { approveQrCodeRoute } from './approve-qrcode.ts';
import { captchaRoute } from './captcha.ts';
import { secretCheckRoutes } from './check-secret.ts';
import { countryRoutes } from './countries.ts';
import { accountDeletionRoutes } from './delete-account.ts';
import { deviceRoutes } from './devices.ts';
import { emptyListRoutes } from './empty-lists.ts';
import { myLoginRoutes } from './my-logins.ts';
import { ownContactRoutes } from './own-contacts.ts';
import { passcodeRoutes } from './passcodes.ts';
import { passwordRoutes } from './password.ts';
import { profileRoutes } from './profile.ts';
import { type QrCodeParts, qrCodeRoutes } from './qr-codes.ts';
import { resetPasswordRoutes } from './reset-password.ts';
import { signInRoutes } from './sign-in.ts';
import { signUpRoutes } from './sign-up.ts';
import { systemRoutes } from './system.ts';
import { ticketExchangeRoutes } from './ticket-exchange.ts';

export type V3Parts = Parts & QrCodeParts & Parameters<typeof approveQrCodeRoute>[1];

/** The third generation, as the published SDKs of today call it (contract sections 2 to 4). */
export function v3Routes(app: App, parts: V3Parts): void {
  qrCodeRoutes(app, parts);
  approveQrCodeRoute(app, parts);
  deviceRoutes(app, parts);
  ticketExchangeRoutes(app, parts);
  app.register(async (signingIn: App) => {
    tagRoutes(signingIn, 'Sign-in');
    signInRoutes(signingIn, parts);
    secretCheckRoutes(signingIn, parts);
    signUpRoutes(signingIn, parts);
    passcodeRoutes(signingIn, parts);
    resetPasswordRoutes(signingIn, parts);
    countryRoutes(signingIn);
    captchaRoute(signingIn);
  });
  app.register(async (profile: App) => {
    tagRoutes(profile, 'Profile');
    profileRoutes(profile, parts);
    emptyListRoutes(profile, parts);
    myLoginRoutes(profile, parts);
    ownContactRoutes(profile, parts);
    accountDeletionRoutes(profile, parts);
    passwordRoutes(profile, parts);
  });
  systemRoutes(app, parts);
}
