import type { AdministratorPageDto, AuditEventPageDto, ConsoleLinkView, ConsoleStepView } from '@passbeam/protocol';

const someone = {
  email: null,
  secondFactor: true,
  linkedPerson: null,
  createdAt: '2026-11-01T08:00:00.000Z',
  createdBy: null,
  lastSeenAt: '2026-11-20T08:00:00.000Z',
  version: 1,
};
const list: AdministratorPageDto['list'] = [
  {
    ...someone,
    ...{ administratorId: 'a1', name: 'Lin Wei', signInName: 'lin', state: 'active' },
    grants: [{ userPoolId: '*', role: 'owner' }],
  },
  {
    ...someone,
    ...{ administratorId: 'a2', name: 'Kim', signInName: 'kim', state: 'invited', lastSeenAt: null, createdBy: 'a1' },
    grants: [{ userPoolId: '6543210fedcba9876543210f', role: 'viewer' }],
  },
];

const nothing = {
  ...{ userId: null, userName: null, appId: null, appName: null, sessionId: null, code: null, accessKeyId: null },
  ...{ userAgent: null, browser: null, os: null, requestId: null, count: 1 },
};
const events: AuditEventPageDto['list'] = (['success', 'failure'] as const).map((outcome, index) => ({
  ...nothing,
  ...{ eventId: `event-${index}`, outcome, at: '2026-11-20T08:00:00.000Z', ip: '192.0.2.1' },
  type: outcome === 'success' ? 'administrator.invited' : 'administrator.sign_in_failed',
  ...{ administratorId: 'a1', administratorName: 'Lin Wei', detail: { changedId: 'a2', changedName: 'Kim' } },
}));

/** What the double answers itself, by the name of the call. */
export const played = {
  'sign-in': { step: 'done', ways: [] } satisfies ConsoleStepView,
  'own-logins': { list: [] },
  'read-link': {
    ...{ purpose: 'setUp', name: null, signInName: null, expiresAt: '2099-01-01T00:00:00.000Z' },
  } satisfies ConsoleLinkView,
  'list-administrator-events': { list: events, nextCursor: null, searchedTo: null } satisfies AuditEventPageDto,
  'list-administrators': { list, nextCursor: null } satisfies AdministratorPageDto,
};
