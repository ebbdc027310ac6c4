// Brings the ledger up to date while a message is going out and its page is looked at.
// Without it, the link "See how far it is now" loads the page again.
const EVERY_MS = 2000;
const AFTER_MS = 10000; // receipts still come in when all is handed over
const ledger = document.querySelector("[data-ledger]");

async function refresh() {
  let wait = AFTER_MS;
  try {
    if (!document.hidden) {
      const answer = await fetch(ledger.dataset.ledger);
      if (!answer.ok || answer.redirected) return;
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    if (ledger.querySelector("[data-moving]")) wait = EVERY_MS;
  } catch {
    // Out of reach for a moment: ask again later.
  }
  setTimeout(refresh, wait);
}

function show(page) {
  for (const part of page.querySelectorAll("[data-live]")) {
    const shown = document.getElementById(part.id);
    // What has buttons stays while nothing has changed: somebody may be about to press one.
    if (!part.dataset.version || part.dataset.version !== shown.dataset.version) shown.replaceWith(part);
  }
}

if (ledger) setTimeout(refresh, EVERY_MS);
