// The slides of a wijkanalyse, full screen. All of them are in the page; this shows one at a time, writes its address, and
// keeps the notes of the speaker off the screen of the room. No server is asked for the next slide.
(() => {
  "use strict";
  // The page draws this part anew now and then; what listens stays, and looks at what is there now.
  if (window.wijkradarRaad) { window.wijkradarRaad(); return; }
  // Letters in pixels on a screen of 1024 x 740; they grow with the screen. Below READABLE only where it is that or nothing.
  const LARGEST = 36;
  const LARGEST_BESIDE_PICTURE = 26;
  const READABLE = 24;
  const SMALLEST = 16;
  const FEWEST_ROWS = 2;
  const STACKED = "(max-width: 640px)";
  const DIA = "dia";
  const NOTES = "notities";
  const NEXT = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
  const PREVIOUS = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];

  let root = null;
  let place = 0;
  let between = null;

  const one = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const screen = () => one(".raad-scherm");
  const slides = () => all(".dia");
  const isOpen = () => Boolean(root?.isConnected && screen().open);
  const inOwnWindow = () => new URL(location).searchParams.get(NOTES) === "ja";

  // -- address ------------------------------------------------------------------------------------

  const addressWith = (changes) => {
    const address = new URL(location);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) address.searchParams.delete(name);
      else address.searchParams.set(name, value);
    }
    return address;
  };
  const asked = () => new URL(location).searchParams.get(DIA);
  const write = (id, how) => {
    if (asked() !== id) history[how]({}, "", addressWith({ [DIA]: id }));
  };
  // An address may also tell the number of a slide, as the foot of the screen does.
  const placeOf = (id) => slides().findIndex((slide, at) => slide.dataset.dia === id || String(at + 1) === id);

  // -- a slide ------------------------------------------------------------------------------------

  const unit = () => Math.max(1, Math.min(innerWidth / 1024, innerHeight / 740));
  const tooSmall = (box) =>
    box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1 ||
    // Beside a picture words have the height of the picture; what is lower would lie over the source.
    [...box.querySelectorAll(".met-legenda > .legenda, .naast > .woorden, .onder > .woorden")].some((part) => {
      const note = box.querySelector(".klein");
      return note && part.getBoundingClientRect().bottom > note.getBoundingClientRect().top + 1 && part.offsetTop < note.offsetTop;
    });

  // Widths of columns come from the report or from the browser: which of the two leaves the letters larger?
  const largestLetter = (box, largest, smallest) => {
    let low = smallest;
    let high = largest;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      box.style.setProperty("--letter", `${middle}px`);
      if (tooSmall(box)) high = middle - 1;
      else low = middle;
    }
    return low;
  };
  const fitWithin = (box, largest, smallest) => {
    const tries = (box.querySelector("col") ? [false, true] : [false]).map((set) => {
      box.classList.toggle("vast", set);
      const letter = largestLetter(box, largest, smallest);
      box.style.setProperty("--letter", `${letter}px`);
      return { set, letter, fits: !tooSmall(box) };
    });
    const best = tries.reduce((one, other) => (other.fits - one.fits || other.letter - one.letter) > 0 ? other : one);
    box.classList.toggle("vast", best.set);
    box.style.setProperty("--letter", `${best.letter}px`);
    return !tooSmall(box);
  };

  const showAllRows = (box) => {
    box.querySelectorAll("tbody tr, .rest").forEach((part) => { part.hidden = part.matches(".rest"); });
  };
  // The first rows that the room can read are worth more than all that it cannot; how many there are is told.
  const fitFirstRows = (box, letter) => {
    for (const rest of [...box.querySelectorAll(".rest")].reverse()) {
      const rows = [...rest.parentElement.querySelectorAll("tbody tr")];
      rest.hidden = rows.length <= FEWEST_ROWS;
      for (let kept = rows.length - 1; kept >= FEWEST_ROWS; kept -= 1) {
        rows[kept].hidden = true;
        rest.textContent = rest.dataset.zin.replace("{}", kept).replace("{}", rows.length);
        if (fitWithin(box, letter, letter)) return true;
      }
    }
    showAllRows(box);
    return false;
  };

  const fit = (slide) => {
    const box = slide.querySelector(".inhoud");
    box.classList.remove("rolt");
    showAllRows(box);
    box.style.removeProperty("--letter");
    if (matchMedia(STACKED).matches || inOwnWindow()) return;
    const grown = unit();
    const readable = Math.round(READABLE * grown);
    const largest = box.matches(".met-beeld") ? LARGEST_BESIDE_PICTURE : LARGEST;
    if (fitWithin(box, Math.round(largest * grown), readable)) return;
    if (fitFirstRows(box, readable)) return;
    // Better smaller than cut off; better scrolled than gone.
    box.classList.toggle("rolt", !fitWithin(box, readable, SMALLEST));
  };

  const tell = (words) => {
    const told = one(".melding");
    told.textContent = "";
    // What is the same as before would not be read out.
    requestAnimationFrame(() => { told.textContent = words; });
  };

  const show = (to, words = "") => {
    const every = slides();
    place = Math.max(0, Math.min(to, every.length - 1));
    const slide = every[place];
    every.forEach((other) => { other.hidden = other !== slide; });
    closeTable();
    const number = `dia ${place + 1} van ${every.length}`;
    one(".raad-nummer").textContent = number;
    // Where one cannot go further the button stays in reach of the keyboard.
    one("[data-doe=vorige]").setAttribute("aria-disabled", String(place === 0));
    one("[data-doe=volgende]").setAttribute("aria-disabled", String(place === every.length - 1));
    one("[data-doe=tabel]").hidden = !slide.querySelector(".dia-tabel");
    one(".raad-zaal").scrollTop = 0;
    const after = every[place + 1];
    slide.querySelector(".hierna").textContent = after ? `Hierna: ${after.dataset.boodschap}` : "Dit is de laatste dia.";
    fit(slide);
    showUnknown(words);
    tell(`${words} ${number[0].toUpperCase()}${number.slice(1)}: ${slide.dataset.boodschap}`.trim());
  };

  const showUnknown = (words) => {
    const told = one(".onbekend");
    told.textContent = words;
    told.hidden = !words;
  };

  const go = (to, how = "pushState") => {
    const every = slides();
    const wanted = Math.max(0, Math.min(to, every.length - 1));
    if (wanted === place && asked() === every[place].dataset.dia) return;
    show(wanted);
    write(every[place].dataset.dia, how);
    between?.postMessage({ dia: every[place].dataset.dia });
  };

  // -- open and leave -----------------------------------------------------------------------------

  const open = (id, how) => {
    const found = placeOf(id);
    const words = found < 0 && id !== "" ? root.dataset.onbekend.replace("{}", id) : "";
    if (!screen().open) screen().showModal();
    screen().classList.toggle("alleen-notities", inOwnWindow());
    if (inOwnWindow()) slides().forEach((slide) => { slide.querySelector(".dia-notities").hidden = false; });
    listen();
    show(Math.max(0, found), words);
    write(slides()[place].dataset.dia, how);
    one(".raad-zaal").focus({ preventScroll: true });
  };

  const close = () => {
    between?.close();
    between = null;
    if (document.fullscreenElement) document.exitFullscreen();
    hideNotes();
    if (isBlack()) toggleBlack();
    if (screen().open) screen().close();
  };

  const leave = () => {
    if (inOwnWindow()) { window.close(); return; }
    close();
    if (asked() === null) return;
    history.pushState({}, "", addressWith({ [DIA]: null }));
    // Streamlit keeps an address of its own; this is how it hears that it changed.
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  };

  const listen = () => {
    between?.close();
    between = new BroadcastChannel(`wijkradar-raad-${root.dataset.verslag}`);
    between.onmessage = ({ data }) => {
      const to = placeOf(data.dia);
      if (!isOpen() || to < 0 || to === place) return;
      show(to);
      write(data.dia, "replaceState");
    };
  };

  // -- what lies over a slide -----------------------------------------------------------------------

  const table = () => slides()[place]?.querySelector(".dia-tabel");
  const closeTable = () => {
    all(".dia-tabel").forEach((box) => { box.hidden = true; });
    all(".dia .inhoud").forEach((box) => { box.hidden = false; });
    one("[data-doe=tabel]").setAttribute("aria-pressed", "false");
  };
  const toggleTable = () => {
    const box = table();
    if (!box) { tell("Op deze dia staat geen grafiek of kaart."); return; }
    const shown = box.hidden;
    closeTable();
    if (!shown) { fit(slides()[place]); return; }
    slides()[place].querySelector(".inhoud").hidden = true;
    box.hidden = false;
    if (!matchMedia(STACKED).matches) fitWithin(box, Math.round(LARGEST_BESIDE_PICTURE * unit()), SMALLEST);
    one("[data-doe=tabel]").setAttribute("aria-pressed", "true");
    box.focus({ preventScroll: true });
  };

  // Notes are shown only after a second, deliberate answer: whoever presses N by mistake shows the room a question.
  const notesAreShown = () => all(".dia-notities").some((box) => !box.hidden);
  const askForNotes = () => {
    if (inOwnWindow()) return;
    if (notesAreShown()) { hideNotes(); return; }
    one(".vraag").hidden = false;
    one("[data-doe=eigen-venster]").focus();
  };
  const hideNotes = () => {
    one(".vraag").hidden = true;
    if (!inOwnWindow()) all(".dia-notities").forEach((box) => { box.hidden = true; });
    one(".raad-zaal").focus({ preventScroll: true });
  };
  const showNotesHere = () => {
    one(".vraag").hidden = true;
    all(".dia-notities").forEach((box) => { box.hidden = false; });
    slides()[place].querySelector(".dia-notities").focus({ preventScroll: true });
  };
  const showNotesElsewhere = () => {
    const elsewhere = window.open(addressWith({ [NOTES]: "ja" }), "wijkradar-notities", "popup,width=900,height=760");
    hideNotes();
    if (!elsewhere) tell("De browser hield het venster tegen. Sta vensters van Wijkradar toe, of toon de notities hier.");
  };

  const toggleFullScreen = () => {
    if (document.fullscreenElement) { document.exitFullscreen(); return; }
    one(".raad-zaal").requestFullscreen?.().catch(() => tell("De browser staat een volledig scherm hier niet toe; F11 kan ook."));
  };
  const isBlack = () => one(".raad-zaal").classList.contains("zwart");
  const toggleBlack = () => one(".raad-zaal").classList.toggle("zwart");

  const back = () => {
    if (isBlack()) toggleBlack();
    else if (!one(".vraag").hidden || (notesAreShown() && !inOwnWindow())) hideNotes();
    else if (table() && !table().hidden) toggleTable();
    else leave();
  };

  // -- hands ----------------------------------------------------------------------------------------

  const DEEDS = {
    "vorige": () => go(place - 1),
    "volgende": () => go(place + 1),
    "scherm": toggleFullScreen,
    "tabel": toggleTable,
    "notities": askForNotes,
    "hier": showNotesHere,
    "eigen-venster": showNotesElsewhere,
    "niet": hideNotes,
    "sluiten": leave,
  };
  const LETTERS = { n: "notities", t: "tabel", f: "scherm" };

  const isOnButton = (event) => event.target instanceof Element && event.target.closest("button, a, summary");
  const rolls = (event) =>
    event.target instanceof Element && event.target.closest(".dia-tabel, .dia-notities, .rolt") &&
    ["ArrowUp", "ArrowDown"].includes(event.key);

  const pressed = (event) => {
    if (!isOpen()) return;
    // Streamlit has keys of its own (R, C), which are not meant here.
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey || rolls(event)) return;
    if ((event.key === " " || event.key === "Enter") && isOnButton(event)) return;
    const letter = event.key.toLowerCase();
    // Nobody sees where one goes in the dark: the first step only brings the slide back.
    if (isBlack() && [...NEXT, ...PREVIOUS, "Home", "End"].includes(event.key)) toggleBlack();
    else if (NEXT.includes(event.key)) go(place + 1);
    else if (PREVIOUS.includes(event.key)) go(place - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(slides().length - 1);
    else if (event.key === "Escape") back();
    else if (letter === "b" || letter === ".") toggleBlack();
    else if (LETTERS[letter]) DEEDS[LETTERS[letter]]();
    else return;
    event.preventDefault();
  };

  const clicked = (event) => {
    if (!(event.target instanceof Element)) return;
    const starts = event.target.closest("[data-open]");
    if (starts && root?.contains(starts) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(starts.dataset.open, "pushState");
      if (starts.matches(".raad-start")) toggleFullScreen();
      return;
    }
    const deed = event.target.closest(".raad-scherm [data-doe]");
    if (deed && deed.getAttribute("aria-disabled") !== "true") DEEDS[deed.dataset.doe]();
  };

  // Between two slides of one report the back button is ours; everything else is for Streamlit.
  const elsewhere = (address) => {
    address.searchParams.delete(DIA);
    address.searchParams.sort();
    return address.pathname + address.search;
  };
  let shownAt = "";
  const moved = (event) => {
    if (!root?.isConnected) return;
    const here = elsewhere(new URL(location));
    if (isOpen() && asked() !== null && here === shownAt) {
      event.stopImmediatePropagation();
      show(Math.max(0, placeOf(asked())));
      between?.postMessage({ dia: asked() });
    } else if (isOpen() && asked() === null) {
      close();
    } else if (asked() !== null && here === shownAt) {
      open(asked(), "replaceState");
    }
  };

  const mount = () => {
    root = document.querySelector(".raad");
    if (!root) return;
    shownAt = elsewhere(new URL(location));
    screen().addEventListener("cancel", (event) => { event.preventDefault(); });
    if (asked() !== null) open(asked(), "replaceState");
  };

  window.wijkradarRaad = mount;
  addEventListener("keydown", pressed, true);
  addEventListener("popstate", moved, true);
  // A letter that comes in late is wider or narrower than the one before it.
  const again = () => { if (isOpen() && !(table() && !table().hidden)) fit(slides()[place]); };
  addEventListener("resize", again);
  document.fonts.addEventListener("loadingdone", again);
  document.addEventListener("click", clicked);
  mount();
})();
