import type { QrDoor } from '@passbeam/protocol';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock } from '../../ground/ports.ts';
import type { Meet } from '../../users/first-meeting.ts';
import type { IdentityStore } from '../../users/identity-store.ts';
import type { UserStore } from '../../users/store.ts';
import type { User } from '../../users/user.ts';
import type { ScannedCode } from '../act.ts';
import type { QrAction } from '../session.ts';
import type { ApproveAs } from './approve-as.ts';

/** Who may approve in the name of others: a backend of the company, by a key that can do nothing else (threats T20). */
export interface Approver {
  userPoolId: string;
  accessKeyId: string;
  /** The phone application that its approvals stand for. */
  applicationId: string;
  /** Whose subjects it names. */
  issuer: string;
}

/** The company's own id of the person, or one that this server knows them by. */
export type NamedPerson =
  | { subject: string; displayName?: string | undefined; photo?: string | undefined }
  | { userId: string }
  | { externalId: string };

export interface ApproveForInput {
  approver: Approver;
  qrcodeId: string;
  action: QrAction;
  door?: QrDoor | undefined;
  person: NamedPerson;
  /** The company's name of the phone's login; null when it names none. */
  session: string | null;
  /** What the backend tells of the phone. Its own address says nothing about that. */
  phone: { ip: string | null; userAgent: string | null };
  caller: Caller;
}

/** SCAN, CONFIRM and CANCEL by the company's backend, in the name of the person who is signed in to the company's app. */
export function createApprovalForOthers(parts: {
  approveAs: ApproveAs;
  meet: Meet;
  identities: Pick<IdentityStore, 'find'>;
  users: Pick<UserStore, 'find' | 'findMany'>;
  clock: Clock;
}) {
  const { approveAs, meet, identities, users, clock } = parts;

  /** @throws DomainError as `approveAs` */
  return function approveFor({ approver, person, ...asked }: ApproveForInput): Promise<ScannedCode | null> {
    const { accessKeyId, ...standing } = approver;
    return approveAs({
      ...asked,
      ...standing,
      find: () => find(approver, person),
      meet: () => meetNamed(approver, person, asked.caller),
      provedAt: clock.now(),
      amr: [],
      vouchedBy: { accessKeyId },
    });
  };

  async function find(approver: Approver, person: NamedPerson): Promise<User | null> {
    const user = await findAnywhere(approver, person);
    return user?.userPoolId === approver.userPoolId ? user : null;
  }

  async function findAnywhere({ userPoolId, issuer }: Approver, person: NamedPerson): Promise<User | null> {
    if ('userId' in person) return users.find(person.userId);
    if ('externalId' in person) {
      const [user] = await users.findMany(userPoolId, 'externalId', [person.externalId]);
      // One that somebody wrote themselves says nothing about who they are at the company.
      return user?.isExternalIdVouched ? user : null;
    }
    return (await identities.find({ userPoolId, issuer, subject: person.subject }))?.user ?? null;
  }

  /** Whoever comes by the company's own id for the first time gets an account. @throws DomainError user_not_found */
  function meetNamed(
    { userPoolId, issuer, accessKeyId }: Approver,
    person: NamedPerson,
    caller: Caller,
  ): Promise<User> {
    if (!('subject' in person)) {
      const [field] = Object.keys(person);
      throw new DomainError('user_not_found', { field: `person.${field}` });
    }
    const { subject, displayName, photo } = person;
    const shown = { nickname: displayName ?? null, photo: photo ?? null, externalId: subject };
    return meet(
      { userPoolId, issuer, subject, ...shown },
      { entryName: accessKeyId, create: true, link: 'none' },
      caller,
    );
  }
}

export type ApproveFor = ReturnType<typeof createApprovalForOthers>;
