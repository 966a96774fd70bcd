// `npm run cluster`: sets up what is missing, then runs several nodes, what they share, and a load balancer on this machine.
import { become } from './become.js';
import { setUp } from './setup.js';

await become({ setUp, program: ['scripts', 'cluster', 'main.ts'] });
