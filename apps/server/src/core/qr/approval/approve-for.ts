import type { QrDoor } from '@passbeam/protocol';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock } from '../../ground/ports.ts';
import type { UserStore } from '../../users/store.ts';
import { heardPerson, type PersonWords } from '../../users/told-person.ts';
import type { User } from '../../users/user.ts';
import type { ScannedCode } from '../act.ts';
import type { QrAction } from '../session.ts';
import type { ApproveAs } from './approve-as.ts';
import type { Approving, VouchedPeople } from './vouched-people.ts';

/** Who may approve in the name of others: a backend of the company, by a key that can do nothing else (threats T20). */
export interface Approver {
  userPoolId: string;
  accessKeyId: string;
  /** The phone application that its approvals stand for. */
  applicationId: string;
  /** Whose subjects it names. */
  issuer: string;
}

type VouchedWords = PersonWords & { subject: string };
type PersonOfOurs = { userId: string } | { externalId: string };
/** By the company's own id and in its words, or by an id that this server knows them by. */
export type NamedPerson = VouchedWords | PersonOfOurs;

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
  vouchedPeople: VouchedPeople;
  users: Pick<UserStore, 'find' | 'findMany'>;
  clock: Clock;
}) {
  const { approveAs, vouchedPeople, users, clock } = parts;

  /** @throws DomainError as `approveAs`; user_not_found */
  return async function approveFor({ approver, person, ...asked }: ApproveForInput): Promise<ScannedCode | null> {
    const { accessKeyId, ...standing } = approver;
    return approveAs({
      ...asked,
      ...standing,
      approving: 'subject' in person ? await vouched(approver, person, asked.caller) : await known(approver, person),
      provedAt: clock.now(),
      amr: [],
      vouchedBy: { accessKeyId },
    });
  };

  /** Whoever comes by the company's own id for the first time gets an account. */
  function vouched(
    { userPoolId, issuer, accessKeyId }: Approver,
    { subject, ...words }: VouchedWords,
    caller: Caller,
  ): Promise<Approving> {
    const rules = { entryName: accessKeyId, create: true, link: 'none', refresh: 'always' } as const;
    const told = { ...heardPerson(words), externalId: subject, claimsIssuedAt: clock.now() };
    return vouchedPeople({ userPoolId, issuer, subject, ...told, rules }, caller);
  }

  async function known({ userPoolId }: Approver, person: PersonOfOurs): Promise<Approving> {
    const user = await find(userPoolId, person);
    return {
      user: user?.userPoolId === userPoolId ? user : null,
      meet() {
        const [field] = Object.keys(person);
        return Promise.reject(new DomainError('user_not_found', { field: `person.${field}` }));
      },
      keep: async () => {},
    };
  }

  async function find(userPoolId: string, person: PersonOfOurs): Promise<User | null> {
    if ('userId' in person) return users.find(person.userId);
    const [user] = await users.findMany(userPoolId, 'externalId', [person.externalId]);
    // One that somebody wrote themselves says nothing about who they are at the company.
    return user?.isExternalIdVouched ? user : null;
  }
}

export type ApproveFor = ReturnType<typeof createApprovalForOthers>;
