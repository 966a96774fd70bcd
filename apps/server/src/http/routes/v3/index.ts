import type { App } from '../../server/app.ts';
import { approveQrCodeRoute } from './approve-qrcode.ts';
import { secretCheckRoutes } from './check-secret.ts';
import { countryRoutes } from './countries.ts';
import { accountDeletionRoutes } from './delete-account.ts';
import { emptyListRoutes } from './empty-lists.ts';
import { myLoginRoutes } from './my-logins.ts';
import { ownContactRoutes } from './own-contacts.ts';
import { passcodeRoutes } from './passcodes.ts';
import { passwordRoutes } from './password.ts';
import { profileRoutes } from './profile.ts';
import { qrCodeRoutes } from './qr-codes.ts';
import { resetPasswordRoutes } from './reset-password.ts';
import { signInRoutes } from './sign-in.ts';
import { signUpRoutes } from './sign-up.ts';
import { systemRoutes } from './system.ts';
import { ticketExchangeRoutes } from './ticket-exchange.ts';

export type V3Parts = Parameters<typeof qrCodeRoutes>[1] &
  Parameters<typeof approveQrCodeRoute>[1] &
  Parameters<typeof ticketExchangeRoutes>[1] &
  Parameters<typeof signInRoutes>[1] &
  Parameters<typeof secretCheckRoutes>[1] &
  Parameters<typeof signUpRoutes>[1] &
  Parameters<typeof profileRoutes>[1] &
  Parameters<typeof emptyListRoutes>[1] &
  Parameters<typeof myLoginRoutes>[1] &
  Parameters<typeof ownContactRoutes>[1] &
  Parameters<typeof accountDeletionRoutes>[1] &
  Parameters<typeof passwordRoutes>[1] &
  Parameters<typeof passcodeRoutes>[1] &
  Parameters<typeof resetPasswordRoutes>[1] &
  Parameters<typeof systemRoutes>[1];

/** The third generation, as the published SDKs of today call it (contract sections 2 to 4). */
export function v3Routes(app: App, parts: V3Parts): void {
  qrCodeRoutes(app, parts);
  approveQrCodeRoute(app, parts);
  ticketExchangeRoutes(app, parts);
  signInRoutes(app, parts);
  secretCheckRoutes(app, parts);
  signUpRoutes(app, parts);
  profileRoutes(app, parts);
  emptyListRoutes(app, parts);
  countryRoutes(app);
  myLoginRoutes(app, parts);
  ownContactRoutes(app, parts);
  accountDeletionRoutes(app, parts);
  passwordRoutes(app, parts);
  passcodeRoutes(app, parts);
  resetPasswordRoutes(app, parts);
  systemRoutes(app, parts);
}
