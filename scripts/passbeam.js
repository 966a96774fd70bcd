// `npm run passbeam -- COMMAND`: sets up what is missing, then carries out a command of an operator, as `npx passbeam` does.
import { become } from './become.js';
import { setUp } from './setup.js';

await become({ setUp, program: ['apps', 'server', 'src', 'passbeam.ts'], readsEnvFile: true });
