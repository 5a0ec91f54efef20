// Times as people say them. What the server has written in UTC becomes, in place:
//   <time datetime>                     "3 min. ago", exactly on hover
//   <time datetime data-elapsed>        "4 min 12 s", counting
//   <time datetime> in [data-absolute]  date and time in the chosen zone, how long ago on hover
// Elements with data-zone-switch change between local time and UTC; see zone.js.

import { isHeld } from "./hold.js";
import { isUtc, keepZone, nameOfZone, writer } from "./zone.js";
import { tellFields } from "./zone_fields.js";

const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

const language = document.documentElement.lang || "en";
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });

export function tellTimes() {
  update();
  document.body.addEventListener("htmx:afterSettle", update);
  document.addEventListener("visibilitychange", update);
  setInterval(() => document.hidden || isHeld() || "liveStale" in document.body.dataset || update(), 1000);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-zone-switch]")) return;
    keepZone(isUtc() ? "local" : "utc");
    update();
  });
}

function update() {
  const write = absoluteWriter();
  tellFields();
  for (const element of document.querySelectorAll("time[datetime]")) show(element, write);
  for (const button of document.querySelectorAll("[data-zone-switch]")) {
    setText(button, isUtc() ? button.dataset.textUtc : button.dataset.textLocal);
  }
}

function show(element, write) {
  const at = new Date(element.dateTime);
  if (Number.isNaN(at.getTime())) return;
  const exactly = write(at);
  const isAbsolute = element.closest("[data-absolute]");
  const spoken = "elapsed" in element.dataset ? elapsed(at) : ago(at);
  setText(element, isAbsolute ? exactly.short : spoken);
  const title = isAbsolute ? `${exactly.full}, ${spoken}` : exactly.full;
  if (element.title !== title) element.title = title;
}

function ago(at) {
  const seconds = (at - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  const isNow = unit === "second" && Math.abs(seconds) < 5;
  return relative.format(isNow ? 0 : Math.trunc(seconds / size), unit);
}

function elapsed(at) {
  const seconds = Math.max(0, Math.floor((Date.now() - at) / 1000));
  const parts = [["hour", Math.floor(seconds / 3600)], ["minute", Math.floor(seconds / 60) % 60], ["second", seconds % 60]];
  const shown = parts.slice(Math.max(0, parts.findIndex(([, count]) => count))).slice(0, 2);
  const last = seconds ? shown : parts.slice(2);
  return last.map(([unit, count]) => inUnit(count, unit)).join(" ");
}

function inUnit(count, unit) {
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(count);
}

function absoluteWriter() {
  const short = writer();
  return (at) => ({ short: short(at), full: `${short(at)} ${nameOfZone(at)}` });
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
