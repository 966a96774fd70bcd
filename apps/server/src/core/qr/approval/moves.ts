import type { QrDoor } from '@passbeam/protocol';
import type { Caller } from '../../ground/caller.ts';
import type { QrActions, ScannedCode } from '../act.ts';
import type { QrAction } from '../session.ts';
import type { ApproveAs } from './approve-as.ts';
import type { CompanyPerson, Mover } from './mover.ts';
import type { VouchedPeople } from './vouched-people.ts';

export interface MoveInput {
  qrcodeId: string;
  action: QrAction;
  /** With SCAN: how the app came to the code, as it tells. */
  door?: QrDoor | undefined;
  /** With CONFIRM and CANCEL: what SCAN gave. */
  scanToken?: string | undefined;
  mover: Mover;
  caller: Caller;
}

/** The phone's moves, whoever's token it sends. */
export function createMoves(parts: { act: QrActions; approveAs: ApproveAs; vouchedPeople: VouchedPeople }) {
  const { act, approveAs, vouchedPeople } = parts;

  /** Null for CONFIRM and CANCEL, which tell nothing new. @throws DomainError as `act` and `approveAs` */
  return function moved({ mover, scanToken, ...asked }: MoveInput): Promise<ScannedCode | null> {
    if ('signedIn' in mover) return act({ ...asked, signedIn: mover.signedIn });
    return byToken(mover.person, { ...asked, scanToken });
  };

  async function byToken(person: CompanyPerson, asked: Omit<MoveInput, 'mover'>): Promise<ScannedCode | null> {
    const { userPoolId, issuer, trust, session, client, amr, authorityUntil, askAgain, claimsIssuedAt } = person;
    const { caller } = asked;
    return approveAs({
      ...asked,
      ...{ userPoolId, applicationId: trust.applicationId, issuer, session, client, amr },
      approving: await vouchedPeople({ ...person, rules: { entryName: trust.name, ...trust.person } }, caller),
      // A token that does not say when it was issued proves no sign-in after anything.
      provedAt: claimsIssuedAt ?? 0,
      phone: { ip: caller.ip, userAgent: caller.userAgent },
      vouchedBy: { entry: trust.name },
      company: { entryName: trust.name, issuer, authorityUntil, askAgain, requireScanToken: trust.requireScanToken },
    });
  }
}

export type Moves = ReturnType<typeof createMoves>;
