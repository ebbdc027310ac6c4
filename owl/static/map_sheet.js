// The sheet that areas are drawn on: where it lies, how it moves, and what is under it.
export const L = window.L;
export const frame = document.querySelector("[data-map]");
export const form = document.querySelector("form[data-count]");
frame.hidden = false;

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
export const map = L.map(frame.querySelector(".owl-map__sheet"), {
  minZoom: 8,
  maxZoom: 18,
  zoomSnap: 0.5,
  scrollWheelZoom: false,
  zoomAnimation: !calm,
  fadeAnimation: !calm,
});
map.on("focus", () => map.scrollWheelZoom.enable());
map.on("blur", () => map.scrollWheelZoom.disable());
map.attributionControl.setPrefix(false); // whose the boundaries are stands below the map
map.setView([51.83, -0.23], 9);
if (frame.dataset.tiles) {
  const credit = document.createElement("span");
  credit.textContent = frame.dataset.credit;
  L.tileLayer(frame.dataset.tiles, { attribution: credit.innerHTML, maxZoom: 18 }).addTo(map);
}
