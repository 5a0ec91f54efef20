// Messages in the corner: good news pass by themselves, errors stay until they are closed.

const SECONDS = 8;

export function watchToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  region.addEventListener("click", (event) => {
    if (event.target.closest(".toast-close")) event.target.closest(".toast").remove();
  });
  for (const toast of region.querySelectorAll("[data-passes]")) letPass(toast);
}

export function showToast(text, kind = "success") {
  const region = document.getElementById("toasts");
  const toast = document.createElement("div");
  toast.className = `toast ${kind}`;
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.setAttribute("aria-label", region.dataset.close ?? "×");
  close.textContent = "×";
  toast.append(paragraph, close);
  region.append(toast);
  if (kind !== "error") letPass(toast);
  return toast;
}

function letPass(toast) {
  let timer = setTimeout(() => toast.remove(), SECONDS * 1000);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => {
    timer = setTimeout(() => toast.remove(), SECONDS * 1000);
  });
}
