// `npm run administrator -- list | link`: sets up what is missing, then lists the console's administrators or makes a link for one.
import { become } from './become.js';
import { setUp } from './setup.js';

await become({ setUp, program: ['apps', 'server', 'src', 'administrator.ts'], readsEnvFile: true });
