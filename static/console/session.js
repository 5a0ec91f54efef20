// Who is no longer logged in is asked to log in, as on opening a page, and comes back to where they were. Otherwise the
// login page would be put into a region of a page, or nothing would happen at all.

export function watchSession() {
  document.addEventListener("htmx:beforeSwap", sendToLogin, true);
}

// response: what fetch gave.
export const isLogin = (response) => response.redirected && isLoginPage(response.url);

// Several regions come to know it at once.
let isLeaving = false;

export function logIn() {
  if (isLeaving) return;
  isLeaving = true;
  location.reload();
}

const isLoginPage = (url) => new URL(url).pathname.endsWith("/login/");

function sendToLogin(event) {
  const { xhr, requestConfig } = event.detail;
  const isRedirected = new URL(requestConfig.path, location.href).pathname !== new URL(xhr.responseURL).pathname;
  if (!isRedirected || !isLoginPage(xhr.responseURL)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (requestConfig.verb === "get") logIn(); // what is filled in and not yet sent would be lost
}
