// What happened is told where it can be taken back. On a phone that may be out of sight: a form that closes, or a button
// far down. The page then moves to it, once for everything that happens.
(() => {
  const TOLD = '[class*="st-key-verteld-"]';
  if (window.wijkradarBringIntoView) return;
  window.wijkradarBringIntoView = true;
  let shown = "";
  const look = () => {
    const told = document.querySelector(TOLD);
    const now = told ? told.textContent + told.innerHTML.match(/st-key-terug-[\w-]*/) : "";
    if (now === shown) return;
    shown = now;
    if (!told) return;
    // The page is still moving: what stood above the button may have gone.
    setTimeout(() => {
      const { top, bottom } = told.getBoundingClientRect();
      if (told.isConnected && (top < 60 || bottom > window.innerHeight)) told.scrollIntoView({ block: "center" });
    }, 300);
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  look();
})();
