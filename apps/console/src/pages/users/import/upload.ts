import type { CreateUserImportDto, UserImportDto } from '@passbeam/protocol';
import { writing } from '../../../api/pool.ts';

/** Characters of a part: as many as the server takes, for a file may have a hundred parts. */
const partLength = 512 * 1024;

/** Sends a file in parts; the server begins when the last one is there. @throws Failure */
export async function upload(
  pool: string,
  wish: CreateUserImportDto,
  text: string,
  onProgress: (share: number) => void,
): Promise<string> {
  const { importId } = await writing<UserImportDto>(pool, 'create-user-import', wish);
  const parts = Math.max(1, Math.ceil(text.length / partLength));
  for (let part = 0; part < parts; part++) {
    const piece = text.slice(part * partLength, (part + 1) * partLength);
    await writing(pool, 'upload-user-import', { importId, part, text: piece, isLast: part === parts - 1 });
    onProgress((part + 1) / parts);
  }
  return importId;
}
