// Streamlit's own words in Chinese, wherever the browser shows them. What they are is written in words.py.
(() => {
  if (window.duchaWords) return;
  window.duchaWords = true;
  document.documentElement.lang = "zh-CN";
  const words = new Map(Object.entries(/*words*/ {}));
  const sentences = /*sentences*/ [].map(([pattern, put]) => [new RegExp(pattern), put]);
  const say = (text) => {
    const bare = text.trim();
    if (!bare || !/[A-Za-z]/.test(bare) || bare.length > 300) return text;
    const whole = words.get(bare);
    if (whole !== undefined) return text.replace(bare, whole);
    for (const [pattern, put] of sentences) if (pattern.test(bare)) return bare.replace(pattern, put);
    return text;
  };
  // What people have typed and what the pages say stands in tables and text of ours and is left alone.
  const ours = '.dc, .dc-scroll, [data-testid="stMarkdownContainer"], [data-testid="stHtml"], textarea, script, style';
  const dress = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const inButton = node.parentElement?.closest('button, [role="dialog"], [data-testid^="stFileUploader"]');
      if (!inButton && node.parentElement?.closest(ours)) return;
      const said = say(node.data);
      if (said !== node.data) node.data = said;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
      const text = node.getAttribute(name);
      if (text) { const said = say(text); if (said !== text) node.setAttribute(name, said); }
    }
    for (const child of node.childNodes) dress(child);
  };
  dress(document.body);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(dress); else dress(change.target);
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ["aria-label", "title", "placeholder", "alt"]});
})();
