// Keeps the numbers beside the composer up to date. The server counts; this file only asks.
// Without it, the button "Count again" does the same.
import "./areas.js";

const QUIET_MS = 500;
const form = document.querySelector("form[data-count]");
const trouble = form.querySelector(".owl-compose__trouble");
let timer, asked;

async function count() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(form.dataset.count, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      signal: asked.signal,
    });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    trouble.hidden = true;
  } catch (error) {
    if (error.name !== "AbortError") trouble.hidden = false;
  }
}

function show(page) {
  for (const part of page.querySelectorAll("[data-live]")) {
    const here = document.getElementById(part.id);
    if (here && here.innerHTML !== part.innerHTML) here.replaceChildren(...part.childNodes);
  }
}

for (const kind of ["input", "change"]) {
  form.addEventListener(kind, (event) => {
    if (event.target.type === "search") return;
    clearTimeout(timer);
    timer = setTimeout(count, QUIET_MS);
  });
}

// What is usual for a kind is filled in when a message is begun, but for what its author has chosen already.
const kind = form.querySelector("#kind");
const chosen = new Set();
form.addEventListener("input", (event) => chosen.add(event.target.name));
kind.addEventListener("change", () => {
  const usual = kind.selectedOptions[0].dataset;
  if (!usual.severity || form.dataset.open || form.dataset.typed) return;
  if (!chosen.has("severity")) {
    for (const box of form.querySelectorAll("[name=severity]")) box.checked = box.value === usual.severity;
  }
  if (!chosen.has("channels")) {
    for (const box of form.querySelectorAll("[name=channels]")) {
      if (box.checked !== usual.channels.split(" ").includes(box.value)) box.click(); // shows the fields of texts too
    }
    chosen.delete("channels");
  }
  const ends = ["day", "month", "year", "time"].map((part) => form.elements[`valid_${part}`]);
  if (ends.some((field) => chosen.has(field.name))) return;
  const day = new Date(Date.now() + Number(usual.days) * 86400000);
  const parts = usual.days ? [day.getDate(), day.getMonth() + 1, day.getFullYear(), "23:59"] : ["", "", "", ""];
  ends.forEach((field, at) => (field.value = parts[at]));
});

// On a phone the map is folded away; at a desk there is room for it.
if (matchMedia("(min-width: 64rem)").matches) {
  for (const part of form.querySelectorAll("[data-open-at-a-desk]")) part.open = true;
}
