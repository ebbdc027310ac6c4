// Areas on a map of our own boundaries. In the composer a tap does what a tick or a field does, and nothing else:
// everything on it can be done, and is said, in the lists and fields.
import { listed } from "./areas.js";
import { L, form, frame, map } from "./map_sheet.js";
import { showTyped } from "./map_typed.js";
import { how } from "./where.js";

const HINTS = {
  pick: "Tap an area to include it; tap again to leave it out; once more for neither.",
  circle: "Tap the middle of the circle.",
  nearest: "Tap where the nearest homes are to be counted from.",
  polygon: "Tap each corner in turn.",
  postcode: "Type the postcodes below.",
};
const NEAR = 12.5; // from here wards are seen whole
const hint = frame.querySelector(".owl-map__hint"); // where a tap chooses

const layers = new Map(); // "ward:E05…" → its layer
const loaded = new Set();
const drawn = L.layerGroup().addTo(map);
const counts = L.layerGroup().addTo(map);
const kindOf = (area) => area.slice(0, area.indexOf(":"));
let shown = "neighbourhood"; // the kind that is picked
let homes = {};

async function load(address) {
  if (loaded.has(address)) return;
  loaded.add(address);
  const answer = await fetch(address);
  if (!answer.ok) return;
  L.geoJSON(await answer.json(), {
    onEachFeature(feature, layer) {
      layers.set(feature.id, layer);
      layer.bindTooltip(feature.properties.name, { sticky: true });
      layer.on("click", (event) => {
        if (form && how() === "pick" && kindOf(feature.id) === shown) {
          L.DomEvent.stopPropagation(event);
          pick(feature.id, feature.properties.name);
        }
      });
    },
  });
}

const box = (side, area) => form?.querySelector(`input[name=${side}][value="${area}"]`);

function stateOf(area) {
  if (form) return box("exclude", area)?.checked ? "out" : box("include", area)?.checked ? "in" : "";
  const outline = outlines().find((each) => each.area === area);
  return outline ? (outline.left_out ? "out" : "in") : "";
}

function pick(area, name) {
  const [include, exclude] = [box("include", area), box("exclude", area)];
  if (!exclude) return;
  const before = stateOf(area);
  if (include) include.checked = before === "";
  exclude.checked = before === "in" || (before === "" && !include);
  const after = { in: "included", out: "left out", "": "neither included nor left out" }[stateOf(area)];
  hint.textContent = `${name}: ${after}.`;
  exclude.dispatchEvent(new Event("change", { bubbles: true }));
  paint();
}

function outlines() {
  return [...document.querySelectorAll("#live-map [data-outline]")].map((each) => JSON.parse(each.dataset.outline));
}

// Listed areas: all of the kind that is picked, and of others those that are chosen.
function paint() {
  for (const [area, layer] of layers) {
    const state = stateOf(area);
    const offered = form && kindOf(area) === shown && box("exclude", area);
    const frames = kindOf(area) === "district" || (kindOf(area) === "ward" && map.getZoom() >= NEAR);
    if (state || offered || frames) layer.addTo(map);
    else layer.remove();
    const element = layer.getElement?.();
    element?.setAttribute("class", `leaflet-interactive owl-map__area owl-map__area--${state || (offered ? "own" : "frame")}`);
    if (frames && !state) layer.bringToBack();
  }
  county();
}

function county() {
  const state = stateOf("county:hertfordshire");
  if (!state) return;
  for (const [area, layer] of layers) {
    if (kindOf(area) === "district" && !stateOf(area)) layer.getElement?.()?.classList.add(`owl-map__area--${state}`);
  }
}

function showDrawn() {
  drawn.clearLayers();
  for (const each of outlines()) {
    const className = `owl-map__area owl-map__area--${each.left_out ? "out" : "in"} owl-map__area--drawn`;
    const options = { className, interactive: false };
    if (each.ring) L.polygon(each.ring, options).addTo(drawn);
    if (each.metres) L.circle(each.at, { ...options, radius: each.metres }).addTo(drawn);
    const dot = { className: `${className} owl-map__area--dot`, interactive: false, radius: 4 };
    for (const point of each.points ?? []) L.circleMarker(point, dot).addTo(drawn);
  }
}

