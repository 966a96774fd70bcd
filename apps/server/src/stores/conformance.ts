import { describe } from 'vitest';
import { describeAccessKeys } from './conformance/access-keys.ts';
import { describeAdministrators } from './conformance/administrators.ts';
import { describeApplicationLists } from './conformance/application-lists.ts';
import { describeAudit } from './conformance/audit.ts';
import { describeCustomFields } from './conformance/custom-fields.ts';
import { describeDeviceGrants } from './conformance/device-grants.ts';
import { describeDirectory } from './conformance/directory.ts';
import { describeIdentities } from './conformance/identities.ts';
import { describeLoginSessions } from './conformance/login-sessions.ts';
import { describeLogoutNotices } from './conformance/logout-notices.ts';
import type { OpenStores } from './conformance/opened.ts';
import { describePasscodes } from './conformance/passcodes.ts';
import { describeQrSessions } from './conformance/qr-sessions.ts';
import { describeRedemptions } from './conformance/redemptions.ts';
import { describeSignIns } from './conformance/sign-ins.ts';
import { describeTokens } from './conformance/tokens.ts';
import { describeUserImports } from './conformance/user-imports.ts';
import { describeUsers } from './conformance/users.ts';
import { describeUses } from './conformance/uses.ts';

/** The contract of core's ports as tests, races included. Every engine passes it; `open` gives empty stores. */
export function describeStores(name: string, open: OpenStores): void {
  describe(`${name} keeps the contract of`, () => {
    describe('pools and applications', () => describeDirectory(open));
    describe('applications in lists', () => describeApplicationLists(open));
    describe('QR sessions', () => describeQrSessions(open));
    describe('redemptions', () => describeRedemptions(open));
    describe('device grants', () => describeDeviceGrants(open));
    describe('login sessions', () => describeLoginSessions(open));
    describe('sign-ins by redirect', () => describeSignIns(open));
    describe('notices of logouts', () => describeLogoutNotices(open));
    describe('users', () => describeUsers(open));
    describe('identities', () => describeIdentities(open));
    describe('custom fields', () => describeCustomFields(open));
    describe('passcodes', () => describePasscodes(open));
    describe('remembered uses', () => describeUses(open));
    describe('tokens and keys', () => describeTokens(open));
    describe('administrators and their logins', () => describeAdministrators(open));
    describe('access keys', () => describeAccessKeys(open));
    describe('imports of people', () => describeUserImports(open));
    describe('audit', () => describeAudit(open));
  });
}
