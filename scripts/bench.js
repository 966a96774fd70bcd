// `npm run bench`: sets up what is missing, then measures. bench/src/options.ts reads the parameters after `--`.
import { become } from './become.js';
import { setUpForBenchmarks } from './setup.js';

await become({ setUp: setUpForBenchmarks, program: ['bench', 'src', 'main.ts'] });
