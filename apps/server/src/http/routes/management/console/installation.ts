import { envelope, InstallationDto } from '@passbeam/protocol';
import { Type } from 'typebox';
import type { Difference, Installation } from '../../../../core/management/installation/installation.ts';
import { administratorOf } from '../../../callers/administrator.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';

const bodyLimit = 4 * 1024;
const longestValue = 300;

/** The servers and what they share, an extension of ours. */
export function installationRoutes(app: App, parts: Parts): void {
  const { installation, publicUrl } = parts;

  app.post(
    '/api/v3/get-installation',
    {
      bodyLimit,
      schema: {
        summary: 'Read what the servers are and share',
        description:
          'For administrators of all pools, and the secret of a pool. Nodes say every half minute that they are alive. What the configuration file would change is told to owners of all pools alone. ' +
          'Errors: 403 for an access key, or for an administrator of some pools. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(InstallationDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, installationDto(await installation.get(admin)));
    },
  );

  function installationDto({ nodes, schema, configuration, signingKeys }: Installation): InstallationDto {
    const { version, store, auditKeptDays, limits } = installation.facts;
    return {
      version,
      publicUrl,
      nodes: nodes.map(({ id: _id, startedAt, seenAt, ...node }) => ({
        ...node,
        startedAt: iso(startedAt),
        seenAt: iso(seenAt),
      })),
      store: { ...store, schema },
      configuration: configuration && {
        digest: configuration.digest,
        appliedAt: iso(configuration.at),
        node: configuration.node,
        managedFields: configuration.managedFields,
        differences: configuration.differences?.map(differenceDto) ?? null,
      },
      signingKeys: signingKeys.map(({ kid, createdAt, verifiesUntil }) => ({
        kid,
        createdAt: iso(createdAt),
        verifiesUntil: verifiesUntil === null ? null : iso(verifiesUntil),
      })),
      retention: { auditDays: auditKeptDays },
      limits,
    };
  }
}

const iso = (at: number) => new Date(at).toISOString();

function differenceDto({ path, line, stored, file }: Difference) {
  return { path, line: line > 0 ? line : null, stored: valueText(stored), file: valueText(file) };
}

function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, longestValue);
}
