// Shows who looks after what somebody writes about, while they write. It looks here, in the page: nothing is sent anywhere.
// The lists and the way of reading are those of owl/consultations/right_door.py.
const BETWEEN = /[^\p{L}\p{N}]+/gu;

for (const panel of document.querySelectorAll("[data-doors]")) {
  const form = panel.closest("form");
  const doors = [...panel.querySelectorAll("[data-door]")].map((door) => [door, JSON.parse(door.dataset.door)]);
  const areas = [...form.querySelectorAll("textarea")];
  const shown = document.createElement("input");
  Object.assign(shown, { type: "hidden", name: "shown", value: "yes" });
  const look = () => {
    const words = ` ${areas.map((area) => area.value).join(" ").toLowerCase().replace(BETWEEN, " ").trim()} `;
    for (const [door, phrases] of doors) door.hidden = !phrases.some((phrase) => words.includes(` ${phrase} `));
    panel.hidden = doors.every(([door]) => door.hidden);
  };
  form.append(shown); // no page in between: it stands here already
  areas.forEach((area) => area.addEventListener("input", look));
  look();
}
