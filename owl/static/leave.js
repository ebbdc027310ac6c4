// Quick exit: the button or one press of Escape takes this page's place with another site, so that
// Back does not return here. Works before the rest of the page is there, and in old browsers.
(function () {
  "use strict";
  var away = document.currentScript.getAttribute("data-away");

  // Kept for this tab only, and only once somebody has left: see comeBack().
  function remember(left) {
    try {
      if (left) sessionStorage.setItem("left", "1");
      else sessionStorage.removeItem("left");
    } catch (blocked) {}
  }

  function hasLeft() {
    try {
      return sessionStorage.getItem("left") === "1";
    } catch (blocked) {
      return false;
    }
  }

  function leave() {
    document.documentElement.className += " owl-left";
    document.title = "";
    remember(true);
    location.replace(away);
  }

  // Back, after leaving, may still reach a page that was open earlier: leave that one too.
  // Whoever types the address or follows a link is let in again.
  function comeBack(event) {
    var visit = performance.getEntriesByType ? performance.getEntriesByType("navigation")[0] : null;
    var isBack = event.persisted || (visit && visit.type === "back_forward");
    if (isBack && hasLeft()) leave();
    else remember(false);
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !event.isComposing && !event.ctrlKey && !event.altKey && !event.metaKey) leave();
  }, true);
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest(".govuk-js-exit-this-page-button")) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  }, true);
  document.addEventListener("owl:leave", leave);
  window.addEventListener("pageshow", comeBack);
})();
