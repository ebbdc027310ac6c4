// Long lists of areas: fetched when they are opened, and narrowed to the names with what is typed.
// Without it, the button in a list sends the form, and the page comes back with the whole list.
const form = document.querySelector("form[data-count]");
const asked = new Map(); // list → the promise of what is in it

async function fill(list) {
  const answer = await fetch(list.dataset.list);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rest = [...page.querySelector("details").children].filter((each) => each.tagName !== "SUMMARY");
  const ticked = [...list.querySelectorAll("input:checked")].map((box) => `input[name=${box.name}][value="${CSS.escape(box.value)}"]`);
  const hadFocus = list.contains(document.activeElement) && document.activeElement.tagName !== "SUMMARY";
  list.replaceChildren(list.querySelector("summary"), ...rest);
  for (const box of ticked) for (const same of list.querySelectorAll(box)) same.checked = true;
  delete list.dataset.list;
  showFilters();
  if (hadFocus) list.querySelector("input:not([type=hidden])").focus();
}

function whole(list) {
  if (!asked.has(list)) {
    asked.set(list, fill(list).catch((error) => {
      asked.delete(list); // to be tried again; the button without a script is still there
      throw error;
    }));
  }
  return asked.get(list);
}

// For the map: a tap on an area ticks a box of its list, which must be there.
export async function listed(kind) {
  const list = form?.querySelector(`details[data-list][data-kind="${kind}"]`);
  if (list) await whole(list).catch(() => {});
}

function showFilters() {
  for (const filter of form.querySelectorAll(".owl-areas__filter")) filter.hidden = false;
}

function narrow(list, words) {
  const wanted = words.trim().toLowerCase();
  for (const group of list.querySelectorAll(".owl-areas__group")) {
    const named = group.querySelector("legend").textContent.toLowerCase().includes(wanted);
    let shown = 0;
    for (const row of group.querySelectorAll(".owl-area")) {
      const name = row.querySelector(".owl-area__name").textContent.toLowerCase();
      row.hidden = !(named || name.includes(wanted) || row.querySelector(":checked"));
      shown += !row.hidden;
    }
    group.hidden = !shown;
  }
}

if (form) {
  showFilters();
  form.addEventListener("input", ({ target }) => {
    if (target.closest(".owl-areas__filter")) narrow(target.closest("details"), target.value);
  });
  form.addEventListener("click", (event) => {
    const list = event.target.closest("button[name=act]")?.closest("details[data-list]");
    if (!list) return;
    event.preventDefault();
    whole(list).catch(() => form.requestSubmit(event.target.closest("button")));
  });
  const opened = ({ target }) => target.open && target.matches("details[data-list]") && whole(target).catch(() => {});
  form.addEventListener("toggle", opened, true); // it does not bubble
}
