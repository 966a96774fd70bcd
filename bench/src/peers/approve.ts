import type Provider from 'oidc-provider';

/** Where the load approves a device of node-oidc-provider in one step, through the provider's own models, as an application's page would. */
export const approvePath = '/bench/approve';

export function approvesByItsStore(provider: Provider): void {
  provider.use(async (context, next) => {
    if (context.path !== approvePath) return next();
    const code = await provider.DeviceCode.findByUserCode(String(context.query.user_code));
    const client = code === undefined ? undefined : await provider.Client.find(code.clientId);
    if (code === undefined || client === undefined) return context.throw(404);
    const grant = new provider.Grant({ accountId: 'alice', clientId: code.clientId });
    grant.addOIDCScope('openid');
    Object.assign(code, { accountId: 'alice', client, grantId: await grant.save(), scope: 'openid' });
    Object.assign(code, { authTime: Math.floor(Date.now() / 1000) });
    await code.save();
    context.status = 200;
    context.body = 'approved';
  });
}
