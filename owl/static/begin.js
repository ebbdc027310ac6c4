// Marks the page for govuk-frontend's styles before anything is drawn. In a file of its own,
// because the content security policy allows no script inside a page.
document.body.className +=
  " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
