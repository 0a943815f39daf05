// A page that has just been logged in to shows a ticket once; for it the browser is given its cookie.
(() => {
  if (window.duchaTicket) return;
  window.duchaTicket = true;
  const NAME = "data-ducha-ticket";
  const give = () => {
    for (const held of document.querySelectorAll(`[${NAME}]`)) {
      const ticket = held.getAttribute(NAME);
      held.removeAttribute(NAME);
      fetch("/session", {method: "POST", body: ticket});
    }
  };
  give();
  new MutationObserver(give).observe(document.body, {subtree: true, childList: true, attributes: true,
    attributeFilter: [NAME]});
})();
