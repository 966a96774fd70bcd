import { Button, Menu } from '@mantine/core';
import type { ListAuditEventsDto } from '@passbeam/protocol';
import { useRef, useState } from 'react';
import { usePool } from '../../api/pool.ts';
import { GatedButton, useWhyNot } from '../../forms/gate.tsx';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { downloadEvents } from './download-events.ts';
import { auditWords } from './words.ts';

/** Everything that the filters match, as a file. */
export function ExportMenu({ filter }: { filter: ListAuditEventsDto }) {
  const words = useWords(auditWords);
  const formats = useFormats();
  const pool = usePool();
  const isForbidden = useWhyNot('operator') !== null;
  const [received, setReceived] = useState<number | null>(null);
  const stopping = useRef<AbortController>(null);
  async function start(format: 'csv' | 'jsonl') {
    const controller = new AbortController();
    stopping.current = controller;
    setReceived(0);
    try {
      await downloadEvents({ pool, filter, format, signal: controller.signal, onProgress: setReceived });
      say(words.exported);
    } catch (error) {
      if (!controller.signal.aborted) complain(error);
    } finally {
      setReceived(null);
    }
  }
  if (received !== null) {
    return (
      <div className="row" role="status">
        {words.exporting(`${formats.number(Math.round(received / 1000))} kB`)}
        <Button variant="default" size="xs" onClick={() => stopping.current?.abort()}>
          {words.stop}
        </Button>
      </div>
    );
  }
  const button = (
    <GatedButton needs="operator" variant="default" leftSection={<Icon name="download" size={16} />}>
      {words.export}
    </GatedButton>
  );
  if (isForbidden) return button;
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="download" size={16} />}>
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => start('csv')}>{words.exportCsv}</Menu.Item>
        <Menu.Item onClick={() => start('jsonl')}>{words.exportJsonl}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
