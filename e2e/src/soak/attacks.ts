import { connect, type Socket } from 'node:net';

/** Attacks come from an address of their own, so that the server's limits for each address apply to them alone. */
const attackersAddress = '127.0.0.2';
const mostHeld = 60;
const mostIdle = 600;

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`;
const post = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

/** Attacks by somebody without an account, each at a rate that leaves the machine room for honest visitors. */
export class Attackers {
  readonly #port: number;
  readonly #demoPort: number;
  /** For one QR code: path and query of its stream and of its poll, and the path of its image. */
  readonly #code: { stream: string; poll: string; image: string };
  readonly #open = new Set<Socket>();
  readonly #timers: NodeJS.Timeout[] = [];
  #count = 0;
  #closedByServer = 0;

  constructor(port: number, demoPort: number, code: { stream: string; poll: string; image: string }) {
    this.#port = port;
    this.#demoPort = demoPort;
    this.#code = code;
  }

  get sockets(): number {
    return this.#open.size;
  }

  get tally(): string {
    return `${this.#count} sockets, ${this.#closedByServer} of them closed by the server`;
  }

  begin(): void {
    const { stream, poll, image } = this.#code;
    const bundle = '/docs/static/swagger-ui-bundle.js';
    // Many requests at once, whose replies nobody reads.
    for (const path of ['/openapi.json', '/docs/yaml?x', '/docs', bundle, '/widget/passbeam-qr.js', image, poll]) {
      this.#repeat(1, this.#group(), (hold) => hold().pause().write(get(path).repeat(1500)));
    }
    // Files of the demo, which runs in the same process.
    const demo = this.#group(mostHeld, this.#demoPort);
    this.#repeat(1, demo, (hold) => hold().pause().write(get('/phone').repeat(1500)));
    this.#repeat(4, demo, (hold) => hold().pause().write(get('/phone').repeat(90)));
    // Large replies on many sockets, which nobody reads either.
    this.#repeat(10, this.#group(), (hold) => hold().pause().write(get(bundle).repeat(20)));
    this.#repeat(4, this.#group(), (hold) => hold().pause().write(get(stream)));
    this.#repeat(4, this.#group(), (hold) =>
      hold()
        .pause()
        .write(get('/openapi.json') + get(stream)),
    );
    this.#repeat(4, this.#group(), (hold) =>
      hold()
        .pause()
        .write(get(`${poll}&since=PENDING&waitSeconds=30`).repeat(50)),
    );
    // Headers and bodies that never end, and sockets that send nothing.
    this.#repeat(4, this.#group(), (hold) => this.#dribble(hold(), 'GET / HTTP/1.1\r\nhost: x\r\nx: '));
    this.#repeat(4, this.#group(), (hold) => this.#dribble(hold(), post('/api/v3/signin', 10_000)));
    this.#repeat(30, this.#group(mostIdle), (hold) => hold());
    // Floods of requests whose replies are read.
    this.#repeat(10, this.#group(), (hold) => hold().resume().write(get(image)));
    this.#repeat(40, this.#group(), (hold) =>
      hold()
        .resume()
        .write(get(`/nothing/${this.#count}`)),
    );
    this.#repeat(40, this.#group(), (hold) =>
      hold()
        .resume()
        .write(get(unknownCode(this.#count))),
    );
    this.#repeat(5, this.#group(), (hold) =>
      hold()
        .resume()
        .write(post('/api/v3/gene-qrcode', 1e9) + 'x'.repeat(1e6)),
    );
    this.#repeat(5, this.#group(), (hold) =>
      hold()
        .resume()
        .write(get('/', 'a: b\r\n'.repeat(2000))),
    );
    this.#repeat(5, this.#group(), (hold) =>
      hold()
        .resume()
        .write(get('/', `a: ${'b'.repeat(100_000)}\r\n`)),
    );
    this.#repeat(5, this.#group(), (hold) =>
      hold()
        .resume()
        .write(`${'\0'.repeat(1000)}\r\n\r\n`),
    );
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#open) socket.destroy();
  }

  #repeat(perSecond: number, hold: () => Socket, act: (hold: () => Socket) => void): void {
    this.#timers.push(setInterval(() => act(hold), 1000 / perSecond));
  }

  /** Returns a function that opens sockets and keeps at most this many: the oldest is closed for the newest. */
  #group(most = mostHeld, port = this.#port): () => Socket {
    const held: Socket[] = [];
    return () => {
      if (held.length >= most) held.shift()?.destroy();
      const socket = connect({ port, host: '127.0.0.1', localAddress: attackersAddress });
      held.push(socket);
      this.#open.add(socket);
      this.#count += 1;
      const closed = () => {
        if (this.#open.delete(socket)) this.#closedByServer += 1;
      };
      return socket
        .on('error', closed)
        .on('end', closed)
        .on('close', () => this.#open.delete(socket));
    };
  }

  #dribble(socket: Socket, start: string): void {
    socket.resume().write(start);
    const timer = setInterval(() => socket.write('x'), 500);
    socket.once('close', () => clearInterval(timer));
  }
}

const unknownCode = (count: number) => `/api/v3/get-qrcode-status?qrcodeId=${String(count).padStart(32, 'a')}`;
