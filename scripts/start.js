// `npm start`: sets up what is missing, then becomes the server. `--watch` restarts it when its sources change.
import { become } from './become.js';
import { setUp } from './setup.js';

const watches = process.argv.includes('--watch');

await become({
  setUp,
  nodeOptions: watches ? ['--watch', '--watch-preserve-output'] : [],
  program: ['apps', 'server', 'src', 'main.ts'],
  parameters: process.argv.slice(2).filter((parameter) => parameter !== '--watch'),
  readsEnvFile: true,
});
