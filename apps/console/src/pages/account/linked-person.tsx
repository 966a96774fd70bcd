import { Button, Modal, NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { own } from '../../api/call.ts';
import { useMe } from '../../api/me.ts';
import { useWords } from '../../language/language.tsx';
import { Section } from '../../parts/page.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { partWords } from '../../parts/words.ts';
import { ScanStep } from '../sign-in/scan-step.tsx';
import { accountWords } from './words.ts';

export function LinkedPerson() {
  const words = useWords(accountWords);
  const parts = useWords(partWords);
  const queries = useQueryClient();
  const me = useMe();
  const linked = me?.secondFactor.linkedPerson;
  const pools = me?.pools ?? [];
  const [chosen, setPool] = useState('');
  const pool = chosen || (pools[0]?.userPoolId ?? '');
  const [isScanning, setScanning] = useState(false);
  const renew = () => queries.invalidateQueries({ queryKey: ['me'] });
  async function unlink() {
    try {
      await own('unlink-person');
      await renew();
      say(words.unlinked);
    } catch (error) {
      complain(error);
    }
  }
  return (
    <Section title={words.linked} lead={words.linkedText}>
      {linked ? (
        <div className="row">
          <strong>{words.linkedTo(linked.displayName)}</strong>
          <Button variant="default" size="xs" onClick={unlink}>
            {words.unlink}
          </Button>
        </div>
      ) : (
        <div className="row" style={{ alignItems: 'flex-end' }}>
          {pools.length > 1 && (
            <NativeSelect
              label={words.choosePool}
              value={pool}
              onChange={(event) => setPool(event.currentTarget.value)}
              data={pools.map(({ userPoolId, name }) => ({ value: userPoolId, label: name }))}
            />
          )}
          <Button variant="default" onClick={() => setScanning(true)} disabled={pool === ''}>
            {words.link}
          </Button>
        </div>
      )}
      <Modal
        opened={isScanning}
        onClose={() => setScanning(false)}
        title={words.link}
        closeButtonProps={{ 'aria-label': parts.close }}
      >
        <ScanStep
          make="link-person"
          follow="link-status"
          body={{ userPoolId: pool }}
          onDone={async () => {
            setScanning(false);
            await renew();
            say(words.isLinked);
          }}
        />
      </Modal>
    </Section>
  );
}
