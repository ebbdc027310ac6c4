// For those who answer many: keys for what they do often, and an answer that survives a lost session.
// Every page works without this file.
const OFF = "owl:no-shortcuts";
const panel = document.querySelector("[data-shortcuts]");

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function rows() {
  return [...document.querySelectorAll("[data-row] a")];
}

function step(by) {
  const links = rows();
  const now = links.indexOf(document.activeElement);
  links[Math.min(Math.max(now + by, 0), links.length - 1)]?.focus();
}

function use(element) {
  const details = element.closest("details");
  if (element.tagName === "SUMMARY") {
    details.open = true;
    details.querySelector("textarea, select, input:not([type=hidden]), button")?.focus();
  } else if (element.matches("textarea, input")) element.focus();
  else element.click();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || localStorage.getItem(OFF)) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else {
    const found = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!found) return;
    use(found);
  }
  event.preventDefault(); // or the letter would land in the field
}

if (panel) {
  const box = panel.querySelector("input");
  panel.hidden = false;
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  document.addEventListener("keydown", press);
}

// Kept in this tab alone, and only until the answer is there: its name says how many were written before.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const words = form.querySelector("textarea");
  const [reply] = form.dataset.keep.split(".");
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(`owl:answer:${reply}.`) && name !== `owl:answer:${form.dataset.keep}`) sessionStorage.removeItem(name);
  }
  const name = `owl:answer:${form.dataset.keep}`;
  if (!words.value) words.value = sessionStorage.getItem(name) ?? "";
  words.addEventListener("input", () => sessionStorage.setItem(name, words.value));
}
