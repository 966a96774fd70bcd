// `npm run move-to-postgres`: sets up what is missing, then copies the embedded database into PostgreSQL.
import { become } from './become.js';
import { setUp } from './setup.js';

await become({ setUp, program: ['apps', 'server', 'src', 'move', 'move-to-postgres.ts'], readsEnvFile: true });
