// `npm run keys -- list | rotate`: sets up what is missing, then lists or rotates the keys that sign tokens.
import { become } from './become.js';
import { setUp } from './setup.js';

await become({ setUp, program: ['apps', 'server', 'src', 'keys.ts'], readsEnvFile: true });
