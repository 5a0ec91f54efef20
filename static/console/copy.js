// Buttons that copy a text; the clipboard's own interface exists on secure origins only, so there is the old way too.

export function watchCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    const text = button.dataset.copy ?? document.getElementById(button.dataset.copyFrom)?.textContent.trim() ?? "";
    await copy(text, button);
    const before = button.textContent;
    button.textContent = button.dataset.copied ?? before;
    setTimeout(() => (button.textContent = before), 1500);
  });
}

async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    near.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    near.focus();
  }
}
