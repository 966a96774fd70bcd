import { consoleUrlOf } from '../../config/config.ts';
import { stateOf } from '../../core/administrators/account.ts';
import { createConsoleLinks } from '../../core/administrators/links.ts';
import { DomainError } from '../../core/ground/errors.ts';
import { createSigner } from '../../crypto/signer.ts';
import type { Call } from '../call.ts';
import { CommandFailed, columns, minuteOf, type Outcome, type Surroundings } from '../outcome.ts';
import { type OpenedStore, withStore } from '../store-command.ts';

export async function listAdministrators(_: Call, { env }: Surroundings): Promise<Outcome> {
  return withStore(env, async ({ stores }) => {
    const administrators = (await stores.administrators.list({ limit: 1000 })).map((account) => {
      const { signInName, name, grants } = account;
      return { signInName, name, state: stateOf(account), grants };
    });
    const rows = administrators.map(({ signInName, name, state, grants }) => [
      ...[signInName, name, state],
      grants.map(({ userPoolId, role }) => `${role} of ${userPoolId}`).join(', '),
    ]);
    const lines =
      rows.length === 0
        ? ['nobody yet: passbeam administrator link']
        : columns(['signs in as', 'name', 'state', 'may'], rows);
    return { result: { administrators }, lines };
  });
}

export async function makeLink({ words: [signInName] }: Call, { env }: Surroundings): Promise<Outcome> {
  return withStore(env, async (store) => {
    const { stores, config } = store;
    const links = createConsoleLinks({
      ...store,
      administrators: stores.administrators,
      consoleUrl: consoleUrlOf(config),
    });
    const made = await (signInName === undefined
      ? links.setUpLink()
      : links.recoveryLink(signInName.toLowerCase())
    ).catch((error) => {
      if (!(error instanceof DomainError)) throw error;
      throw new CommandFailed(`nobody signs in as ${JSON.stringify(signInName)}.`);
    });
    if (made === null) {
      throw new CommandFailed('there are administrators. Name one for a link that lets them begin anew.');
    }
    const expiresAt = new Date(made.expiresAt).toISOString();
    return { result: { url: made.url, expiresAt }, lines: [made.url, `It is good once, until ${expiresAt}.`] };
  });
}

export async function listKeys(_: Call, { env }: Surroundings): Promise<Outcome> {
  return withStore(env, async (store) => keysOf(await signerOf(store)));
}

export async function rotateKeys(call: Call, { env }: Surroundings): Promise<Outcome> {
  return withStore(env, async (store) => {
    const signer = await signerOf(store);
    const kid = await signer.rotate({ dropsOthers: call.isSet('drop-old') });
    const { result, lines } = await keysOf(signer);
    return { result: { kid, ...result }, lines: [`${kid} signs from now on.`, ...lines] };
  });
}

type KeySigner = Awaited<ReturnType<typeof createSigner>>;

function signerOf({ config, stores, secrets, clock }: OpenedStore): Promise<KeySigner> {
  return createSigner({ keys: stores.signingKeys, issuer: `${config.publicUrl}/oidc`, clock, secrets });
}

async function keysOf(signer: KeySigner): Promise<Outcome & { result: object }> {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const keys = (await signer.keys()).map(({ kid, createdAt, verifiesUntil }) => ({
    kid,
    createdAt: time(createdAt),
    verifiesUntil: time(verifiesUntil),
  }));
  const lines = keys.map(
    ({ kid, createdAt, verifiesUntil }) =>
      `  ${kid}  made ${minuteOf(createdAt)} UTC  ${verifiesUntil === null ? 'signs' : `verifies until ${minuteOf(verifiesUntil)} UTC`}`,
  );
  return { result: { keys }, lines };
}
