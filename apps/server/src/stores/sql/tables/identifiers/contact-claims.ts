import { earlierPhoneSpellings } from '../../../../core/users/identifiers.ts';
import type { User } from '../../../../core/users/user.ts';
import type { Tx } from '../../engine/engine.ts';
import { hasForm, phoneOfRow } from './folded-identifiers.ts';

/** Takes the contacts that this user proved from people who only claim them. Their rows get a new version, so writers read again. */
export async function dropClaims(tx: Tx, { id, userPoolId, ...user }: User): Promise<void> {
  if (user.email !== null && user.emailVerified) {
    await tx
      .updateTable('users')
      .set((set) => ({ email: null, email_lower: null, version: set('version', '+', 1) }))
      .where('user_pool_id', '=', userPoolId)
      .where('id', '<>', id)
      .where('email_lower', '=', user.email.toLowerCase())
      .where('email_verified', '=', 0)
      .execute();
  }
  if (user.phone !== null && user.phoneVerified) await dropPhone(tx, { id, userPoolId, phone: user.phone });
}

async function dropPhone(tx: Tx, { id, userPoolId, phone }: { id: string; userPoolId: string; phone: string }) {
  const rows = await tx
    .selectFrom('users')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .where('id', '<>', id)
    .where('phone_verified', '=', 0)
    .where((where) =>
      where.or([where('phone', 'in', [phone, ...earlierPhoneSpellings(phone)]), where('phone_e164', '=', phone)]),
    )
    .execute();
  const claiming = rows.filter(
    (row) => (hasForm(row) ? row.phone_e164 : phoneOfRow(row)) === phone || row.phone === phone,
  );
  if (claiming.length === 0) return;
  await tx
    .updateTable('users')
    .set((set) => ({ phone: null, phone_country_code: null, phone_e164: null, version: set('version', '+', 1) }))
    .where(
      'id',
      'in',
      claiming.map((row) => row.id),
    )
    .where('phone_verified', '=', 0)
    .execute();
}
