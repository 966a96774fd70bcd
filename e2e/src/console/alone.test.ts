import { journeysOnConsole } from './journeys.ts';
import { startAlone } from './stage.ts';

journeysOnConsole('one node on its own file', startAlone);
