import { randomUUID } from 'node:crypto';
import { type ApplicationDto, PassbeamError } from '@passbeam/sdk';
import { type Call, WrongCall } from '../call.ts';
import { columns, minuteOf, type Outcome, type Surroundings } from '../outcome.ts';
import { clientOf, insisting, orRefusal, secondsOf } from '../server-command.ts';

const pageSize = 50;

export async function list(call: Call, around: Surroundings): Promise<Outcome> {
  const client = clientOf(call, around);
  const keywords = call.text('search');
  const found: ApplicationDto[] = [];
  for (let page = 1; ; page++) {
    const asked = { page, limit: pageSize, ...(keywords !== undefined && { keywords }) };
    const { list: some } = await client.listApplications(asked, around);
    found.push(...some);
    if (some.length < pageSize) break;
    around.tell(`${found.length} applications`);
  }
  const rows = found.map((app) => [app.appId, app.appName, app.appType, app.enabled ? 'on' : 'off', app.domain]);
  return { result: { list: found }, lines: columns(['id', 'name', 'type', 'is', 'domain'], rows) };
}

export async function create(call: Call, around: Surroundings): Promise<Outcome> {
  const appName = call.text('name');
  if (appName === undefined) throw new WrongCall('app create needs --name NAME.', call.name);
  const client = clientOf(call, around);
  const domain = call.text('domain');
  const isPublic = call.isSet('public');
  const origins = [...call.list('origin')];
  const idempotencyKey = randomUUID();
  const application = await insisting(() =>
    client.createApplication(
      {
        appName,
        redirectUris: [...call.list('redirect-uri')],
        logoutRedirectUris: [...call.list('logout-redirect-uri')],
        approvesScans: call.isSet('approves-scans'),
        ...(domain !== undefined && { domain }),
        ...(origins.length > 0 && { customSecurityEnabled: true, securityOverride: { allowedOrigins: origins } }),
        ...(isPublic && { oidcConfig: { token_endpoint_auth_method: 'none' as const } }),
        idempotencyKey,
      },
      around,
    ),
  );
  const { appId } = application;
  const id = `id      ${appId}`;
  if (isPublic) return { result: { ...application, secret: null }, lines: [id] };
  // The application is there by now, and a key that may not see its secret has done its part.
  const shown = await orRefusal(() => insisting(() => client.getApplicationSecret({ appId }, around)));
  if (shown instanceof PassbeamError) {
    const note = `An owner finds the secret in the console, under Secrets of the application. It is not shown here: ${shown.message}`;
    const code = shown.code === 'permission_denied' ? 0 : 1;
    return { result: { ...application, secret: null, note }, lines: [id, note], code };
  }
  const { secret } = shown;
  return { result: { ...application, secret }, lines: [id, `secret  ${secret}`] };
}

export async function rotate(call: Call, around: Surroundings): Promise<Outcome> {
  const [appId = ''] = call.words;
  const overlapSeconds = secondsOf(call.text('overlap') ?? '0s');
  if (Number.isNaN(overlapSeconds)) throw new WrongCall('--overlap must be such as 90s, 30m, 24h or 7d.', call.name);
  const client = clientOf(call, around);
  const asked = { appId, overlapSeconds, idempotencyKey: randomUUID() };
  const rotated = await insisting(() => client.rotateApplicationSecret(asked, around));
  const ends = rotated.previousEndsAt === null ? 'ended' : `works until ${minuteOf(rotated.previousEndsAt)} UTC`;
  return { result: rotated, lines: [`secret  ${rotated.secret}`, `The one before ${ends}.`] };
}

export async function secrets(call: Call, around: Surroundings): Promise<Outcome> {
  const [appId = ''] = call.words;
  const found = await clientOf(call, around).listApplicationSecrets({ appId }, around);
  const rows = found.list.map(({ secretId, hint, state, createdAt, lastUsedAt, endsAt }) => [
    ...[secretId, `…${hint}`, state],
    ...[createdAt, lastUsedAt, endsAt].map(minuteOf),
  ]);
  return { result: found, lines: columns(['id', 'ends in', 'state', 'made', 'last used', 'works until'], rows) };
}
