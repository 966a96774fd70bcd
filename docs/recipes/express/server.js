// Scan login in an Express site. Settings: PASSBEAM_URL, APP_ID, APP_SECRET, SESSION_SECRET, PORT.
import { AuthenticationClient, createLoginState } from '@passbeam/sdk';
import express from 'express';
import session from 'express-session';

const { PASSBEAM_URL, APP_ID, APP_SECRET, SESSION_SECRET, PORT = '5173' } = process.env;
const passbeam = new AuthenticationClient({ host: PASSBEAM_URL, appId: APP_ID, appSecret: APP_SECRET });

const app = express();
app.use(express.json());
// In production add secure: true; the default store forgets everything at a restart.
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' },
  }),
);

app.get('/', (request, response) => {
  if (request.session.user) return response.send(`<p>Signed in as ${escaped(request.session.user.name)}</p>`);
  // The login must come back with this browser's state: nobody else's login can be slipped in.
  request.session.state ??= createLoginState();
  response.send(loginPage(request.session.state));
});

app.post('/login/qr', async (request, response) => {
  const { state } = request.session;
  if (!state) return response.status(403).json({ message: 'This browser showed no code: load the page again.' });
  const { ticket, qrcodeId, pollSecret } = request.body;
  const tokens = await passbeam.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId, pollSecret, state });
  const user = await passbeam.getProfile({}, { accessToken: tokens.access_token });
  // A session that existed before the login must not survive it.
  request.session.regenerate(() => {
    request.session.user = { id: user.userId, name: user.nickname ?? user.username };
    response.json({ ok: true });
  });
});

// A refused exchange used nothing up: say why, and let the page show a new code.
app.use((error, _request, response, _next) => {
  response.status(403).json({ message: error.message });
});

app.listen(Number(PORT), () => console.log(`listening on http://localhost:${PORT}`));

function loginPage(state) {
  return `<!doctype html>
<meta charset="utf-8"><title>Sign in</title>
<script type="module" src="${PASSBEAM_URL}/widget/passbeam-qr.js"></script>
<passbeam-qr host="${PASSBEAM_URL}" app-id="${APP_ID}" state="${state}"></passbeam-qr>
<script type="module">
  const widget = document.querySelector('passbeam-qr');
  widget.addEventListener('authorized', async ({ detail }) => {
    const reply = await fetch('/login/qr', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(detail),
    });
    if (reply.ok) location.assign('/');
    else widget.refresh();
  });
</script>`;
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
