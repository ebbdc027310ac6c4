// Casts a home's answers so that nobody can tell whose they are (RFC 9474; docs/adr/0049). The browser makes a random
// code and hides it; the server signs what it can't read, and so uses the home's voice; code, signature and answers then
// go to an address that names no home, without cookies. Until they are in the box all of it is kept on this device, so
// that a lost line loses nothing; then it is wiped.
const box = document.querySelector("[data-ballot]");
const parts = box.querySelector("script"); // what is said later; text browsers show all but scripts
parts.replaceWith(document.createRange().createContextualFragment(parts.textContent));
const form = document.querySelector("form#ballot");
const quiet = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" };
const KEPT = `owl-ballot ${box.dataset.sign}`;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // RFC 4648
let memory = null; // where nothing can be kept

class Refused extends Error {
  constructor(errors) {
    super("refused");
    this.errors = errors;
  }
}

function keep(ballot) {
  memory = ballot;
  try {
    ballot ? localStorage.setItem(KEPT, JSON.stringify(ballot)) : localStorage.removeItem(KEPT);
  } catch {} // a private window, perhaps: the memory of this page must do
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? memory;
  } catch {
    return memory;
  }
}

const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

function shown(code) {
  const bits = [...code].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{5}/g).map((five) => ALPHABET[parseInt(five, 2)]).join("").match(/.{4}/g).join("-");
}

async function post(address, body) {
  const answer = await fetch(address, { ...quiet, method: "POST", body });
  if (answer.ok) return answer;
  if (answer.status >= 500 || answer.status === 429) throw new TypeError("try again later");
  const told = await answer.json().catch(() => ({ errors: {} }));
  throw Object.assign(new Refused(told.errors), { status: answer.status });
}

async function tools(ward) {
  const { BlindRSA, PrepareType } = await import("./vendor/blindrsa/blindrsa.js");
  const scheme = new BlindRSA({ hash: "SHA-384", saltLength: 48, prepareType: PrepareType.Deterministic });
  const { keys } = await (await fetch(box.dataset.keys, quiet)).json();
  const own = keys.find((key) => key.ward === ward);
  const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
  return [scheme, await crypto.subtle.importKey("spki", toBytes(own.key), algorithm, true, ["verify"])];
}

// Each step is kept before the next is asked for: cut off anywhere, it goes on from there.
async function finish(ballot) {
  if (!ballot.signature) {
    const [scheme, key] = await tools(ballot.ward);
    if (!ballot.blinded) {
      const code = crypto.getRandomValues(new Uint8Array(15));
      const { blindedMsg, inv } = await scheme.blind(key, code);
      Object.assign(ballot, { code: toText(code), blinded: toText(blindedMsg), inverse: toText(inv) });
      keep(ballot);
    }
    const signed = new Uint8Array(await (await post(box.dataset.sign, toBytes(ballot.blinded))).arrayBuffer());
    ballot.signature = toText(await scheme.finalize(key, toBytes(ballot.code), signed, toBytes(ballot.inverse)));
    keep(ballot);
  }
  const body = new URLSearchParams(ballot.answers);
  for (const name of ["csrf_token", "form_key"]) body.delete(name); // of this page's cookie and home
  for (const name of ["code", "signature", "ward"]) body.set(name, ballot[name]);
  try {
    await post(box.dataset.cast, body);
  } catch (error) {
    if (error.status !== 409) throw error; // it came in before, and only the answer was lost
  }
}

function say(what) {
  for (const part of box.querySelectorAll("[data-say]")) part.hidden = part.dataset.say !== what;
  const part = box.querySelector(`[data-say="${what}"]`);
  for (const heard of document.querySelectorAll("[data-heard]")) heard.hidden = what === "waiting"; // not yet
  part?.scrollIntoView({ block: "center" });
  part?.focus();
}

function thank(ballot) {
  const page = box.querySelector("template").content.cloneNode(true);
  page.querySelector("[data-code]").textContent = shown(toBytes(ballot.code));
  const main = document.querySelector("main");
  main.replaceChildren(page);
  main.querySelector("h1").focus();
  scrollTo(0, 0);
}

function tell(errors) {
  const list = box.querySelector('[data-say="fault"] ul');
  const line = ([name, sentence]) => {
    const item = document.createElement("li");
    const field = name && form?.querySelector(`[name="${CSS.escape(name)}"], [name^="${CSS.escape(name)}-"]`);
    const part = field ? Object.assign(document.createElement("a"), { href: `#${field.id}` }) : item;
    part.textContent = sentence;
    if (part !== item) item.append(part);
    return item;
  };
  list.replaceChildren(...Object.entries(errors).map(line));
  say("fault");
}

let leaveIt = !globalThis.crypto?.subtle; // then the server casts, as it does without JavaScript

async function send(ballot) {
  say("");
  keep(ballot);
  try {
    await finish(ballot);
  } catch (error) {
    if (error instanceof Refused) {
      if (!ballot.signature) keep(null); // nothing of it was used
      return tell(error.errors);
    }
    leaveIt = !(ballot.blinded || error instanceof TypeError); // which is what fetch throws without a line
    if (leaveIt) keep(null);
    return say(leaveIt ? "server" : "waiting");
  }
  keep(null);
  thank(ballot);
}

form?.addEventListener("submit", (event) => {
  if (leaveIt || event.defaultPrevented) return;
  event.preventDefault();
  const answers = new URLSearchParams(new FormData(form)).toString();
  send({ ward: box.dataset.ward, ...kept(), answers });
});
box.querySelector("[data-again]").addEventListener("click", () => send(kept()));
if (leaveIt) say("server");
else if (kept()) say("waiting");
