import { Button } from '@mantine/core';
import { useWords } from '../../language/language.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { signInWords } from './words.ts';

/** Shown once, until the person says that they are kept. */
export function RecoveryCodes({ codes, onStored }: { codes: string[]; onStored: () => void }) {
  const words = useWords(signInWords);
  return (
    <div className="stack">
      <h2>{words.recoveryTitle}</h2>
      <p className="soft">{words.recoveryText}</p>
      <ul className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="row">
        <CopyButton text={codes.join('\n')} isLabelled />
      </div>
      <Button size="md" onClick={onStored}>
        {words.recoveryStored}
      </Button>
    </div>
  );
}
