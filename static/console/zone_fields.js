// Fields for a time (data-zoned): the server reads and writes them in UTC, a person in the chosen zone.
//   <input data-zoned>                 is shown in the zone, and sent in UTC
//   <input data-zoned="add=since,until"> only while the form's field "add" has one of these values
//   <span data-zone-name>              names the zone

import { isUtc, nameOfZone, writer } from "./zone.js";

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/;

export function watchFields() {
  document.addEventListener("formdata", ({ target, formData }) => {
    for (const field of target.querySelectorAll("[data-zoned]")) {
      if (isMeant(field)) formData.set(field.name, changed(field.value, zoneOf(), "utc"));
    }
  });
}

// Brings what the server has written, or what was written before the zone was changed, into the zone.
export function tellFields() {
  const zone = zoneOf();
  for (const field of document.querySelectorAll("[data-zoned]")) {
    const shownIn = field.dataset.shownIn ?? "utc";
    if (shownIn === zone) continue;
    if (isMeant(field)) field.value = changed(field.value, shownIn, zone);
    field.dataset.shownIn = zone;
  }
  for (const element of document.querySelectorAll("[data-zone-name]")) {
    const name = nameOfZone(new Date());
    if (element.textContent !== name) element.textContent = name;
  }
}

function zoneOf() {
  return isUtc() ? "utc" : "local";
}

function isMeant(field) {
  const [name, values] = field.dataset.zoned.split("=");
  return !values || values.split(",").includes(field.form?.elements[name]?.value);
}

// Gives back as it is what is no time: the server says so better.
function changed(text, from, to) {
  const found = TIME.exec(text.trim());
  if (!found || from === to) return text;
  const at = new Date(`${found[1]}T${found[2] ?? "00:00"}${from === "utc" ? "Z" : ""}`);
  if (Number.isNaN(at.getTime())) return text;
  const written = to === "utc" ? at.toISOString().slice(0, 19) : writer()(at).replace(" ", "T");
  return written.endsWith(":00") ? written.slice(0, 16) : written;
}
