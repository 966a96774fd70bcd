import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server on this machine that takes any password; `answer` says what it makes of each message. */
export async function startMailServer(password: string, answer: () => Error | string = () => 'queued as 4711') {
  const received: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString());
        const said = answer();
        if (typeof said === 'string') done(null, said);
        else done(said);
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const SMTP_URL = `smtp://mailer:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  return {
    received,
    port,
    environment: { SMTP_URL, MAIL_FROM: 'Shop <no-reply@example.com>' },
    close: () => void server.close(),
  };
}
