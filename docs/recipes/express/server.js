// Scan login in an Express site. Settings: PASSBEAM_URL, APP_ID, APP_SECRET, SESSION_SECRET, PORT, PAGES.
import { fileURLToPath } from 'node:url';
import { AuthenticationClient, createState } from '@passbeam/sdk';
import express from 'express';
import session from 'express-session';

const { PASSBEAM_URL, APP_ID, APP_SECRET, SESSION_SECRET, PORT = '5173' } = process.env;
const PAGES = process.env.PAGES ?? fileURLToPath(new URL('public', import.meta.url));
const passbeam = new AuthenticationClient({ host: PASSBEAM_URL, appId: APP_ID, appSecret: APP_SECRET });

const app = express();
app.use(express.json());
// In production add `secure: true` to the cookie, and a store: this one forgets everybody at a restart.
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' },
  }),
);
app.use(express.static(PAGES));

// Who is signed in; or what the page needs for a code of its own.
app.get('/login', (request, response) => {
  response.set('cache-control', 'no-store');
  if (request.session.user) return response.json({ user: request.session.user });
  // The login must come back with this visitor's state: nobody else's login can be slipped in.
  request.session.state ??= createState();
  response.json({ host: PASSBEAM_URL, appId: APP_ID, state: request.session.state });
});

app.post('/login/qr', async (request, response) => {
  const { ticket, pollSecret } = request.body;
  const { state = null } = request.session;
  const tokens = await passbeam.exchangeTokenSetWithQrCodeTicket({ ticket, pollSecret }, { state });
  const user = await passbeam.getProfile({}, { accessToken: tokens.access_token });
  // A session that existed before the login must not survive it.
  request.session.regenerate((error) => {
    if (error) return response.status(500).json({ message: 'The session could not be stored.' });
    request.session.user = { id: user.userId, name: user.nickname ?? user.username };
    response.json({ user: request.session.user });
  });
});

// A refused exchange used nothing up: say why, and let the page show a new code.
app.use((error, _request, response, _next) => {
  response.status(403).json({ message: error.message });
});

app.listen(Number(PORT), () => console.log(`listening on http://localhost:${PORT}`));
