import type { ApplicationDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { reading, usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { LinkButton } from '../../../parts/link-button.tsx';
import { Page } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { isPhone } from '../application-table.tsx';
import { AboutStep } from './about-step.tsx';
import { ConnectStep } from './connect-step.tsx';
import { KindStep } from './kind-step.tsx';
import { isKind } from './kinds.ts';
import { TryStep } from './try-step.tsx';
import './wizard.css';
import { wizardWords } from './words.ts';

const route = getRouteApi('/shell/$pool/applications/new');
const count = 4;

/** What it is, about it, how it is put in, a code to try: one question a step, each with an address. */
export function WizardPage() {
  const words = useWords(wizardWords);
  const pool = usePool();
  const { step = '1', kind, app } = route.useSearch();
  const navigate = route.useNavigate();
  // The steps after the second are about an application that is there: a reload makes no other one.
  const at = app !== undefined ? Math.max(3, Number(step)) : isKind(kind) && kind !== 'service' && step !== '1' ? 2 : 1;
  const application = useQuery({
    ...reading<ApplicationDto>(pool, 'get-application', { appId: app }),
    enabled: app !== undefined,
  });
  const titles = [words.what, words.about, words.connect, words.try];
  return (
    <Page
      // Each step is a page of its own: its heading takes the focus from a button that is gone.
      key={at}
      title={application.data && at >= 3 ? words.ready(application.data.appName) : words.title}
      width="narrow"
      above={
        <div className="steps" role="img" aria-label={words.step(at, count)}>
          {titles.map((title, index) => (
            <span key={title} className={index < at ? 'is-done' : undefined} />
          ))}
        </div>
      }
      lead={`${words.step(at, count)}: ${titles[at - 1]}`}
    >
      {at === 1 && <KindStep />}
      {at === 2 && isKind(kind) && kind !== 'service' && (
        <AboutStep
          kind={kind}
          onBack={() => navigate({ search: {} })}
          onCreated={(appId) => navigate({ search: { app: appId, kind, step: '3' } })}
        />
      )}
      {at >= 3 && app !== undefined && (
        <Loaded query={application} rows={8}>
          {(shown) => (
            <>
              {at === 3 ? <ConnectStep application={shown} /> : <TryStep application={shown} />}
              <div className="row">
                {at === 3 && !isPhone(shown) && (
                  <LinkButton to="/$pool/applications/new" params={{ pool }} search={{ app, kind, step: '4' }}>
                    {words.try}
                  </LinkButton>
                )}
                <LinkButton variant="default" to="/$pool/applications/$app" params={{ pool, app }}>
                  {words.toDetail}
                </LinkButton>
              </div>
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}
