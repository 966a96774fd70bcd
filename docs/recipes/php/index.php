<?php
// Scan login in a PHP site. Settings: PASSBEAM_URL, APP_ID, APP_SECRET. To try it: php -S localhost:5173 index.php

declare(strict_types=1);

const LIMIT_SECONDS = 10;

// In production add 'cookie_secure' => true.
session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax', 'use_strict_mode' => true]);

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path === '/login/qr' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    logIn();
} elseif ($path === '/') {
    isset($_SESSION['user']) ? welcome() : showCode();
} else {
    http_response_code(404);
}

function logIn(): void
{
    if (!isset($_SESSION['state'])) {
        refuse('This browser showed no code: load the page again.');
        return;
    }
    $asked = json_decode((string) file_get_contents('php://input'), true);
    $reply = call('POST', '/api/v3/exchange-tokenset-with-qrcode-ticket', [
        'ticket' => (string) ($asked['ticket'] ?? ''),
        'poll_secret' => $asked['pollSecret'] ?? null,
        'state' => $_SESSION['state'],
        'client_id' => getenv('APP_ID'),
        'client_secret' => getenv('APP_SECRET'),
    ]);
    // Refusals are HTTP 200 with a statusCode in the body. A refused exchange used nothing up.
    if ($reply['statusCode'] !== 200) {
        refuse($reply['message']);
        return;
    }
    $user = call('GET', '/api/v3/get-profile', null, $reply['data']['access_token'])['data'];
    // A session that existed before the login must not survive it.
    session_regenerate_id(true);
    $_SESSION = ['user' => ['id' => $user['userId'], 'name' => $user['nickname'] ?? $user['username']]];
    header('content-type: application/json');
    echo json_encode(['ok' => true]);
}

function showCode(): void
{
    // The login must come back with this browser's state: nobody else's login can be slipped in.
    $_SESSION['state'] ??= bin2hex(random_bytes(32));
    [$host, $appId, $state] = array_map('escaped', [getenv('PASSBEAM_URL'), getenv('APP_ID'), $_SESSION['state']]);
    echo <<<HTML
        <!doctype html>
        <meta charset="utf-8"><title>Sign in</title>
        <script type="module" src="$host/widget/passbeam-qr.js"></script>
        <passbeam-qr host="$host" app-id="$appId" state="$state"></passbeam-qr>
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
        </script>
        HTML;
}

function welcome(): void
{
    echo '<!doctype html><meta charset="utf-8"><p>Signed in as ' . escaped($_SESSION['user']['name']) . '</p>';
}

function refuse(string $message): void
{
    http_response_code(403);
    header('content-type: application/json');
    echo json_encode(['message' => $message]);
}

function escaped(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

/** @return array{statusCode: int, message: string, data?: array<string, mixed>} */
function call(string $method, string $path, ?array $body = null, ?string $token = null): array
{
    $headers = ['content-type: application/json', 'x-authing-app-id: ' . getenv('APP_ID')];
    if ($token !== null) {
        $headers[] = "authorization: $token";
    }
    $context = stream_context_create(['http' => [
        'method' => $method,
        'header' => $headers,
        'content' => $body === null ? '' : json_encode($body),
        'timeout' => LIMIT_SECONDS,
        'ignore_errors' => true,
    ]]);
    $text = file_get_contents(getenv('PASSBEAM_URL') . $path, false, $context);
    return json_decode((string) $text, true, flags: JSON_THROW_ON_ERROR);
}
