// Keeps what is typed: at the server a moment after each pause, and in this browser until the server has it.
// What the browser holds is sent when the server can be reached again, and forgotten then: desks are shared.
const QUIET_MS = 1500;
const RETRY_MS = 10_000;
const HERE_MS = 20_000;
const OLDEST_MS = 7 * 24 * 3600 * 1000;
const form = document.querySelector("form[data-keep]");
const said = document.getElementById("kept");
const OURS = `owl-words:${form.dataset.user}:`;
const mine = OURS + form.elements.unsaved.value;
let timer, sending, isDirty = false;

function typed() {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  return fields;
}

function put(key, entry) {
  try {
    localStorage.setItem(key, JSON.stringify(entry));
    return true;
  } catch {
    return false; // full, or forbidden: the server still keeps it
  }
}

function say(words, isTrouble) {
  said.textContent = words;
  said.classList.toggle("owl-kept--trouble", isTrouble);
}

async function send(key, entry) {
  const fields = new URLSearchParams(entry.fields);
  fields.set("csrf_token", form.elements.csrf_token.value);
  fields.set("page", form.elements.unsaved.value);
  const answer = await fetch(entry.to, { method: "POST", body: fields });
  if (answer.redirected || answer.status === 401) throw new Error("signed out");
  if (answer.status === 400) throw new Error("old page");
  if (answer.status === 404) throw new Error("gone");
  if (!answer.ok) throw new Error("away");
  if (JSON.parse(localStorage.getItem(key) ?? "null")?.at === entry.at) localStorage.removeItem(key);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// A new sign-in, in another tab, makes new tokens. Only for the same user: these are their words.
async function renew() {
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  const fresh = page.querySelector("form[data-keep]");
  if (fresh?.dataset.user !== form.dataset.user) return false;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = fresh.elements.csrf_token.value;
  return true;
}

async function keep() {
  clearTimeout(timer);
  if (sending) return;
  const entry = { to: form.dataset.keep, fields: typed().toString(), at: Date.now() };
  const isHere = put(mine, entry);
  isDirty = false;
  const kept = isHere ? "It is kept in this browser and sent later." : "Copy it somewhere safe.";
  sending = true;
  try {
    show(await send(mine, entry), ["kept", "unsaved"]);
    said.classList.remove("owl-kept--trouble");
  } catch (error) {
    isDirty = true;
    if (error.message === "old page" && (await renew().catch(() => false))) timer = setTimeout(keep, 0);
    else {
      const why = { "signed out": "You are signed out. Sign in again in another tab, then go on here.", gone: "This draft is not open to you any more." };
      say(`${why[error.message] ?? "OWL can’t be reached."} ${kept}`, true);
      timer = setTimeout(keep, RETRY_MS);
    }
  } finally {
    sending = false;
  }
}

function show(page, ids) {
  for (const id of ids) {
    const [there, here] = [page.getElementById(id), document.getElementById(id)];
    if (there && here && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  }
}

// What an earlier page left behind, because the connection or the session was lost.
async function sendLeftBehind() {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(OURS) && one !== mine)) {
    const entry = JSON.parse(localStorage.getItem(key));
    if (Date.now() - entry.at > OLDEST_MS) localStorage.removeItem(key);
    else {
      try {
        const page = await send(key, entry);
        if (entry.to === form.dataset.keep) show(page, ["unsaved"]);
      } catch (error) {
        if (error.message === "gone") localStorage.removeItem(key);
      }
    }
  }
}

async function noteOpen() {
  if (!form.dataset.open || document.hidden) return;
  const token = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const answer = await fetch(form.dataset.open, { method: "POST", body: token }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), ["editors"]);
  }
}

for (const kind of ["input", "change"]) {
  form.addEventListener(kind, () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, QUIET_MS);
  });
}
form.addEventListener("submit", () => clearTimeout(timer));
addEventListener("online", () => isDirty && keep());
addEventListener("pagehide", () => {
  if (isDirty) put(mine, { to: form.dataset.keep, fields: typed().toString(), at: Date.now() });
});
if (form.dataset.typed) keep(); // what came back from a press is nowhere but here
sendLeftBehind().catch(() => {});
noteOpen();
setInterval(noteOpen, HERE_MS);
