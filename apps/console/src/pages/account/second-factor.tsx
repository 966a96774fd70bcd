import { Button, Modal } from '@mantine/core';
import type { ConsoleRecoveryCodesView } from '@passbeam/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { own } from '../../api/call.ts';
import { useMe } from '../../api/me.ts';
import { useWords } from '../../language/language.tsx';
import { Section } from '../../parts/page.tsx';
import { Tag } from '../../parts/tag.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { partWords } from '../../parts/words.ts';
import { EnrolStep } from '../sign-in/enrol-step.tsx';
import { RecoveryCodes } from '../sign-in/recovery-codes.tsx';
import { accountWords } from './words.ts';

export function SecondFactor() {
  const words = useWords(accountWords);
  const parts = useWords(partWords);
  const queries = useQueryClient();
  const factor = useMe()?.secondFactor;
  const [isEnrolling, setEnrolling] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const renew = () => queries.invalidateQueries({ queryKey: ['me'] });
  async function renewCodes() {
    try {
      setCodes((await own<ConsoleRecoveryCodesView>('renew-recovery-codes')).recoveryCodes);
      await renew();
    } catch (error) {
      complain(error);
    }
  }
  return (
    <Section title={words.factor} lead={words.factorText}>
      <div className="row">
        {factor?.totp ? <Tag tone="good">{words.factorOn}</Tag> : <Tag tone="warn">{words.factorOff}</Tag>}
        {factor?.totp && <span className="soft">{words.codesLeft(factor.recoveryCodesLeft)}</span>}
      </div>
      <div className="row" style={{ marginTop: 14 }}>
        <Button variant="default" onClick={() => setEnrolling(true)}>
          {factor?.totp ? words.replace : words.setUp}
        </Button>
        {factor?.totp && (
          <Button variant="default" onClick={renewCodes}>
            {words.renewCodes}
          </Button>
        )}
      </div>
      <Modal
        opened={isEnrolling}
        onClose={() => setEnrolling(false)}
        title={words.setUp}
        closeButtonProps={{ 'aria-label': parts.close }}
      >
        <EnrolStep
          onDone={async () => {
            setEnrolling(false);
            await renew();
            say(words.factorSaved);
          }}
        />
      </Modal>
      <Modal
        opened={codes !== null}
        onClose={() => {}}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
      >
        <RecoveryCodes codes={codes ?? []} onStored={() => setCodes(null)} />
      </Modal>
    </Section>
  );
}
