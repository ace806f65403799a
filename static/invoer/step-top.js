// Another step of a wijkanalyse begins at its top, also where the button to it stood at the foot of the one before. What comes
// in after the heading can push it away again: it is held until the step is there, or until the visitor moves or goes into a field
// (a screen reader does so without a key).
(() => {
  const STEP = '[class*="st-key-stap-"] h2';
  const HELD_MS = 8000;
  if (window.wijkradarStepTop) return;
  window.wijkradarStepTop = true;
  let shown = "";
  let until = 0;
  const look = () => {
    const heading = document.querySelector(STEP);
    const now = heading ? heading.textContent : "";
    if (!now) return;
    if (now !== shown) {
      if (shown) until = performance.now() + HELD_MS;
      shown = now;
    }
    if (performance.now() > until) return;
    const { top, bottom } = heading.getBoundingClientRect();
    if (top < 60 || bottom > window.innerHeight) heading.scrollIntoView({ block: "start" });
  };
  const letGo = () => { until = 0; };
  for (const moved of ["wheel", "touchmove", "keydown", "pointerdown", "focusin"]) addEventListener(moved, letGo, { capture: true, passive: true });
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-stale", "style"] });
  document.addEventListener("scroll", () => requestAnimationFrame(look), { capture: true, passive: true });
  look();
})();
