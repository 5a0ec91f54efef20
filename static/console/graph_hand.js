// Moving a picture by pulling at it with mouse, pen or one finger.

const TREMBLE = 5; // pixels that a press may slip and still be a click

export function moveByHand(svg, view) {
  svg.addEventListener("pointerdown", (event) => {
    if (event.button || (event.pointerType === "touch" && !event.isPrimary)) return;
    pull(svg, view, event);
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
}

// It ends wherever the pointer is let go: beside the picture, and outside the window, too.
function pull(svg, view, start) {
  const end = new AbortController();
  let last = start;
  let hasMoved = false;
  const move = (now) => {
    if (!hasMoved && Math.hypot(now.clientX - start.clientX, now.clientY - start.clientY) < TREMBLE) return;
    if (!svg.isConnected) return letGo(); // drawn anew meanwhile
    if (!hasMoved) svg.setPointerCapture(now.pointerId); // not before: a captured click is none on a step
    hasMoved = true;
    svg.classList.add("is-panned");
    view.move((last.clientX - now.clientX) / view.scale, (last.clientY - now.clientY) / view.scale);
    last = now;
  };
  const letGo = () => {
    end.abort();
    svg.classList.remove("is-panned");
    if (hasMoved) dropClick(svg);
  };
  addEventListener("pointermove", move, { signal: end.signal });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, letGo, { signal: end.signal });
}

// The click that ends a pull is no click on a step. Where the pull ends beside the picture, none may come: the next is meant.
function dropClick(svg) {
  const drop = (click) => {
    click.preventDefault();
    click.stopPropagation();
  };
  svg.addEventListener("click", drop, { capture: true, once: true });
  setTimeout(() => svg.removeEventListener("click", drop, { capture: true }));
}
