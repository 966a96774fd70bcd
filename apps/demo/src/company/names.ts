/**
 * A company that has an app and an auth server of its own, to show the second way: the demo pool trusts that server, and the demo phone
 * can be the company's app. The server runs in the demo's process, below this path.
 */
export const companyPath = '/company';

/** The one person of the company; the password is the one that was drawn for the demo. */
export const employee = { account: 'bob', name: 'Bob', id: 'employee-7' };

/** The company's app, as its auth server knows it. */
export const companyApp = 'company-app';
