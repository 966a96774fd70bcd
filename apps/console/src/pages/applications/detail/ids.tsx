import type { ApplicationDto } from '@passbeam/protocol';
import { serverUrl } from '../../../api/place.ts';
import { useWords } from '../../../language/language.tsx';
import { CopyText } from '../../../parts/copy.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { Section } from '../../../parts/page.tsx';
import { detailWords } from './words.ts';

/** What others have to be told about the application. */
export function Ids({ application: { appId, userPoolId } }: { application: ApplicationDto }) {
  const words = useWords(detailWords);
  return (
    <Section title={words.ids}>
      <Facts
        facts={[
          [words.appId, <CopyText key="app" text={appId} name={words.appId} />],
          [words.poolId, <CopyText key="pool" text={userPoolId} name={words.poolId} />],
          [words.server, <CopyText key="server" text={serverUrl} name={words.server} />],
          [words.issuer, <CopyText key="issuer" text={`${serverUrl}/oidc`} name={words.issuer} />],
        ]}
      />
    </Section>
  );
}
