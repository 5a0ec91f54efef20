// Local time or UTC: which of them the reader has chosen, and how a time is written in it.

const ZONE = "venom:zone";
const language = document.documentElement.lang || "en";

// Without storage the choice lasts as long as the page.
let zone = "local";

export function isUtc() {
  try {
    return (localStorage.getItem(ZONE) ?? zone) === "utc";
  } catch {
    return zone === "utc";
  }
}

export function keepZone(chosen) {
  zone = chosen;
  try {
    localStorage.setItem(ZONE, chosen);
  } catch {
    // see above
  }
}

// Swedes write dates as the server does: 2026-11-23 09:05:07.
export function writer() {
  const format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", ...options() });
  return (at) => format.format(at);
}

export function nameOfZone(at) {
  const format = new Intl.DateTimeFormat(language, { timeZoneName: "short", ...options() });
  return format.formatToParts(at).find((part) => part.type === "timeZoneName").value;
}

function options() {
  return isUtc() ? { timeZone: "UTC" } : {};
}
