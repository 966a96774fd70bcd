import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { drawKey } from '../../../forms/draw-key.ts';
import { useWords } from '../../../language/language.tsx';
import { Notice } from '../../../parts/states.tsx';
import { partWords } from '../../../parts/words.ts';
import { useStep } from '../../sign-in/use-step.ts';
import './rotate-dialog.css';
import { Dialog } from '../../../forms/dialog.tsx';
import { nextSecretWords } from './next-secret-words.ts';
import { detailWords } from './words.ts';

const overlaps = [
  { seconds: 0, name: 'overlap0' },
  { seconds: 3600, name: 'overlap1h' },
  { seconds: 86_400, name: 'overlap24h' },
  { seconds: 7 * 86_400, name: 'overlap7d' },
  { seconds: 30 * 86_400, name: 'overlap30d' },
] as const;

interface Wish {
  overlapSeconds: number;
  idempotencyKey?: string;
  nextSecretId?: string;
}

/** Asks how long the present secret goes on working. A day unless said otherwise: no outage while the new one is put in. */
export function RotateDialog({
  isUsedLately,
  nextSecretId,
  rotate,
  onClose,
}: {
  isUsedLately: boolean;
  /** Of the secret that was shown beforehand; absent: a new one is drawn. */
  nextSecretId?: string | undefined;
  rotate: (wish: Wish) => Promise<void>;
  onClose: () => void;
}) {
  const words = useWords(detailWords);
  const next = useWords(nextSecretWords);
  const parts = useWords(partWords);
  const [seconds, setSeconds] = useState(86_400);
  const idempotencyKey = useMemo(drawKey, []);
  const step = useStep();
  return (
    <Dialog onClose={onClose} title={nextSecretId === undefined ? words.rotateTitle : next.rotateTo}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const which = nextSecretId === undefined ? { idempotencyKey } : { nextSecretId };
          step.run(() => rotate({ overlapSeconds: seconds, ...which }));
        }}
      >
        <fieldset className="choices">
          <legend>{words.rotateText}</legend>
          {overlaps.map((overlap) => (
            <label key={overlap.name}>
              <input
                type="radio"
                name="overlap"
                checked={seconds === overlap.seconds}
                onChange={() => setSeconds(overlap.seconds)}
              />
              {words[overlap.name]}
            </label>
          ))}
        </fieldset>
        {seconds === 0 && isUsedLately && <Notice tone="warn">{words.usedLately}</Notice>}
        {step.error && (
          <div role="alert">
            <Notice tone="bad">{step.error.message}</Notice>
          </div>
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button type="submit" loading={step.isBusy}>
            {nextSecretId === undefined ? words.doRotate : next.rotateTo}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
