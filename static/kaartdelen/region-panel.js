/* Under the map: a slider over the years that plays, and the legend of the year that the map shows.
 *
 * Everything that changes while it plays is in the frame already; Python hears of a year only once the slider is at rest.
 */
(function () {
  "use strict";

  const YEAR_MS = 1100;
  /* Arrow keys come one after the other; the page follows the last. */
  const REST_MS = 450;
  /* So long the answer to a year may be on its way; older pictures do not pull the slider back. */
  const UNDERWAY_MS = 6000;
  const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");

  class Panel {
    constructor(layer) {
      this.layer = layer;
      this.told = null;
      this.playing = null;
      this._build();
      this._keepRoom();
      CALM.addEventListener("change", () => { this.pause(); this._label(); });
    }

    _build() {
      const { text } = wijkradar;
      this.box = document.body.appendChild(document.createElement("div"));
      this.box.className = "map-panel";
      this.box.hidden = true;
      this.button = text("button", "");
      this.button.type = "button";
      this.button.addEventListener("click", () => this._press());
      this.slider = document.createElement("input");
      this.slider.type = "range";
      this.slider.min = 0;
      this.slider.step = 1;
      this.slider.setAttribute("aria-label", "Jaar op de kaart");
      this.slider.addEventListener("input", () => { this.pause(false); this._turn(Number(this.slider.value)); });
      this.slider.addEventListener("change", () => this._rest());
      this.year = text("span", "", "year");
      const player = text("div", "", "player");
      player.setAttribute("role", "group");
      player.setAttribute("aria-label", "Door de jaren");
      player.append(this.button, this.slider, this.year);
      this.legend = text("div", "", "legend");
      this.box.append(player, this.legend);
    }

    /* The frame is as high as the map and what is under it. */
    _keepRoom() {
      const { Streamlit } = window;
      const set = Streamlit.setFrameHeight;
      const map = document.getElementById("map_div");
      Streamlit.setFrameHeight = () => set.call(Streamlit, map.offsetHeight + this.box.offsetHeight);
      new ResizeObserver(() => Streamlit.setFrameHeight()).observe(this.box);
    }

    _years() {
      return this.layer.picture.moments.map((moment) => moment.year);
    }

    /* Which year of a new picture to show: the one it asks for, unless the visitor is on the way to another. */
    placeFor(picture, before) {
      const years = picture.moments.map((moment) => moment.year);
      const now = before?.moments[this.layer.index]?.year;
      const same = before && String(years) === String(before.moments.map((moment) => moment.year));
      const asked = years[picture.shown];
      const underway = this.told && this.told.year !== asked && Date.now() - this.told.at < UNDERWAY_MS;
      if (same && (this.playing || underway || this.resting)) return Math.max(0, years.indexOf(now));
      this.pause(false);
      this.told = null;
      return picture.shown;
    }

    show(picture) {
      const many = picture.moments.length > 1;
      this.box.hidden = !many;
      if (!many) return;
      this.slider.max = picture.moments.length - 1;
      this._turn(this.layer.index, false);
    }

    _turn(index, paint = true) {
      if (paint) this.layer.turnTo(index);
      const { picture } = this.layer;
      const moment = picture.moments[index];
      this.slider.value = index;
      this.slider.setAttribute("aria-valuetext", String(moment.year));
      this.year.textContent = String(moment.year);
      this.legend.replaceChildren(...this._entries(moment.legend, picture.lines));
      this._label();
    }

    _entries([title, entries], lines) {
      const { text } = wijkradar;
      const list = document.createElement("ul");
      entries.forEach((entry) => {
        const [name, style, told] = entry.map((line) => lines[line]);
        const item = document.createElement("li");
        const swatch = text("span", "", "swatch");
        swatch.style.cssText = style;
        swatch.setAttribute("aria-hidden", "true");
        item.append(swatch, text("span", name), text("span", told, "count"));
        list.append(item);
      });
      return [text("p", lines[title]), list];
    }

    _label() {
      const label = CALM.matches ? "Volgend jaar" : this.playing ? "Pauze" : "Speel af";
      this.button.textContent = label;
      this.button.title = CALM.matches ? "Toon het volgende jaar" : this.playing ? "Stop bij dit jaar" : "Speel de jaren af";
    }

    _press() {
      if (this.playing) {
        this.pause();
        return;
      }
      const last = this.layer.picture.moments.length - 1;
      if (CALM.matches) {
        this._turn(this.layer.index === last ? 0 : this.layer.index + 1);
        this._rest();
        return;
      }
      this.playing = setInterval(() => this._next(), YEAR_MS);
      this._turn(this.layer.index === last ? 0 : this.layer.index + 1);
    }

    _next() {
      const next = this.layer.index + 1;
      this._turn(next);
      if (next >= this.layer.picture.moments.length - 1) this.pause();
    }

    pause(tell = true) {
      if (!this.playing) return;
      clearInterval(this.playing);
      this.playing = null;
      this._label();
      if (tell) this._rest();
    }

    _rest() {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => {
        this.resting = null;
        const year = this._years()[this.layer.index];
        if (year === this._years()[this.layer.picture.shown]) return;
        this.told = { year, at: Date.now() };
        this.layer.answer({ year });
      }, REST_MS);
    }
  }

  (window.wijkradar ??= {}).panel = (layer) => new Panel(layer);
})();
