// Who wants the page to stand still while somebody is in the middle of something: a dialog, ticked runs, the reader's own
// word. It goes on when nobody does (document.body has data-live-paused until then).

const holders = new Set();

export function hold(holder, isHeld = true) {
  if (isHeld) holders.add(holder);
  else holders.delete(holder);
  document.body.toggleAttribute("data-live-paused", holders.size > 0);
}

export const isHeld = () => holders.size > 0;

// Not kept from page to page: an old state must not be taken for the present one because of what was pressed yesterday.
export function watchHolding() {
  for (const button of document.querySelectorAll("[data-live-hold]")) {
    button.addEventListener("click", () => {
      const isHeld = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isHeld));
      hold("reader", isHeld);
    });
  }
}
