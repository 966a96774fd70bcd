import { errorTable, type Language, reasonText, type UserImportDto } from '@passbeam/protocol';
import { isOpen, type Refusal, type UserImport } from '../../core/management/imports/import.ts';
import { csvLine } from './csv.ts';

export function userImportDto(of: UserImport, language: Language): UserImportDto {
  const { state, format, mode, passwords, parts, rows, created, changed, unchanged, refused, by } = of;
  const done = created + changed + unchanged + refused;
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    importId: of.id,
    ...{ state, format, mode, passwords, dryRun: of.isDryRun, parts, rows },
    ...{ done, created, changed, unchanged, refused },
    progress: state === 'uploading' || rows === 0 ? 0 : done / rows,
    failure: of.failure && reasonText(of.failure, language),
    createdAt: new Date(of.createdAt).toISOString(),
    startedAt: iso(of.startedAt),
    endedAt: isOpen(of) ? null : iso(of.endedAt),
    createdBy: 'administratorId' in by.by ? by.by.administratorName : by.by.accessKeyId,
  };
}

/** Why a row was refused, in words. The row itself is not kept. */
export function refusalDto({ row, line, field, code, reason }: Refusal, language: Language) {
  return { row, line, field, reason: reason === null ? errorTable[code][language] : reasonText(reason, language) };
}

export const reportHead = csvLine(['row', 'line', 'field', 'reason']);

export function reportLine(refusal: Refusal, language: Language): string {
  const { row, line, field, reason } = refusalDto(refusal, language);
  return csvLine([row, line, field, reason]);
}
