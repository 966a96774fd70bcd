import { ExportConfigurationDto, ExportedConfigurationDto, envelope } from '@passbeam/protocol';
import { stringify } from 'yaml';
import type { Exported } from '../../../../core/management/directory/exported.ts';
import { administratorOf } from '../../../callers/administrator.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';

const bodyLimit = 4 * 1024;

/** Settings as text for the configuration file, an extension of ours. */
export function configurationRoutes(app: App, parts: Parts): void {
  const { configurationExport, clock } = parts;

  app.post(
    '/api/v3/export-configuration',
    {
      bodyLimit,
      schema: {
        summary: 'Show settings as text for the configuration file',
        description:
          'The present settings of the user pool with its applications and declared fields, or of one application, as YAML. Secrets are named by variables of the environment. ' +
          'People, access keys and administrators are in no such text; omitted says what else is left out. Errors: 404 apiCode 2011 no such application in this pool. An extension of ours.',
        body: ExportConfigurationDto,
        response: { 200: envelope(ExportedConfigurationDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { appId } = request.body;
      const exported =
        appId === undefined ? await configurationExport.ofPool(admin) : configurationExport.ofApplication(admin, appId);
      const { environment, omitted } = exported;
      const head = appId === undefined ? headOf(exported, clock.now()) : '';
      return ok(request, { yaml: head + stringify(exported.content, { lineWidth: 0 }), environment, omitted });
    },
  );
}

const left: Record<Exported['omitted'][number], string> = {
  ownTokens: 'ownTokens: copy them from your present file, or applying this one ends them.',
  accessKeys: 'accessKeys: copy them from your present file, or applying this one ends them.',
  applications: 'Some applications, for there are too many for one text.',
};

function headOf({ omitted }: Exported, now: number): string {
  const sentences = [
    `As of ${new Date(now).toISOString()}.`,
    'Secrets come from the environment. People are not in here.',
    ...omitted.map((what) => `Left out: ${left[what]}`),
  ];
  return sentences.map((sentence) => `# ${sentence}\n`).join('');
}
