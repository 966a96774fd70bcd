import type { ErrorCode, Reason, UserImportDto } from '@passbeam/protocol';
import type { Caller } from '../../ground/caller.ts';
import type { Administrator } from '../administrator.ts';

/**
 * The life of an import of people. Where it is paused nothing is done; at its three ends the staged rows go, and the report stays.
 *
 *     uploading ──last part──▶ running ◀──▶ paused
 *         │                       │            │
 *         ├──────── stop ─────────┼────────────┴──▶ stopped
 *         └── idle ──▶ failed     └──last row──▶ finished
 */
export interface UserImport {
  id: string;
  userPoolId: string;
  state: UserImportDto['state'];
  format: UserImportDto['format'];
  mode: UserImportDto['mode'];
  passwords: UserImportDto['passwords'];
  isDryRun: boolean;
  /** Fields by column, as the caller named them. */
  columns: Record<string, string>;
  /** How much of the file is here. */
  parts: number;
  bytes: number;
  rows: number;
  batches: number;
  /** The next row: of which batch, and how many rows of it are done. */
  batch: number;
  offset: number;
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
  failure: Reason | null;
  by: Pick<Administrator, 'role' | 'reach' | 'by'>;
  caller: Caller;
  createdAt: number;
  /** When somebody last did something with it. */
  touchedAt: number;
  startedAt: number | null;
  endedAt: number | null;
}

export const openStates = ['uploading', 'running', 'paused'] as const;
export const isOpen = ({ state }: Pick<UserImport, 'state'>) => (openStates as readonly string[]).includes(state);

/** Rows are staged by so many, each batch one sealed text. */
export const rowsABatch = 100;
/** Rows that one transaction writes, and that are worked on before everybody else has a turn. */
export const rowsATurn = 10;

/** How long a file may stand half uploaded, or paused, before its rows are removed. */
export const idleMs = { uploading: 3_600_000, paused: 7 * 86_400_000 };
/** Reports are kept for so long after the end. */
export const importsKeptMs = 30 * 86_400_000;

/** A row as it stands in the file: what it says of a person, by field, or why it cannot be read. */
export type ReadRow = { line: number } & ({ values: Record<string, unknown> } | { mistake: Reason });

/** Rows are numbered from 1: several may stand in one line. */
export type StagedRow = ReadRow & { row: number };

export interface Refusal {
  row: number;
  line: number;
  field: string | null;
  code: ErrorCode;
  reason: Reason | null;
}

/** What events say of an import. */
export function countsOf({ isDryRun, rows, created, changed, unchanged, refused }: UserImport): Record<string, string> {
  return {
    ...{ dryRun: String(isDryRun), rows: String(rows), created: String(created), changed: String(changed) },
    ...{ unchanged: String(unchanged), refused: String(refused) },
  };
}

/** Who is at work, for the events of people made: whoever began the import. */
export function administratorOf({ userPoolId, by }: UserImport): Administrator {
  return { userPoolId, ...by, freshUntil: null };
}
