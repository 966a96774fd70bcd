import type { Directory } from '../../directory/directory.ts';
import type { AppliedFile, AppliedFileStore } from '../../directory/kept/applied-file.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import type { KeyRotation, SigningKeyFacts } from '../../tokens/signer.ts';
import type { Administrator } from '../administrator.ts';
import { isAlive, type Node, type NodeStore } from './nodes.ts';

/** A key of the configuration file whose value is not the stored one. */
export interface Difference {
  path: string;
  line: number;
  stored: unknown;
  file: unknown;
}

/** What a node knows of itself, and how it was set up. */
export interface InstallationFacts {
  name: string;
  version: string;
  store: { kind: 'sqlite' | 'postgres'; redis: boolean };
  /** Null: events are kept for ever. */
  auditKeptDays: number | null;
  limits: { on: boolean; unfinishedCodes: number };
  /** What applying this node's configuration file would change; null where it has none, or one that cannot be applied. */
  differences(): Promise<Difference[] | null>;
}

export interface Installation {
  nodes: (Node & { isAlive: boolean })[];
  schema: string;
  configuration: (AppliedFile & { managedFields: number; differences: Difference[] | null }) | null;
  signingKeys: SigningKeyFacts[];
}

const maxNodes = 100;
const maxDifferences = 100;

/** The servers and what they share. */
export function createInstallation(parts: {
  thisNode: InstallationFacts;
  nodes: NodeStore;
  appliedFiles: Pick<AppliedFileStore, 'list'>;
  directory: Pick<Directory, 'pools' | 'applications'>;
  signer: Pick<KeyRotation, 'keys'>;
  secrets: Pick<Secrets, 'randomId'>;
  clock: Clock;
}) {
  const { thisNode: facts, nodes, appliedFiles, directory, signer, secrets, clock } = parts;
  const id = secrets.randomId(24);

  /** @throws DomainError permission_denied */
  async function get(admin: Administrator): Promise<Installation> {
    requireReach(admin);
    const [all, schema, [applied], signingKeys] = await Promise.all([
      nodes.list(maxNodes),
      nodes.schema(),
      appliedFiles.list(1),
      signer.keys(),
    ]);
    const now = clock.now();
    return {
      nodes: all.map((node) => ({ ...node, isAlive: isAlive(node, now) })),
      schema,
      configuration: applied
        ? { ...applied, managedFields: managedFields(), differences: await differencesFor(admin) }
        : null,
      signingKeys,
    };
  }

  /** The file is of all pools, so who administers some of them is told nothing of it. */
  async function differencesFor({ role, reach }: Administrator): Promise<Difference[] | null> {
    if (role !== 'owner' || reach !== 'all') return [];
    return (await facts.differences())?.slice(0, maxDifferences) ?? null;
  }

  const managedFields = () =>
    [...directory.pools(), ...directory.applications()].reduce(
      (sum, { managed }) => sum + Object.keys(managed.fields).length,
      0,
    );

  return {
    get,
    facts,
    /** Said every half minute, and at the start. */
    seeThisNode: () => nodes.see({ id, name: facts.name, version: facts.version }),
    forgetThisNode: () => nodes.forget(id),
  };
}

export type InstallationManagement = ReturnType<typeof createInstallation>;

/** What all pools share is shown to who administers them all, and to the pool's own secret; not to an access key of one pool. */
function requireReach({ by, userPoolId, reach }: Administrator): void {
  const isAllowed = 'accessKeyId' in by ? by.accessKeyId === userPoolId : reach === 'all';
  if (!isAllowed) throw new DomainError('permission_denied', { reason: 'signWithPoolSecret' });
}
