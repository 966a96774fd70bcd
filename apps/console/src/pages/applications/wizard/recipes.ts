import { serverUrl } from '../../../api/place.ts';

/**
 * The recipes of the documents, which tests run against a real server as they stand. Each reads its settings from the environment, so
 * nothing in it has to be filled in; where a guide's example names a server and an application, ours are put there.
 */
export interface Recipe {
  name: string;
  title: string;
  file: string;
  start: string;
  load: () => Promise<{ default: string }>;
}

export const siteRecipes: readonly Recipe[] = [
  {
    name: 'express',
    title: 'Node.js, Express',
    file: 'server.js',
    start: `npm install express express-session ${serverUrl}/sdk/passbeam-sdk.tgz\nnode server.js`,
    load: () => import('../../../../../../docs/recipes/express/server.js?raw'),
  },
  {
    name: 'page',
    title: 'HTML',
    file: 'public/index.html',
    start: '# public/index.html, beside server.js\nnode server.js',
    load: () => import('../../../../../../docs/recipes/express/public/index.html?raw'),
  },
  {
    name: 'next',
    title: 'Next',
    file: 'app/login-code.tsx',
    start: 'npm install && npm run build && npm start',
    load: () => import('../../../../../../docs/recipes/next/app/login-code.tsx?raw'),
  },
  {
    name: 'flask',
    title: 'Python, Flask',
    file: 'app.py',
    start: 'python3 app.py',
    load: () => import('../../../../../../docs/recipes/flask/app.py?raw'),
  },
  {
    name: 'go',
    title: 'Go',
    file: 'main.go',
    start: 'go run .',
    load: () => import('../../../../../../docs/recipes/go/main.go?raw'),
  },
  {
    name: 'php',
    title: 'PHP',
    file: 'index.php',
    start: 'php -S localhost:5173 index.php',
    load: () => import('../../../../../../docs/recipes/php/index.php?raw'),
  },
  {
    name: 'curl',
    title: 'curl',
    file: 'login.sh',
    start: 'sh login.sh',
    load: () => import('../../../../../../docs/recipes/curl/login.sh?raw'),
  },
];

const phoneGuide = () => import('../../../../../../docs/guide/phone.md?raw');

/** The block of the guide whose first line names the file. */
const blockOf = (file: string) => async () => {
  const { default: guide } = await phoneGuide();
  const blocks = guide.split('\n```').map((text) => text.replace(/^[a-z]*\n/, ''));
  return { default: blocks.find((text) => text.startsWith(`// ${file}`)) ?? '' };
};

export const phoneRecipes: readonly Recipe[] = [
  { name: 'kotlin', title: 'Kotlin', file: 'Approval.kt', start: '', load: blockOf('Approval.kt') },
  { name: 'swift', title: 'Swift', file: 'Approval.swift', start: '', load: blockOf('Approval.swift') },
  {
    name: 'react-native',
    title: 'React Native',
    file: 'ApprovalScreen.tsx',
    start: '',
    load: blockOf('ApprovalScreen.tsx'),
  },
  { name: 'flutter', title: 'Flutter', file: 'approval.dart', start: '', load: blockOf('approval.dart') },
];

/** Puts this server, this application and this pool where an example names its own. */
export function filledIn(text: string, { appId, pool }: { appId: string; pool: string }): string {
  return text
    .replaceAll('https://login.example.com', serverUrl)
    .replaceAll('YOUR_PHONE_APP_ID', appId)
    .replaceAll('YOUR_APP_ID', appId)
    .replaceAll('YOUR_USER_POOL_ID', pool);
}

/** The settings that every recipe reads. */
export function settingsOf(appId: string, secret: string | null): string {
  return [
    `export PASSBEAM_URL=${serverUrl}`,
    `export APP_ID=${appId}`,
    `export APP_SECRET=${secret ?? '…'}`,
    // The recipes sign their own cookies with it; drawn here, and known to nobody else.
    'export SESSION_SECRET=$(openssl rand -hex 32)',
    'export PORT=5173',
  ].join('\n');
}
