// What a reader has unfolded, scrolled to and is at with the keyboard stays so when a region is drawn anew.

import { giveFocus, noteFocus } from "./focus.js";

const kept = new Map(); // by the id of the region that is swapped

export function keepPlaces() {
  document.body.addEventListener("htmx:beforeSwap", ({ detail: { shouldSwap, target } }) => {
    if (shouldSwap && target?.id) kept.set(target.id, { focus: noteFocus(target), shown: shownIn(target).map(noteShown) });
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    const region = document.getElementById(target?.id);
    const noted = kept.get(target?.id);
    if (!region || !noted) return;
    kept.delete(target.id);
    noted.shown.forEach(restore); // before the focus, which nothing folded can have
    giveFocus(region, noted.focus);
  });
}

// Another step's panel is another thing; what is around it is the same.
const shownIn = (target) => (target.id === "run" ? [...target.querySelectorAll("#run-header, #run-tab")] : [target]);
const foldsOf = (region) => [...region.querySelectorAll("details")];

function noteShown(region) {
  return { id: region.id, open: foldsOf(region).map((fold) => fold.open), top: region.scrollTop };
}

function restore({ id, open, top }) {
  const region = document.getElementById(id);
  if (!region) return;
  const folds = foldsOf(region);
  if (folds.length === open.length) folds.forEach((fold, place) => (fold.open = open[place]));
  region.scrollTop = top;
}
