// What is typed goes to the server while it is typed, not only when the field is left: after a pause, at the latest
// after a while, and when the page is hidden or closed. Until it is kept there no tick says that it is.
(() => {
  if (window.duchaTyping) return;
  window.duchaTyping = true;
  const PAUSE = 800, LONGEST = 6000;
  const FIELDS = ["stTextInput", "stTextArea", "stNumberInput"]
    .map((name) => `[data-testid="${name}"] :is(input, textarea)`).join(", ");
  const root = document.documentElement;
  const app = () => document.querySelector('[data-testid="stApp"]');
  const isAt = (state) => app()?.getAttribute("data-test-script-state") === state
    && app()?.getAttribute("data-test-connection-state") === "CONNECTED";
  let field = null, since = 0, timer = 0, asked = 0, composing = false;

  const settle = () => {
    // Only what was sent and worked through is kept; something typed since waits for its own turn.
    if (asked && !field && Date.now() - asked > 300 && isAt("notRunning")) {
      asked = 0;
      root.classList.remove("dc-typing");
    } else if (asked) setTimeout(settle, 150);
  };
  const send = () => {
    clearTimeout(timer);
    const typed = field;
    if (!typed || composing) return;
    field = null;
    // The page takes a field's text when it is left; it is left and entered again, and the person notices nothing.
    typed.dispatchEvent(new FocusEvent("focusout", {bubbles: true}));
    if (document.activeElement === typed) typed.dispatchEvent(new FocusEvent("focusin", {bubbles: true}));
    asked = Date.now();
    setTimeout(settle, 150);
  };
  const note = (event) => {
    if (!(event.target instanceof Element) || !event.target.matches(FIELDS)) return;
    if (field && field !== event.target) send();
    if (!field) since = Date.now();
    field = event.target;
    root.classList.add("dc-typing");
    clearTimeout(timer);
    if (Date.now() - since > LONGEST) send();
    else timer = setTimeout(send, PAUSE);
  };
  document.addEventListener("input", note, true);
  // A Chinese word that is still being put together is not taken in the middle.
  document.addEventListener("compositionstart", () => { composing = true; }, true);
  document.addEventListener("compositionend", (event) => { composing = false; note(event); }, true);
  // Who leaves the field has it taken by the page itself.
  document.addEventListener("focusout", (event) => {
    if (event.isTrusted && event.target === field) { clearTimeout(timer); field = null; asked = Date.now();
      setTimeout(settle, 150); }
  }, true);
  const leave = () => { composing = false; send(); };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  window.addEventListener("pagehide", leave);
})();
