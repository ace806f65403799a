// What a visitor asked for begins at the top: another step of a wijkanalyse, also where the button to it stood at the foot of the one
// before, and where a figure comes from, to which a link leads. What comes in above it can push it away again: it is held until the
// page is there, or until the visitor moves or goes into a field (a screen reader does so without a key).
(() => {
  const STEP = '[class*="st-key-stap-"] h2';
  const PARENT = "#bron";
  const HELD_MS = 8000;
  if (window.wijkradarHoldTop) return;
  window.wijkradarHoldTop = true;
  let step = "";
  let parent = null;
  let held = null;
  // A heading is seen anywhere on the screen; what stands under a line to jump to is not, at the foot of it.
  const hold = (selector, lowest) => { held = { selector, lowest, until: performance.now() + HELD_MS }; };
  const notice = () => {
    const heading = document.querySelector(STEP);
    if (heading && heading.textContent && heading.textContent !== step) {
      if (step) hold(STEP, 1);
      step = heading.textContent;
    }
    const arrived = new URLSearchParams(location.search).get("deel") === "bron" ? document.querySelector(PARENT) : null;
    if (arrived && arrived !== parent) hold(PARENT, 0.5);
    parent = arrived;
  };
  const look = () => {
    notice();
    const now = performance.now();
    const place = held && now < held.until && document.querySelector(held.selector);
    if (!place) return;
    // A slow machine is still busy with the page after any number of seconds.
    if (document.querySelector('[data-test-script-state="running"]')) held.until = now + HELD_MS;
    const { top, bottom } = place.getBoundingClientRect();
    if (top < 60 || bottom > held.lowest * window.innerHeight) place.scrollIntoView({ block: "start" });
  };
  const letGo = () => { held = null; };
  for (const moved of ["wheel", "touchmove", "keydown", "pointerdown", "focusin"]) addEventListener(moved, letGo, { capture: true, passive: true });
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-stale", "style"] });
  document.addEventListener("scroll", () => requestAnimationFrame(look), { capture: true, passive: true });
  look();
})();
