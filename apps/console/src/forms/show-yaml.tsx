import { Button } from '@mantine/core';
import type { ExportedConfigurationDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { asking, usePool } from '../api/pool.ts';
import { useFormats } from '../language/format.ts';
import { useWords } from '../language/language.tsx';
import { CodeBlock } from '../parts/copy.tsx';
import { Loaded, Notice } from '../parts/states.tsx';
import { Dialog } from './dialog.tsx';
import { yamlWords } from './yaml-words.ts';

/** The present settings in the words of the configuration file: of the pool, or of one application. */
export function ShowYaml({ appId }: { appId?: string }) {
  const words = useWords(yamlWords);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {words.show}
      </Button>
      {isOpen && (
        <Dialog onClose={() => setOpen(false)} title={words.title} size="xl">
          <Shown appId={appId} />
        </Dialog>
      )}
    </>
  );
}

function Shown({ appId }: { appId?: string | undefined }) {
  const words = useWords(yamlWords);
  const formats = useFormats();
  const query = asking<ExportedConfigurationDto>(
    usePool(),
    'export-configuration',
    appId === undefined ? {} : { appId },
  );
  const exported = useQuery({ ...query, staleTime: 0, gcTime: 0 });
  return (
    <Loaded query={exported} rows={10}>
      {({ yaml, environment, omitted }) => (
        <div className="stack">
          <p className="soft">{appId === undefined ? words.ofPool : words.ofApplication}</p>
          {omitted.map((what) => (
            <Notice key={what} tone="warn">
              {words[what]}
            </Notice>
          ))}
          {environment.length > 0 && <p className="soft small">{words.environment(formats.list(environment))}</p>}
          <CodeBlock code={yaml} label={words.title} />
        </div>
      )}
    </Loaded>
  );
}
