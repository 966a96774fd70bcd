import { carryOutCommand } from './command-line/carry-out.ts';

/** The process behind `passbeam COMMAND`. */
await carryOutCommand(process);
