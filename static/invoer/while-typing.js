// A free text is sent when its writer pauses, not only when the field is left: so what may point at a person is
// shown while typing. Streamlit sends a text area on Ctrl+Enter; that is the key that is pressed here.
(() => {
  const PAUSE_MS = 700;
  const OURS = '[class*="st-key-vrije-tekst"] textarea';
  if (window.wijkradarWhileTyping) return;
  window.wijkradarWhileTyping = true;
  const timers = new WeakMap();
  const paused = (event) => {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement) || !field.matches(OURS)) return;
    clearTimeout(timers.get(field));
    // Half a letter (an accent that waits for its vowel, or a keyboard that proposes words) is not sent.
    if (event.isComposing) return;
    timers.set(field, setTimeout(() => {
      if (!field.isConnected) return;
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true, cancelable: true }));
    }, PAUSE_MS));
  };
  document.addEventListener("input", paused, true);
  document.addEventListener("compositionend", paused, true);
})();
