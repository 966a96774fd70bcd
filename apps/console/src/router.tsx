import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { client } from './api/client.ts';
import { Failure } from './api/failure.ts';
import { meQuery } from './api/me.ts';
import { base } from './api/place.ts';
import { searchNames } from './pages/audit/filter.ts';
import { Failed } from './parts/states.tsx';
import { texts } from './search.ts';
import { NoPool, NotFound } from './shell/not-found.tsx';
import { Root } from './shell/root.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: texts('to'),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  component: lazyRouteComponent(() => import('./pages/sign-in/set-up-page.tsx'), 'SetUpPage'),
});

const accept = createRoute({
  getParentRoute: () => root,
  path: '/accept',
  component: lazyRouteComponent(() => import('./pages/sign-in/set-up-page.tsx'), 'SetUpPage'),
});

/** Everything but what is above needs somebody who is signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  errorComponent: ({ error, reset }) => (
    <div className="page">
      <Failed error={error} retry={reset} />
    </div>
  ),
  beforeLoad: async ({ location }) => {
    try {
      const me = await client.ensureQueryData(meQuery);
      if (me.step === 'done') return;
    } catch (error) {
      if (!(error instanceof Failure) || error.statusCode !== 401) throw error;
    }
    client.removeQueries({ queryKey: meQuery.queryKey });
    throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: NoPool,
  beforeLoad: async () => {
    const { pools } = await client.ensureQueryData(meQuery);
    const [first] = pools;
    if (first) throw redirect({ to: '/$pool/overview', params: { pool: first.userPoolId } });
  },
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
});

const pool = createRoute({ getParentRoute: () => shell, path: '/$pool' });

const overview = createRoute({
  getParentRoute: () => pool,
  path: '/overview',
  validateSearch: texts('range', 'app'),
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
});
const applications = createRoute({
  getParentRoute: () => pool,
  path: '/applications',
  validateSearch: texts('q', 'page'),
  component: lazyRouteComponent(() => import('./pages/applications/applications-page.tsx'), 'ApplicationsPage'),
});
const newApplication = createRoute({
  getParentRoute: () => pool,
  path: '/applications/new',
  validateSearch: texts('step', 'kind', 'app'),
  component: lazyRouteComponent(() => import('./pages/applications/wizard/wizard-page.tsx'), 'WizardPage'),
});
const application = createRoute({
  getParentRoute: () => pool,
  path: '/applications/$app',
  validateSearch: texts('tab'),
  component: lazyRouteComponent(() => import('./pages/applications/detail/detail-page.tsx'), 'DetailPage'),
});
const users = createRoute({
  getParentRoute: () => pool,
  path: '/users',
  validateSearch: texts('q', 'status', 'deep'),
  component: lazyRouteComponent(() => import('./pages/users/users-page.tsx'), 'UsersPage'),
});
const newUser = createRoute({
  getParentRoute: () => pool,
  path: '/users/new',
  component: lazyRouteComponent(() => import('./pages/users/new-user-page.tsx'), 'NewUserPage'),
});
const importPeople = createRoute({
  getParentRoute: () => pool,
  path: '/users/import',
  component: lazyRouteComponent(() => import('./pages/users/import/import-page.tsx'), 'ImportPage'),
});
const importJob = createRoute({
  getParentRoute: () => pool,
  path: '/users/import/$import',
  component: lazyRouteComponent(() => import('./pages/users/import/job-page.tsx'), 'ImportJobPage'),
});
const person = createRoute({
  getParentRoute: () => pool,
  path: '/users/$user',
  validateSearch: texts('tab'),
  component: lazyRouteComponent(() => import('./pages/users/detail/person-page.tsx'), 'PersonPage'),
});
const live = createRoute({
  getParentRoute: () => pool,
  path: '/live',
  validateSearch: texts('app', 'status'),
  component: lazyRouteComponent(() => import('./pages/live/live-page.tsx'), 'LivePage'),
});
const logins = createRoute({
  getParentRoute: () => pool,
  path: '/logins',
  validateSearch: texts('range', 'app'),
  component: lazyRouteComponent(() => import('./pages/logins/logins-page.tsx'), 'LoginsPage'),
});
const audit = createRoute({
  getParentRoute: () => pool,
  path: '/audit',
  validateSearch: texts(...searchNames),
  component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
});
const keys = createRoute({
  getParentRoute: () => pool,
  path: '/access-keys',
  component: lazyRouteComponent(() => import('./pages/access-keys/access-keys-page.tsx'), 'AccessKeysPage'),
});
const settings = createRoute({
  getParentRoute: () => pool,
  path: '/settings',
  beforeLoad: ({ params, location }) => {
    if (!location.pathname.endsWith('/settings')) return;
    throw redirect({ to: '/$pool/settings/security/basic/login', params, hash: location.hash });
  },
});
const settingsLogin = createRoute({
  getParentRoute: () => settings,
  path: '/security/basic/login',
  component: lazyRouteComponent(() => import('./pages/settings/login/login-page.tsx'), 'LoginPage'),
});
const settingsWeb = createRoute({
  getParentRoute: () => settings,
  path: '/security/basic/web',
  component: lazyRouteComponent(() => import('./pages/settings/web/web-page.tsx'), 'WebPage'),
});
const settingsRegistration = createRoute({
  getParentRoute: () => settings,
  path: '/security/basic/registration',
  component: lazyRouteComponent(
    () => import('./pages/settings/registration/registration-page.tsx'),
    'RegistrationPage',
  ),
});
const settingsReport = createRoute({
  getParentRoute: () => settings,
  path: '/security/report',
  component: lazyRouteComponent(() => import('./pages/settings/report/report-page.tsx'), 'ReportPage'),
});
const settingsFields = createRoute({
  getParentRoute: () => settings,
  path: '/fields',
  component: lazyRouteComponent(() => import('./pages/settings/fields/fields-page.tsx'), 'FieldsPage'),
});
const settingsMessages = createRoute({
  getParentRoute: () => settings,
  path: '/messages',
  component: lazyRouteComponent(() => import('./pages/settings/messages/messages-page.tsx'), 'MessagesPage'),
});
const settingsPool = createRoute({
  getParentRoute: () => settings,
  path: '/pool',
  component: lazyRouteComponent(() => import('./pages/settings/pool/pool-page.tsx'), 'PoolPage'),
});
const administrators = createRoute({
  getParentRoute: () => shell,
  path: '/administrators',
  component: lazyRouteComponent(() => import('./pages/administrators/administrators-page.tsx'), 'AdministratorsPage'),
});

const installation = createRoute({
  getParentRoute: () => shell,
  path: '/installation',
  component: lazyRouteComponent(() => import('./pages/installation/installation-page.tsx'), 'InstallationPage'),
});

const tree = root.addChildren([
  signIn,
  setUp,
  accept,
  shell.addChildren([
    home,
    account,
    administrators,
    installation,
    pool.addChildren([
      overview,
      applications,
      newApplication,
      application,
      users,
      newUser,
      importPeople,
      importJob,
      person,
      live,
      logins,
      audit,
      keys,
      settings.addChildren([
        settingsLogin,
        settingsWeb,
        settingsRegistration,
        settingsReport,
        settingsMessages,
        settingsFields,
        settingsPool,
      ]),
    ]),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  basepath: `${base}/console`,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
