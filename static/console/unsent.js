// While somebody fills in a form that stands in a region which is drawn anew (data-holds), the page stands still: what was
// chosen and not yet sent would be gone. It goes on when the form is left, or sent, which loads another page.

import { hold } from "./hold.js";

export function holdForms() {
  for (const kind of ["focusin", "focusout"]) document.addEventListener(kind, () => setTimeout(noteForm));
}

// Asked for afterwards: from one field to the next the focus is nowhere for a moment.
function noteForm() {
  hold("form", Boolean(document.activeElement?.closest("form[data-holds]")));
}
