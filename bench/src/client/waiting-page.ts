import { connect, type Socket } from 'node:net';

/** How many pages share a loopback address: the server limits the connections of one address, so further pages need others. */
const pagesAnAddress = 900;

/** A page that follows its QR code over server-sent events. */
export class WaitingPage {
  readonly #socket: Socket;
  readonly #seen = new Map<string, number>();
  readonly #awaited = new Map<string, (at: number) => void>();

  /** Opens the stream; resolves when the page was told that its code is pending. */
  static async open(origin: string, qrcodeId: string, index: number): Promise<WaitingPage> {
    const { hostname, port, host } = new URL(origin);
    const localAddress = process.platform === 'linux' ? `127.0.1.${1 + Math.floor(index / pagesAnAddress)}` : undefined;
    const socket = connect({ host: hostname, port: Number(port), localAddress });
    const page = new WaitingPage(socket);
    socket.write(
      `GET /api/v3/watch-qrcode-status?qrcodeId=${qrcodeId} HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\n\r\n`,
    );
    await page.told('PENDING');
    return page;
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk.toString('latin1')));
    socket.on('error', () => {});
  }

  /** Resolves to the moment, by this process's clock, at which the page was told this status. @throws Error when the stream ends before */
  told(status: string): Promise<number> {
    const at = this.#seen.get(status);
    if (at !== undefined) return Promise.resolve(at);
    return new Promise((resolve, reject) => {
      const lost = () => reject(new Error(`a page ended before it was told ${status}`));
      this.#socket.once('close', lost);
      this.#awaited.set(status, (when) => {
        this.#socket.off('close', lost);
        resolve(when);
      });
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    const now = performance.now();
    for (const [, status = ''] of text.matchAll(/^id: (\w+)$/gm)) {
      this.#seen.set(status, now);
      this.#awaited.get(status)?.(now);
      this.#awaited.delete(status);
    }
  }
}
