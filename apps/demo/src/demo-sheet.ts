import { employee } from './company/names.ts';

/** The random secrets of the demo: for people to read, and for a program that runs the demo beside the server. */
export interface DemoSheet {
  login: { account: string; password: string };
  userPool: { id: string; secret: string };
  siteApplication: { id: string; secret: string };
  phoneApplication: { id: string };
}

export const demoNames = { userPool: 'Demo pool', site: 'Demo web site', phone: 'Demo phone app' };

export const sheetFile = 'demo-credentials.txt';

export function writeDemoSheet({ login, userPool, siteApplication, phoneApplication }: DemoSheet): string {
  return `passbeam demo

  Demo user       ${login.account}
  Password        ${login.password}
  Company's app   ${employee.account}, with the same password

  ${demoNames.site}   id      ${siteApplication.id}
                  secret  ${siteApplication.secret}
  ${demoNames.phone}  id      ${phoneApplication.id}
  ${demoNames.userPool}       id      ${userPool.id}
                  secret  ${userPool.secret}
`;
}

/** @throws Error when the text is no such sheet */
export function readDemoSheet(text: string): DemoSheet {
  const find = (before: string): string => {
    const found = new RegExp(`^ *${before} +(\\S+)$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`${sheetFile} names no ${before}`);
    return found;
  };
  const idOf = (name: string) => find(`${name} +id`);
  const secretOf = (name: string) => find(`${name} +id +\\S+\\n +secret`);
  const both = (name: string) => ({ id: idOf(name), secret: secretOf(name) });
  return {
    login: { account: find('Demo user'), password: find('Password') },
    userPool: both(demoNames.userPool),
    siteApplication: both(demoNames.site),
    phoneApplication: { id: idOf(demoNames.phone) },
  };
}
