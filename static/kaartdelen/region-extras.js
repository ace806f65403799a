/* What a visitor may put on the map or do with it besides: names, a background, the keyboard, and two maps that move together. */
(function () {
  "use strict";

  const NETHERLANDS = [[50.6, 3.1], [53.8, 7.4]];
  const NAME_FONT = '600 12px "Public Sans", "Source Sans", sans-serif';
  const NAME_HEIGHT = 16;
  const ROOM = 4;
  const MOST_NAMES = 250;
  /* So many times as wide as the land that it stands on a name may be. */
  const MOST_BEYOND = 1.6;

  const LINES = 9;

  /* Where a name fits best: the middle (at) and the east end of the widest stretch of land, looked for along lines from north to south. */
  function middle(shape) {
    const parts = L.LineUtil.isFlat(shape.getLatLngs()[0]) ? [shape.getLatLngs()] : shape.getLatLngs();
    let best = { width: 0, at: shape.getBounds().getCenter(), end: null };
    parts.forEach((rings) => {
      const box = L.latLngBounds(rings[0]);
      for (let line = 1; line <= LINES; line += 1) {
        const lat = box.getSouth() + ((box.getNorth() - box.getSouth()) * line) / (LINES + 1);
        /* A line a little from the middle may be a little shorter. */
        const off = Math.abs(line / (LINES + 1) - 0.5);
        const edges = crossings(rings, lat);
        for (let place = 0; place + 1 < edges.length; place += 2) {
          const width = (edges[place + 1] - edges[place]) * (1 - off);
          if (width > best.width) best = { width, at: L.latLng(lat, (edges[place] + edges[place + 1]) / 2), end: L.latLng(lat, edges[place + 1]) };
        }
      }
    });
    return best;
  }

  function crossings(rings, lat) {
    const found = [];
    rings.forEach((ring) => {
      ring.forEach((one, place) => {
        const other = ring[(place + 1) % ring.length];
        if ((one.lat > lat) !== (other.lat > lat)) found.push(one.lng + ((lat - one.lat) / (other.lat - one.lat)) * (other.lng - one.lng));
      });
    });
    return found.sort((one, other) => one - other);
  }

  /* What was put on stays on, on every map of this browser tab. */
  function remembered(name) {
    try { return sessionStorage.getItem(`wijkradar-${name}`) === "aan"; } catch { return false; }
  }

  function remember(name, on) {
    try { sessionStorage.setItem(`wijkradar-${name}`, on ? "aan" : "uit"); } catch { /* then not */ }
  }

  function toggle(label, title, name, change) {
    const button = wijkradar.button(label, title, () => set(button.getAttribute("aria-pressed") !== "true"));
    function set(on) {
      button.setAttribute("aria-pressed", String(on));
      remember(name, on);
      change(on);
    }
    button.setAttribute("aria-pressed", String(remembered(name)));
    return button;
  }

  const pressed = (button) => button.getAttribute("aria-pressed") === "true";

  /* Names on the regions, as many as fit without touching each other, the largest regions first. */
  class Names {
    constructor(layer, map) {
      this.layer = layer;
      this.map = map;
      this.pane = map.createPane("names");
      this.pane.style.zIndex = 640;
      this.pane.style.pointerEvents = "none";
      this.pane.setAttribute("aria-hidden", "true");
      this.pen = document.createElement("canvas").getContext("2d");
      this.button = toggle("Namen", "Zet namen op de kaart", "namen", () => this.place());
      map.on("moveend resize", () => this.place());
      map.on("zoomstart", () => this.pane.replaceChildren());
    }

    drawn() {
      this.spots = null;
      this.place();
    }

    _find() {
      return this.layer.regions().map(({ shape, name }) => {
        const box = shape.getBounds();
        return { name, ...middle(shape), size: (box.getNorth() - box.getSouth()) * (box.getEast() - box.getWest()) };
      }).sort((one, other) => other.size - one.size);
    }

    place() {
      this.pane.replaceChildren();
      if (!pressed(this.button)) return;
      this.spots ??= this._find();
      this.pen.font = NAME_FONT;
      const corner = this.map.containerPointToLayerPoint([0, 0]);
      const seen = L.bounds(corner, corner.add(this.map.getSize()));
      const taken = [];
      for (const { name, at, end } of this.spots) {
        if (taken.length >= MOST_NAMES) break;
        const { x, y } = this.map.latLngToLayerPoint(at);
        const half = this.pen.measureText(name).width / 2 + ROOM;
        /* Beyond its own land or the map a name would seem to be that of another region. */
        const land = end ? this.map.latLngToLayerPoint(end).x - x : 0;
        if (half > MOST_BEYOND * land || !seen.contains(L.bounds([x - half, y], [x + half, y]))) continue;
        const box = [x - half, y - NAME_HEIGHT / 2, x + half, y + NAME_HEIGHT / 2];
        if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
        taken.push(box);
        const label = wijkradar.text("span", name, "region-name");
        L.DomUtil.setPosition(label, L.point(Math.round(x), Math.round(y)));
        this.pane.append(label);
      }
    }
  }

  /* A map of streets around the regions, from the only other address that is allowed. Where it cannot be had, nothing is said.
   * The regions keep the very colours of the legend until a visitor wants to see the streets in them too. */
  class Background {
    constructor(layer, map) {
      this.layer = layer;
      this.map = map;
      this.address = "";
      this.there = false;
      this.button = toggle("Straten", "Maak de kleuren doorzichtig, zodat u de straten ziet", "straten", () => layer.restyle());
      this.button.hidden = true;
    }

    paint({ background }) {
      if (background === this.address) return;
      this.address = background;
      this._remove();
      if (background) this._ask();
    }

    _ask() {
      let came = 0;
      let failed = 0;
      const tiles = L.tileLayer(this.address, { attribution: "achtergrond: Kadaster (BRT)", maxZoom: 19, bounds: NETHERLANDS });
      tiles.on("tileload", () => {
        came += 1;
        if (this.tiles === tiles) this._set(true);
      });
      tiles.on("tileerror", () => {
        failed += 1;
        if (failed > came && this.tiles === tiles) this._remove();
      });
      this.tiles = tiles.addTo(this.map);
    }

    _remove() {
      this.tiles?.remove();
      this.tiles = null;
      this._set(false);
    }

    _set(there) {
      if (there === this.there) return;
      this.there = there;
      this.button.hidden = !there;
      this.layer.restyle();
    }

    seenThrough() {
      return this.there && pressed(this.button);
    }
  }

  /* One stop of the tab key: arrows go from region to region in the order of the list, Enter chooses. */
  class Walk {
    constructor(layer, map) {
      this.layer = layer;
      this.told = map.getContainer().appendChild(wijkradar.text("p", "", "walk-told"));
      this.told.setAttribute("aria-live", "polite");
      this.button = wijkradar.button("", "", () => this._choose());
      this.button.addEventListener("keydown", (event) => this._key(event));
      this.button.addEventListener("blur", () => {
        if (this.at && layer.lit === this.at) layer.dim();
        this.at = null;
      });
      wijkradar.bar(map, "bottomleft", [this.button]).getContainer().classList.add("walk");
    }

    paint({ one, many }) {
      this.button.textContent = `Pijltjes: langs de ${many}`;
      this.button.title = `Met de pijltjestoetsen langs de ${many}, Enter kiest de ${one}`;
      this.button.setAttribute("aria-label", this.button.title);
    }

    _key(event) {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      this._go(step);
    }

    _go(step) {
      const codes = this.layer.walk();
      if (!codes.length) return;
      const here = codes.indexOf(this.at ?? this.layer.picture.selected);
      this.at = codes[here < 0 ? (step > 0 ? 0 : codes.length - 1) : (here + step + codes.length) % codes.length];
      this.layer.lightUp(this.at);
      this.told.textContent = [this.layer.nameOf(this.at), ...this.layer.linesOf(this.at)].join(", ");
    }

    _choose() {
      /* A mouse that lies still on the map may have put another region in the light meanwhile. */
      if (this.at) this.layer.choose(this.at);
      else this._go(1);
    }
  }

  /* Maps of one gemeente on one page show the same place, and point at the same region. */
  class Together {
    constructor(layer, map) {
      this.layer = layer;
      this.map = map;
      this.following = false;
      try {
        /* Another tab is another page. */
        window.parent.wijkradarPage ??= String(Math.random());
        this.channel = new BroadcastChannel(`wijkradar ${window.parent.wijkradarPage}`);
      } catch {
        return;
      }
      this.channel.addEventListener("message", ({ data }) => this._hear(data));
      map.on("move zoomend", () => { if (layer.moved && !this.following) this._tellView(); });
    }

    tell(what) {
      if (!this.following) this.channel?.postMessage({ ...what, group: this.layer.picture.group });
    }

    _tellView() {
      const { lat, lng } = this.map.getCenter();
      this.tell({ view: [lat, lng, this.map.getZoom()] });
    }

    _hear(said) {
      if (said.group !== this.layer.picture?.group) return;
      this.following = true;
      if (said.view) {
        const [lat, lng, zoom] = said.view;
        this.map.setView([lat, lng], zoom, { animate: false });
        this.layer.moved = true;
      }
      if (said.whole) this.layer.fit();
      if (said.lit === null) this.layer.dim(true);
      else if (said.lit) this.layer.lightUp(said.lit, null, true);
      this.following = false;
      if (said.hello && this.layer.moved) this._tellView();
    }
  }

  class Extras {
    constructor(layer, map) {
      this.names = new Names(layer, map);
      this.background = new Background(layer, map);
      this.walk = new Walk(layer, map);
      this.together = new Together(layer, map);
      wijkradar.bar(map, "topright", [this.names.button, this.background.button]);
    }

    paint(picture) {
      this.background.paint(picture);
      this.walk.paint(picture);
    }

    drawn() {
      this.names.drawn();
      this.together.tell({ hello: true });
    }

    tell(what) { this.together.tell(what); }

    seenThrough() { return this.background.seenThrough(); }
  }

  Object.assign((window.wijkradar ??= {}), { middle, extras: (layer, map) => new Extras(layer, map) });
})();
