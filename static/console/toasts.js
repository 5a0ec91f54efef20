// Messages in the corner: good news pass by themselves, errors stay until they are closed. A message that comes with the
// page is also put into a line that was empty: of what is there from the beginning, screen readers say nothing.

const SECONDS = 8;
const UNTIL_HEARD = 500; // milliseconds until a screen reader has noticed the empty line

export function watchToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  region.addEventListener("click", (event) => {
    if (event.target.closest(".toast-close")) event.target.closest(".toast").remove();
  });
  for (const toast of region.querySelectorAll("[data-passes]")) letPass(toast);
  speak([...region.querySelectorAll(".toast p")].map((message) => message.textContent).join(" "));
}

export function showToast(text, kind = "success") {
  const region = document.getElementById("toasts");
  const toast = document.createElement("div");
  toast.className = `toast ${kind}`;
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  toast.append(paragraph, closer(region.dataset.close));
  for (const said of region.querySelectorAll(".toast")) if (said.textContent === toast.textContent) said.remove();
  region.append(toast);
  if (kind !== "error") letPass(toast);
  speak(text);
}

function closer(label) {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.setAttribute("aria-label", label);
  close.textContent = "×";
  return close;
}

// Nothing goes away under the pointer, nor with the focus in it.
function letPass(toast) {
  const users = new Set();
  let timer;
  const wait = () => {
    clearTimeout(timer);
    if (!users.size) timer = setTimeout(() => toast.remove(), SECONDS * 1000);
  };
  for (const [comes, goes] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
    toast.addEventListener(comes, () => wait(users.add(comes)));
    toast.addEventListener(goes, () => wait(users.delete(comes)));
  }
  wait();
}

let pause;

function speak(text) {
  const line = document.querySelector("[data-toasts-spoken]");
  if (!line || !text) return;
  clearTimeout(pause);
  line.textContent = "";
  pause = setTimeout(() => (line.textContent = text), UNTIL_HEARD);
}
