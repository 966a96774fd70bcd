/** What the first rows of a file say about the rest. */
export interface FileStart {
  format: 'csv' | 'json';
  columns: string[];
  rows: Record<string, string>[];
}

const most = 20;

/** Reads the columns and the first rows of a CSV or JSON text. The server reads the file anew: this is only a preview. */
export function readStart(text: string): FileStart {
  const body = text.replace(/^\uFEFF/, '').trimStart();
  return body.startsWith('{') || body.startsWith('[') ? readJson(body) : readCsv(body);
}

function readJson(text: string): FileStart {
  const rows: Record<string, string>[] = [];
  for (const piece of objectsIn(text)) {
    rows.push(
      Object.fromEntries(
        Object.entries(piece).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
      ),
    );
    if (rows.length === most) break;
  }
  return { format: 'json', columns: [...new Set(rows.flatMap((row) => Object.keys(row)))], rows };
}

/** The objects of a list, or of lines, as far as they are whole in the text. */
function* objectsIn(text: string): Generator<Record<string, unknown>> {
  let depth = 0;
  let begin = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (isText) {
      if (letter === '\\') at++;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === '{' && depth++ === 0) begin = at;
    else if (letter === '}' && --depth === 0) {
      try {
        yield JSON.parse(text.slice(begin, at + 1));
      } catch {
        return;
      }
    }
  }
}

function readCsv(text: string): FileStart {
  const firstLine = text.split(/\r?\n/, 1)[0] ?? '';
  const separator = firstLine.split(';').length > firstLine.split(',').length ? ';' : ',';
  const [columns = [], ...lines] = cellsOf(text, separator, most + 1);
  return {
    format: 'csv',
    columns: columns.map((name) => name.trim()),
    rows: lines.map((cells) => Object.fromEntries(columns.map((name, index) => [name.trim(), cells[index] ?? '']))),
  };
}

/** Cells by RFC 4180: quotes hold separators, line ends and doubled quotes. */
function cellsOf(text: string, separator: string, count: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at <= text.length && rows.length < count; at++) {
    const letter = text[at];
    if (isQuoted && letter === '"' && text[at + 1] === '"') {
      cell += '"';
      at++;
    } else if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (letter === separator || letter === '\n' || letter === undefined)) {
      row.push(cell.replace(/\r$/, ''));
      cell = '';
      if (letter !== separator) {
        if (row.some((value) => value !== '')) rows.push(row);
        row = [];
      }
    } else cell += letter ?? '';
  }
  return rows;
}

/** Fields that columns can become, with other names that people give them. */
export const fields: Record<string, string[]> = {
  username: ['user', 'login', 'account', '用户名', '账号'],
  email: ['mail', 'e-mail', '邮箱'],
  phone: ['mobile', 'tel', 'telephone', '手机', '手机号'],
  externalId: ['id', 'employeeid', 'external_id', '工号'],
  name: ['fullname', 'full name', '姓名'],
  nickname: ['displayname', 'display name', '昵称'],
  givenName: ['firstname', 'first name', '名'],
  familyName: ['lastname', 'last name', '姓'],
  company: ['organisation', 'organization', '公司'],
  gender: ['性别'],
  birthdate: ['birthday', '生日'],
  status: ['state', '状态'],
  password: ['passwordhash', 'password_hash', '密码'],
};

/** The field that a column is most likely meant for; an empty text: none. */
export function fieldFor(column: string): string {
  const wanted = column.trim().toLowerCase();
  return (
    Object.entries(fields).find(([name, others]) => name.toLowerCase() === wanted || others.includes(wanted))?.[0] ?? ''
  );
}
