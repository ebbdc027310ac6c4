// A place that is typed and not added yet, on the map: a tap types for whoever taps.
import { L, form, frame, map } from "./map_sheet.js";
import { fieldOf, how } from "./where.js";

const USUAL = { circle: "500", nearest: "200" };
const SIZE_OF = { circle: "circle_metres", nearest: "nearest_homes" };
const NUMBERS = /(-?\d{1,3}\.\d+)[\s,]+(-?\d{1,3}\.\d+)/;
const typed = L.layerGroup().addTo(map);

function pointIn(text) {
  const found = NUMBERS.exec(text);
  return found ? found.slice(1).map(Number).sort((one, other) => other - one) : null;
}

// What stands in the fields and is not added yet.
export function showTyped() {
  typed.clearLayers();
  if (!form) return;
  const options = { className: "owl-map__typed", interactive: false };
  if (how() === "polygon") {
    const corners = fieldOf("corners").value.split(/[\n;]/).map(pointIn).filter(Boolean);
    if (corners.length > 2) L.polygon(corners, options).addTo(typed);
    else if (corners.length > 1) L.polyline(corners, options).addTo(typed);
    for (const corner of corners) L.circleMarker(corner, { ...options, radius: 5 }).addTo(typed);
  } else if (how() in USUAL) {
    const at = pointIn(fieldOf(`${how()}_point`).value);
    if (!at) return;
    L.circleMarker(at, { ...options, radius: 5 }).addTo(typed);
    const metres = Number(fieldOf("circle_metres").value);
    if (how() === "circle" && metres > 0) L.circle(at, { ...options, radius: metres }).addTo(typed);
  }
}

function changed(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

map.on("click", ({ latlng }) => {
  if (!form || latlng === undefined) return;
  const point = `${latlng.lat.toFixed(5)}, ${latlng.lng.toFixed(5)}`;
  if (how() === "polygon") {
    const corners = fieldOf("corners");
    corners.value = [corners.value.trim(), point].filter(Boolean).join("\n");
    changed(corners);
  } else if (how() in USUAL) {
    const field = fieldOf(`${how()}_point`);
    const size = fieldOf(SIZE_OF[how()]);
    field.value = point;
    size.value ||= USUAL[how()];
    changed(field);
  }
});

frame.querySelector(".owl-map__undo")?.addEventListener("click", () => {
  const corners = fieldOf("corners");
  corners.value = corners.value.trim().split("\n").slice(0, -1).join("\n");
  changed(corners);
});
