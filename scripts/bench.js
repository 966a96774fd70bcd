// `npm run bench`: sets up what is missing, then measures; parameters after `--` go to bench/src/options.ts.
import { become } from './become.js';
import { setUpForBenchmarks } from './setup.js';

await become({ setUp: setUpForBenchmarks, program: ['bench', 'src', 'main.ts'] });
