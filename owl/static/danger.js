// Shows 999 as soon as what somebody types speaks of danger. It looks here, in the page: nothing is sent anywhere.
// The list and the way of reading it are those of owl/replies/danger.py.
const BETWEEN = /[^\p{L}\p{N}]+/gu;

for (const panel of document.querySelectorAll("[data-danger]")) {
  const phrases = JSON.parse(panel.dataset.danger);
  const areas = [...panel.closest("form").querySelectorAll("textarea")];
  const look = () => {
    const words = ` ${areas.map((area) => area.value).join(" ").toLowerCase().replace(BETWEEN, " ").trim()} `;
    const speaks = phrases.some((phrase) => words.includes(` ${phrase} `));
    if (panel.hidden === speaks) panel.hidden = !speaks; // only when it changes: it is read out then
  };
  areas.forEach((area) => area.addEventListener("input", look));
  look();
}
