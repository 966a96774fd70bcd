"""Scan login in a Flask site. Settings: PASSBEAM_URL, APP_ID, APP_SECRET, SESSION_SECRET, PORT."""
import json
import os
import secrets
import urllib.request

from flask import Flask, jsonify, render_template_string, request, session

PASSBEAM_URL = os.environ["PASSBEAM_URL"]
APP_ID = os.environ["APP_ID"]
APP_SECRET = os.environ["APP_SECRET"]

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]
# In production add SESSION_COOKIE_SECURE=True.
app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")

PAGE = """<!doctype html>
<meta charset="utf-8"><title>Sign in</title>
<script type="module" src="{{ host }}/widget/passbeam-qr.js"></script>
<passbeam-qr host="{{ host }}" app-id="{{ app_id }}" state="{{ state }}"></passbeam-qr>
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
</script>"""


@app.get("/")
def page():
    if "user" in session:
        return render_template_string("<p>Signed in as {{ name }}</p>", name=session["user"]["name"])
    # The login must come back with this browser's state: nobody else's login can be slipped in.
    state = session.setdefault("state", secrets.token_urlsafe(32))
    return render_template_string(PAGE, host=PASSBEAM_URL, app_id=APP_ID, state=state)


@app.post("/login/qr")
def login():
    state = session.get("state")
    if state is None:
        return jsonify(message="This browser showed no code: load the page again."), 403
    asked = request.get_json()
    reply = call("POST", "/api/v3/exchange-tokenset-with-qrcode-ticket", {
        "ticket": asked["ticket"], "poll_secret": asked.get("pollSecret"), "state": state,
        "client_id": APP_ID, "client_secret": APP_SECRET,
    })
    # Refusals are HTTP 200 with a statusCode in the body. A refused exchange used nothing up.
    if reply["statusCode"] != 200:
        return jsonify(message=reply["message"]), 403
    tokens = reply["data"]
    user = call("GET", "/api/v3/get-profile", token=tokens["access_token"])["data"]
    # A session that existed before the login must not survive it.
    session.clear()
    session["user"] = {"id": user["userId"], "name": user.get("nickname") or user["username"]}
    return jsonify(ok=True)


def call(method, path, body=None, token=None):
    headers = {"content-type": "application/json", "x-authing-app-id": APP_ID}
    if token:
        headers["authorization"] = token
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(PASSBEAM_URL + path, data, headers, method=method)
    with urllib.request.urlopen(asked, timeout=10) as reply:
        return json.load(reply)


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "5173")))
