// Offers what this browser can do with the page: pass it on, or print it. Without it the addresses and the menu do.
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ title: button.dataset.share, url: location.href }).catch(() => {}); // they thought better of it
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
