// A place on a map of our own boundaries. The list and the postcode beside it do the same; the map is fetched when it is
// asked for.
const NEAR = 15; // to where somebody's pin is

function addOnce(tag, attributes) {
  return new Promise((done, failed) => {
    const element = Object.assign(document.createElement(tag), attributes, { onload: done, onerror: failed });
    document.head.append(element);
  });
}

async function show(frame) {
  const data = frame.dataset;
  if (!window.L) {
    await Promise.all([addOnce("link", { rel: "stylesheet", href: data.style }), addOnce("script", { src: data.leaflet })]);
  }
  frame.querySelector("[data-pin-part]").hidden = false;
  const L = window.L;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(frame.querySelector(".owl-pin__sheet"), {
    minZoom: 8,
    maxZoom: 18,
    scrollWheelZoom: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    attributionControl: false,
  });
  map.setView([51.83, -0.23], 9);
  const field = (end) => frame.querySelector(`[name="${data.pin}-${end}"]`);
  const form = frame.closest("form");
  const buttons = frame.querySelectorAll("[data-pin-part] button");
  buttons.forEach((each) => (each.disabled = true)); // until the middle is that of the area
  const said = frame.querySelector("[data-pin-said]");
  let pin;
  const put = (at) => {
    pin?.remove();
    pin = at && L.circleMarker(at, { className: "owl-pin__pin", radius: 9, interactive: false }).addTo(map);
    field("lat").value = at ? at.lat.toFixed(3) : "";
    field("lon").value = at ? at.lng.toFixed(3) : "";
    said.textContent = at ? said.dataset.set : said.dataset.unset;
    if (at) for (const other of ["ward", "postcode"]) form.querySelector(`[name="${data.pin}-${other}"]`).value = "";
    field("lat").dispatchEvent(new Event("change", { bubbles: true }));
  };
  map.on("click", ({ latlng }) => latlng && put(latlng));
  frame.querySelector("[data-pin-middle]").addEventListener("click", () => put(map.getCenter()));
  frame.querySelector("[data-pin-clear]").addEventListener("click", () => put(null));
  for (const other of ["ward", "postcode"]) {
    form.querySelector(`[name="${data.pin}-${other}"]`).addEventListener("input", (event) => event.target.value && pin && put(null));
  }
  const own = L.featureGroup().addTo(map);
  const areas = new Set(data.areas.split(" ").map((area) => `neighbourhood:${area}`));
  for (const district of data.districts.split(" ")) {
    const answer = await fetch(`/boundaries/${district}.json`).catch(() => null);
    if (!answer?.ok) continue; // the map does without its lines
    for (const feature of (await answer.json()).features) {
      const isOwn = areas.has(feature.id);
      if (!isOwn && !feature.id.startsWith("ward:")) continue;
      const drawn = L.geoJSON(feature, { className: isOwn ? "owl-pin__area" : "owl-pin__ward", interactive: false });
      drawn.addTo(isOwn ? own : map);
      if (!isOwn) drawn.bindTooltip(feature.properties.name, { permanent: false });
    }
  }
  if (own.getLayers().length) map.fitBounds(own.getBounds(), { animate: false, padding: [8, 8] });

  buttons.forEach((each) => (each.disabled = false));
  if (field("lat").value) {
    const at = L.latLng(Number(field("lat").value), Number(field("lon").value));
    put(at);
    map.setView(at, Math.max(map.getZoom(), NEAR), { animate: false });
  }
  frame.dataset.ready = "yes";
}

for (const frame of document.querySelectorAll("[data-pin]")) {
  frame.hidden = false;
  const button = frame.querySelector("[data-pin-show]");
  const open = () => {
    button.parentElement.hidden = true;
    show(frame).catch(() => {
      button.parentElement.hidden = false; // a lost line: the list is there, and another press
    });
  };
  button.addEventListener("click", open);
  if (frame.querySelector(`[name="${frame.dataset.pin}-lat"]`).value) open();
}
