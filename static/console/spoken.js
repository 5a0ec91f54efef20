// A region that is drawn anew says in data-spoken what somebody who does not see it should hear. It is spoken once, when it
// changes, by a line of the page that stays: one that came with the region would speak each time.

const said = new Map(); // by the id of the region

export function speakChanges() {
  for (const region of document.querySelectorAll("[data-spoken]")) said.set(region.id, region.dataset.spoken);
  document.body.addEventListener("htmx:afterSettle", speak);
}

function speak() {
  for (const { id, dataset } of document.querySelectorAll("[data-spoken]")) {
    if (said.get(id) === dataset.spoken) continue;
    said.set(id, dataset.spoken);
    document.querySelector("[data-spoken-line]").textContent = dataset.spoken;
  }
}