// Names to find one's way by, and homes of whole wards.
function showCounts() {
  counts.clearLayers();
  const wards = shown === "ward" || map.getZoom() >= NEAR;
  if (map.getZoom() < NEAR - 1.5) return;
  for (const [area, layer] of layers) {
    if (kindOf(area) !== (wards ? "ward" : "neighbourhood")) continue;
    if (wards && map.getZoom() < NEAR && !homes[area]) continue;
    const label = document.createElement("span");
    label.textContent = layer.feature.properties.name;
    if (homes[area] && shown === "ward") {
      label.append(document.createElement("b"));
      label.lastChild.textContent = homes[area].toLocaleString("en-GB");
    }
    const icon = L.divIcon({ className: "owl-map__label", html: label, iconSize: [0, 0] });
    L.marker(layer.getBounds().getCenter(), { icon, interactive: false, keyboard: false }).addTo(counts);
  }
}

let hinted;
function follow() {
  if (hinted !== how()) hint.textContent = HINTS[how()];
  hinted = how();
  const undo = frame.querySelector(".owl-map__undo");
  if (undo) undo.hidden = how() !== "polygon";
  showTyped();
}

async function show(kind) {
  await listed(kind);
  shown = kind;
  for (const button of frame.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === kind));
  }
  paint();
  showCounts();
}

function boundsOf(layer) {
  return layer.getRadius && !(layer instanceof L.Circle) ? layer.getLatLng().toBounds(10) : layer.getBounds();
}

function fit(areas) {
  const bounds = L.latLngBounds([]);
  for (const area of areas) if (layers.has(area)) bounds.extend(layers.get(area).getBounds());
  for (const layer of drawn.getLayers()) bounds.extend(boundsOf(layer));
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [16, 16], animate: false });
}

const address = (district) => `${frame.dataset.boundaries}/${district}.json`;

// What is drawn of the message's areas, once the server has said what they are.
async function refresh() {
  const before = drawn.getLayers().length;
  showDrawn();
  if (form && frame.dataset.ready && drawn.getLayers().length > before) fit([]);
  const districts = new Set(outlines().map((each) => each.district).filter(Boolean));
  for (const [area, layer] of layers) {
    if (kindOf(area) !== "district") continue;
    const around = layer.getBounds();
    if (drawn.getLayers().some((each) => around.intersects(boundsOf(each)))) districts.add(area.slice("district:".length));
  }
  await Promise.all([...districts].map((district) => load(address(district))));
  paint();
  showCounts();
}

let first = []; // what the map shows before anybody moves it
async function begin() {
  await load(address("districts"));
  let own = [];
  if (frame.dataset.homes) {
    const answer = await fetch(frame.dataset.homes);
    if (answer.ok) {
      const found = await answer.json();
      own = found.own.map((id) => `neighbourhood:${id}`);
      homes = Object.fromEntries(Object.entries(found.homes).map(([code, number]) => [`ward:${code}`, number]));
      await Promise.all(found.districts.map((district) => load(address(district))));
    }
  }
  await refresh();
  const chosen = outlines().filter((each) => !each.left_out).map((each) => each.area);
  first = chosen.length ? chosen : own;
  fit(first);
  showCounts();
  frame.dataset.ready = "yes";
}

const live = document.getElementById("live-map");
if (live) new MutationObserver(refresh).observe(live, { childList: true });
// A map that was folded away learns its size, and what to show, when it is opened.
frame.closest("details")?.addEventListener("toggle", () => {
  const wasFolded = !map.getSize().x;
  map.invalidateSize({ animate: false });
  if (wasFolded) fit(first);
});
map.on("zoomend", () => {
  paint();
  showCounts();
});
if (form) {
  follow();
  form.addEventListener("input", showTyped);
  form.addEventListener("change", () => {
    follow();
    paint();
  });
  document.addEventListener("owl:places", follow);
  for (const button of frame.querySelectorAll("[data-show]")) button.addEventListener("click", () => show(button.dataset.show));
}
begin();
