// A link to a page of ours goes the way that the menu goes: over the line that is open, without a page being loaded.
// It stays a link: in a new tab, without a line or without this script the browser follows it by itself.
(() => {
  if (window.duchaLinks) return;
  window.duchaLinks = true;
  const pages = new Set(/*pages*/ []);
  const find = (name) => document.querySelector(`[data-testid="${name}"]`);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('[data-testid="stHtml"] a[href]') : null;
    if (!link || link.target || link.hasAttribute("download")) return;
    const address = new URL(link.href);
    if (address.origin !== location.origin || !pages.has(address.pathname) || address.hash) return;
    if (find("stApp")?.getAttribute("data-test-connection-state") !== "CONNECTED") return;
    event.preventDefault();
    // The page takes a change of the history for what its buttons do, and asks for what the address names.
    if (address.href !== location.href) history.pushState({}, "", address.pathname + address.search);
    window.dispatchEvent(new PopStateEvent("popstate", {state: {}}));
    // As after loading: the beginning is in sight, and the next key goes on from there.
    const main = find("stMain");
    main?.scrollTo(0, 0);
    main?.setAttribute("tabindex", "-1");
    main?.focus({preventScroll: true});
  });
})();
