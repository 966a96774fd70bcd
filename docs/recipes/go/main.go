// Scan login in a Go site, standard library alone. Settings: PASSBEAM_URL, APP_ID, APP_SECRET, PORT.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"log"
	"net/http"
	"os"
	"sync"
	"time"
)

var (
	host      = os.Getenv("PASSBEAM_URL")
	appID     = os.Getenv("APP_ID")
	appSecret = os.Getenv("APP_SECRET")
	client    = http.Client{Timeout: 10 * time.Second}
)

// Visitor is what the site keeps of a browser, by its cookie. A real site keeps it in its database.
type Visitor struct{ State, Name string }

var (
	mutex    sync.Mutex
	visitors = map[string]Visitor{}
)

var page = template.Must(template.New("page").Parse(`<!doctype html>
<meta charset="utf-8"><title>Sign in</title>
<script type="module" src="{{.Host}}/widget/passbeam-qr.js"></script>
<passbeam-qr host="{{.Host}}" app-id="{{.AppID}}" state="{{.State}}"></passbeam-qr>
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
</script>`))
var welcome = template.Must(template.New("welcome").Parse(`<!doctype html><meta charset="utf-8"><p>Signed in as {{.}}</p>`))

func main() {
	http.HandleFunc("/", showPage)
	http.HandleFunc("/login/qr", logIn)
	port := os.Getenv("PORT")
	if port == "" {
		port = "5173"
	}
	log.Printf("listening on http://localhost:%s", port)
	log.Fatal(http.ListenAndServe("localhost:"+port, nil))
}

func showPage(w http.ResponseWriter, r *http.Request) {
	visitor, known := visitorOf(r)
	if visitor.Name != "" {
		_ = welcome.Execute(w, visitor.Name)
		return
	}
	if !known {
		// The login must come back with this browser's state: nobody else's login can be slipped in.
		visitor = Visitor{State: randomText()}
		remember(w, visitor)
	}
	_ = page.Execute(w, map[string]string{"Host": host, "AppID": appID, "State": visitor.State})
}

func logIn(w http.ResponseWriter, r *http.Request) {
	visitor, known := visitorOf(r)
	var asked struct{ Ticket, PollSecret string }
	if !known || r.Method != http.MethodPost || json.NewDecoder(r.Body).Decode(&asked) != nil {
		http.Error(w, "this browser showed no code: load the page again", http.StatusForbidden)
		return
	}
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	err := call(http.MethodPost, "/api/v3/exchange-tokenset-with-qrcode-ticket", "", map[string]string{
		"ticket": asked.Ticket, "poll_secret": asked.PollSecret, "state": visitor.State,
		"client_id": appID, "client_secret": appSecret,
	}, &tokens)
	var user struct{ Nickname, Username string }
	if err == nil {
		err = call(http.MethodGet, "/api/v3/get-profile", tokens.AccessToken, nil, &user)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if user.Nickname == "" {
		user.Nickname = user.Username
	}
	// A session that existed before the login must not survive it.
	forget(r)
	remember(w, Visitor{Name: user.Nickname})
}

// call sends one request. Refusals are HTTP 200 with a statusCode in the body; a refused exchange used nothing up.
func call(method, path, token string, body, result any) error {
	var sent bytes.Buffer
	if body != nil {
		_ = json.NewEncoder(&sent).Encode(body)
	}
	request, err := http.NewRequest(method, host+path, &sent)
	if err != nil {
		return err
	}
	request.Header.Set("content-type", "application/json")
	request.Header.Set("x-authing-app-id", appID)
	if token != "" {
		request.Header.Set("authorization", token)
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var reply struct {
		StatusCode int
		Message    string
		Data       json.RawMessage
	}
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil {
		return err
	}
	if reply.StatusCode != http.StatusOK {
		return errors.New(reply.Message)
	}
	return json.Unmarshal(reply.Data, result)
}

func visitorOf(r *http.Request) (Visitor, bool) {
	cookie, err := r.Cookie("visitor")
	if err != nil {
		return Visitor{}, false
	}
	mutex.Lock()
	defer mutex.Unlock()
	visitor, known := visitors[cookie.Value]
	return visitor, known
}

func remember(w http.ResponseWriter, visitor Visitor) {
	id := randomText()
	mutex.Lock()
	visitors[id] = visitor
	mutex.Unlock()
	// In production add Secure: true.
	http.SetCookie(w, &http.Cookie{Name: "visitor", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func forget(r *http.Request) {
	if cookie, err := r.Cookie("visitor"); err == nil {
		mutex.Lock()
		delete(visitors, cookie.Value)
		mutex.Unlock()
	}
}

func randomText() string {
	bytes := make([]byte, 32)
	if _, err := rand.Read(bytes); err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(bytes)
}
