// Adds places to a message without a new page. Without it, the same buttons send the form.
const ACTS = ["include_place", "leave_out_place"];
const form = document.querySelector("form[data-count]");
const places = document.getElementById("places");

export const how = () => form?.querySelector("[name=place_how]:checked")?.value ?? "pick";
export const fieldOf = (id) => document.getElementById(id);

// Only the fields of the way that is chosen are shown.
function showFields() {
  for (const part of places.querySelectorAll("[data-how]")) part.hidden = part.dataset.how !== how();
  places.querySelector(".owl-place-buttons").hidden = how() === "pick";
}

function say(words) {
  let alert = places.querySelector(".owl-places__trouble");
  if (!alert) {
    alert = document.createElement("p");
    alert.className = "owl-places__trouble govuk-error-message";
    alert.setAttribute("role", "alert");
    places.querySelector(".owl-place-buttons").before(alert);
  }
  alert.textContent = words;
}

async function add(act) {
  const typed = new FormData(form);
  typed.set("act", act);
  let answer;
  try {
    answer = await fetch(places.dataset.add, { method: "POST", body: new URLSearchParams(typed) });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  } catch {
    say("It couldn’t be added: there is no connection, or you are signed out. What you typed is still here. Try again.");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  places.replaceChildren(...page.body.childNodes);
  showFields();
  const wrong = places.querySelector(".govuk-input--error, .govuk-textarea--error");
  (wrong ?? form.querySelector("[name=place_how]:checked")).focus();
  document.dispatchEvent(new Event("owl:places"));
  form.dispatchEvent(new Event("change"));
}

if (places) {
  showFields();
  places.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=act]");
    if (!button || !ACTS.includes(button.value)) return;
    event.preventDefault();
    add(button.value);
  });
  form.addEventListener("change", showFields);
  places.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || how() === "pick") return;
    event.preventDefault();
    add(ACTS[0]);
  });
}
