import type { UpdateProfileDto } from '@passbeam/protocol';
import { newEvent } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import { trustsCompanies } from '../directory/pool.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { parseUsername } from '../identifiers/username.ts';
import { loginFacts } from '../sessions/login-session.ts';
import { type Action, requireRight } from '../sessions/rights.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import { changed, mergeProfile, requireLogin, saveChanged } from '../users/changes.ts';
import { mergeCustomData } from '../users/custom/custom-data.ts';
import { parseExternalId } from '../users/identifiers.ts';
import { requireNoLookAlike } from '../users/look-alikes.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';

/** Lets people change their own profile (wire 4.3), never its status, verification or source. */
export function createProfiles(parts: {
  users: UserStore;
  directory: Pick<Directory, 'findPool'>;
  secrets: Secrets;
  clock: Clock;
  /** Counts a change, for each leaves a row in the audit log. @throws DomainError too_many_requests */
  countChange(userId: string, caller: Caller): Promise<void>;
}) {
  const { users, directory, secrets, clock, countChange } = parts;

  /**
   * Null clears a field; an absent one stays.
   * @throws DomainError user_exists, invalid_argument, too_many_requests; qr_born_login, permission_denied when the login may not change one of the fields
   */
  async function update(
    signedIn: SignedIn<'changeNicknameAndPhoto' | 'changeCustomData'>,
    changes: UpdateProfileDto,
    caller: Caller,
  ): Promise<User> {
    for (const field of Object.keys(changes)) requireRight(signedIn.kinds, changingOf(field));
    const { user } = signedIn;
    requireOwnExternalId(user, changes);
    await countChange(user.id, caller);
    if (changes.username != null && changes.username !== user.username) {
      await requireNoLookAlike(users, { ...user, username: parseUsername(changes.username) }, 'self');
    }
    const event = newEvent(secrets, 'user.updated', caller, {
      ...loginFacts(signedIn.loginSession),
      detail: { fields: Object.keys(changes).join(' ').slice(0, 512) },
    });
    return saveChanged(users, user, (user) => withChanges(user, changes, clock.now()), event);
  }

  /** Where a company's tokens are trusted, the externalId is the company's word: a person's own would claim to be somebody else. */
  function requireOwnExternalId({ userPoolId, externalId }: User, changes: UpdateProfileDto): void {
    if (changes.externalId === undefined || changes.externalId === externalId) return;
    if (!trustsCompanies(directory.findPool(userPoolId))) return;
    throw new DomainError('permission_denied', { field: 'externalId', reason: 'externalIdOfCompany' });
  }

  return { update };
}

function changingOf(field: string): Action {
  if (field === 'nickname' || field === 'photo') return 'changeNicknameAndPhoto';
  return field === 'customData' ? 'changeCustomData' : 'changeProfile';
}

function withChanges(user: User, changes: UpdateProfileDto, now: number): User {
  const { username, externalId, customData, ...profileChanges } = changes;
  const next = {
    ...user,
    username: changed(user.username, username, parseUsername),
    externalId: changed(user.externalId, externalId, parseExternalId),
    isExternalIdVouched: user.isExternalIdVouched && (externalId === undefined || externalId === user.externalId),
    profile: mergeProfile(user.profile, profileChanges),
    customData: customData === undefined ? user.customData : mergeCustomData(user.customData, customData, 'customData'),
    updatedAt: now,
    version: user.version + 1,
  };
  return requireLogin(next, user);
}
