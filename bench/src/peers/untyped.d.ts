/** Declares the part of oidc-provider that is used here, since the package has no types. */
declare module 'oidc-provider' {
  import type { Server } from 'node:http';

  interface Context {
    path: string;
    query: Record<string, string | string[] | undefined>;
    status: number;
    body: string;
    throw(status: number): never;
  }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    listen(port: number, host: string, listening: () => void): Server;
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
    DeviceCode: {
      findByUserCode(userCode: string): Promise<{ clientId: string; save(): Promise<string> } | undefined>;
    };
    Client: { find(id: string): Promise<object | undefined> };
    Grant: new (facts: {
      accountId: string;
      clientId: string;
    }) => {
      addOIDCScope(scope: string): void;
      save(): Promise<string>;
    };
  }
}
