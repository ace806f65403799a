/* The map of wijken or buurten: fetches the borders by address and colours them with what Python sends.
 *
 * The page makes one RegionLayer and never makes it again; every change (year, figure, selection, theme,
 * gemeente) comes in through paint(picture), so that the map keeps its place and does not flash.
 * Names and labels reach the screen through textContent only: they come from files of others.
 *
 * Around it: region-panel.js (slider over the years with its legend), region-extras.js (names, background,
 * keyboard, maps that move together).
 */
(function () {
  "use strict";

  /* streamlit-folium drops what Streamlit sends while scripts are loading; it is sent again once the map is there. */
  let missed = null;
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data?.type === "streamlit:render" && !window.map) missed = event.data;
  });

  function catchUp() {
    if (missed === null) return;
    const message = missed;
    missed = null;
    setTimeout(() => window.postMessage(message, window.location.origin));
  }

  const SVG = "http://www.w3.org/2000/svg";
  const WATER_PANE = "water";
  const OUTLINE_PANE = "outline";
  const NO_FIGURE = "geen cijfer";
  /* Of a definitive, a provisional and a converted figure; in the order of ui.map.EDGES. */
  const EDGES = [
    /* definitive */ { weight: 1, opacity: 1, dashArray: null },
    /* broken */ { weight: 1, opacity: 0.6, dashArray: "2 4" },
    /* dashed */ { weight: 2, opacity: 1, dashArray: "8 5" },
  ];
  /* Of more regions than this an edge of a pixel would hide the colour of the small ones. */
  const MANY = 600;
  const THIN = 0.35;
  /* Only so much of a colour that a street behind it can be followed. */
  const SEE_THROUGH = 0.65;

  function svg(tag, attributes, children = []) {
    const element = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  }

  function text(tag, content, className = "") {
    const element = document.createElement(tag);
    element.textContent = content;
    if (className) element.className = className;
    return element;
  }

  function button(label, title, onClick) {
    const element = text("button", label);
    element.type = "button";
    element.title = title;
    element.setAttribute("aria-label", title);
    element.addEventListener("click", onClick);
    return element;
  }

  /* A bar of buttons in a corner of the map. */
  function bar(map, position, buttons) {
    const control = L.control({ position });
    control.onAdd = () => {
      const box = L.DomUtil.create("div", "leaflet-bar");
      box.append(...buttons);
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    return control.addTo(map);
  }

  /* "Geen cijfer" is hatched and water is ruled: neither can be taken for a colour of the scale. Dots on a colour say that
   * the figure cannot be told apart from that of the gemeente. */
  function patterns(look, fills, dots) {
    const hatch = svg("pattern", { id: "no-figure", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, [
      svg("rect", { width: 7, height: 7, fill: look.paper }),
      svg("rect", { width: 2, height: 7, fill: look.no_figure }),
    ]);
    const ruled = svg("pattern", { id: "water", width: 4, height: 4, patternUnits: "userSpaceOnUse" }, [
      svg("rect", { width: 4, height: 4, fill: look.raised }),
      svg("rect", { width: 4, height: 1, fill: look.no_figure, "fill-opacity": 0.6 }),
    ]);
    const dotted = fills.map((fill, band) => svg("pattern", { id: `dotted-${band}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, [
      svg("rect", { width: 8, height: 8, fill }),
      svg("circle", { cx: 2, cy: 2, r: 1.2, fill: dots[band] }),
      svg("circle", { cx: 6, cy: 6, r: 1.2, fill: dots[band] }),
    ]));
    return svg("svg", { id: "patterns", width: 0, height: 0, "aria-hidden": "true" }, [svg("defs", {}, [hatch, ruled, ...dotted])]);
  }

  /* Every code says how much it shares with the one before it; see ui.map.picture. */
  function codesOf({ codes }) {
    let code = "";
    return codes.split(" ").map((part) => (code = code.slice(0, parseInt(part[0], 16)) + part.slice(1)));
  }

  function borders(address) {
    return fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
  }

  function defineLayer() {
    /* Not L.geoJson: a feature group passes clicks on to whoever listens, with the whole geometry. */
    return L.LayerGroup.extend({
      initialize(options) {
        L.LayerGroup.prototype.initialize.call(this);
        this._attribution = options.attribution;
        this._shapes = new Map();
        this._byCode = new Map();
        this._places = new Map();
        this.picture = null;
        this._address = null;
        this._outlineAddress = "";
        this._view = null;
        this.lit = null;
        this.index = 0;
      },

      onAdd(map) {
        L.LayerGroup.prototype.onAdd.call(this, map);
        window.regionLayer = this;
        document.documentElement.lang = "nl";
        /* Leaflet takes the focus on mousedown; the page around the frame would scroll away under the mouse. */
        const container = map.getContainer();
        container.focus = () => HTMLElement.prototype.focus.call(container, { preventScroll: true });
        this._pane(WATER_PANE, 390);
        this._pane(OUTLINE_PANE, 420);
        map.attributionControl.setPrefix(false).addAttribution(this._attribution);
        this._whole = button("Alles", "", () => this.whole());
        bar(map, "topleft", [this._whole]);
        map.zoomControl.remove();
        map.addControl(L.control.zoom({ zoomInTitle: "Inzoomen", zoomOutTitle: "Uitzoomen" }));
        this._tooltip = L.tooltip({ className: "region-tooltip", direction: "auto", offset: [12, 0], opacity: 1 });
        this._message = container.appendChild(text("p", "", "map-message"));
        this._message.setAttribute("role", "status");
        this._listeners = {
          click: (event) => this.choose(this._shapes.get(event.target).code),
          mouseover: (event) => { if (this._hasMoved(event)) this.lightUp(this._shapes.get(event.target).code, event.latlng); },
          mousemove: (event) => { if (this._hasMoved(event)) this._tooltip.setLatLng(event.latlng); },
          mouseout: (event) => { if (this._hasMoved(event, false)) this.dim(); },
        };
        this._panel = wijkradar.panel(this);
        this._extras = wijkradar.extras(this, map);
        map.on("dragstart zoomstart", () => { if (!this._fitting) this.moved = true; });
        map.on("resize", () => { if (!this.moved) this.fit(); });
      },

      /* picture: see ui.map.picture. */
      paint(picture) {
        catchUp();
        const before = this.picture;
        this.picture = picture;
        this._places = new Map(codesOf(picture).map((code, place) => [code, place]));
        this.index = this._panel.placeFor(picture, before);
        this._dress(picture);
        this._panel.show(picture);
        this._extras.paint(picture);
        if (picture.address === this._address) {
          this.restyle();
          this._drawOutline(picture);
          return;
        }
        this._address = picture.address;
        const slow = setTimeout(() => this._say("De grenzen worden geladen."), 600);
        borders(picture.address)
          .then((answer) => {
            if (picture.address !== this._address) return;
            this._show(answer);
            this._drawOutline(this.picture);
          })
          .catch(() => {
            if (picture.address !== this._address) return;
            this._address = null;
            this._clear();
            this._say("De grenzen zijn nu niet te laden. De cijfers staan ook in de tabel.");
          })
          .finally(() => clearTimeout(slow));
      },

      /* Show another year of the same picture. */
      turnTo(index) {
        this.index = index;
        this._entitle(this.picture);
        this.restyle();
        if (this.lit) this._tell();
      },

      choose(code) {
        this._tooltip.remove();
        /* The moment makes a second click on the same wijk another answer. */
        this.answer({ code });
      },

      answer(what) {
        window.Streamlit.setComponentValue({ ...what, moment: Date.now() });
      },

      /* Make one region stand out, with what is known of it beside it; told to the other maps unless they said so. */
      lightUp(code, latlng = null, quiet = false) {
        this.dim(true);
        const shape = this._byCode.get(code);
        if (shape) {
          this.lit = code;
          shape.setStyle({ color: this.picture.look.ink, weight: 2.5, opacity: 1, dashArray: null });
          shape.drawnAs = null;
          shape.bringToFront();
          this._raiseSelected();
          this._tooltip.setLatLng(latlng ?? wijkradar.middle(shape).at);
          this._tell();
        }
        if (!quiet) this._extras.tell({ lit: code });
      },

      dim(quiet = false) {
        const shape = this._byCode.get(this.lit);
        this.lit = null;
        this._tooltip.remove();
        if (shape) this._style(shape, this._shapes.get(shape));
        if (!quiet) this._extras.tell({ lit: null });
      },

      /* Regions that are drawn anew under a mouse that lies still send events too; those would undo what the keyboard does. */
      _hasMoved({ originalEvent: { clientX, clientY } }, note = true) {
        const place = `${clientX} ${clientY}`;
        if (place === this._mouse) return false;
        if (note) this._mouse = place;
        return true;
      },

      _tell() {
        const box = document.createElement("div");
        box.append(text("strong", this.nameOf(this.lit)), ...this.linesOf(this.lit).map((line) => text("div", line)));
        this._tooltip.setContent(box).addTo(this._map);
      },

      nameOf(code) {
        return this._shapes.get(this._byCode.get(code))?.name.replace(/^Wijk \d+\s+(?=\D)/, "") ?? code;
      },

      linesOf(code) {
        const place = this._places.get(code);
        const { lines } = this.picture;
        return place === undefined ? [NO_FIGURE] : [this._moment().labels[place]].flat().map((line) => lines[line]);
      },

      /* Codes that are drawn, in the order of the list on the page. */
      walk() {
        return [...this._places.keys()].filter((code) => this._byCode.has(code));
      },

      /* Of every region: its layer, its code, and its name. */
      regions() {
        return [...this._byCode].map(([code, shape]) => ({ code, shape, name: this.nameOf(code) }));
      },

      _moment() {
        return this.picture.moments[this.index];
      },

      _pane(name, order) {
        const pane = this._map.createPane(name);
        pane.style.zIndex = order;
        pane.style.pointerEvents = "none";
      },

      _dress(picture) {
        const { look, fills, dots } = picture;
        const container = this._map.getContainer();
        Object.entries(look).forEach(([name, colour]) => document.documentElement.style.setProperty(`--${name}`, colour));
        container.classList.toggle("dark", picture.dark);
        container.setAttribute("role", "region");
        this._entitle(picture);
        this._whole.title = picture.whole;
        this._whole.setAttribute("aria-label", picture.whole);
        document.getElementById("patterns")?.remove();
        document.body.appendChild(patterns(look, fills, dots));
      },

      _entitle(picture) {
        const title = picture.lines[this._moment().title];
        this._map.getContainer().setAttribute("aria-label", title);
        if (window.frameElement) window.frameElement.title = title;
        document.title = title;
      },

      _show(answer) {
        this._say("");
        this._clear();
        answer.features.forEach((feature) => {
          const { water, code } = feature.properties;
          const shape = L.GeoJSON.geometryToLayer(feature, water ? { pane: WATER_PANE, interactive: false } : {});
          if (!water) {
            shape.on(this._listeners);
            this._byCode.set(code, shape);
          }
          this.addLayer(shape);
          shape.getElement().dataset.code = code;
          this._shapes.set(shape, feature.properties);
        });
        ["overlayPane", WATER_PANE].forEach((pane) => this._map.getPane(pane).querySelector("svg")?.setAttribute("aria-hidden", "true"));
        this.restyle();
        if (this._view !== this.picture.view) {
          this._view = this.picture.view;
          this.moved = false;
          this.fit();
        }
        this._extras.drawn();
      },

      _clear() {
        this._tooltip.remove();
        this.lit = null;
        this.clearLayers();
        this._shapes.clear();
        this._byCode.clear();
      },

      /* The edge of the gemeente; without it the map is as true. */
      _drawOutline({ outline, look }) {
        const style = { fill: false, color: look.ink, weight: 2.5, opacity: 0.85, interactive: false, pane: OUTLINE_PANE };
        if (outline === this._outlineAddress) {
          this._outline?.setStyle(style);
          return;
        }
        this._outlineAddress = outline;
        this._outline?.remove();
        this._outline = null;
        if (!outline) return;
        borders(outline)
          .then((answer) => {
            if (outline !== this._outlineAddress) return;
            const land = answer.features.filter((feature) => !feature.properties.water);
            this._outline = L.layerGroup(land.map((feature) => L.GeoJSON.geometryToLayer(feature, style))).addTo(this._map);
            this._outline.setStyle = (now) => this._outline.eachLayer((layer) => layer.setStyle(now));
            this._map.getPane(OUTLINE_PANE).querySelector("svg")?.setAttribute("aria-hidden", "true");
          })
          .catch(() => {});
      },

      _style(shape, { code, water }) {
        const { look, fills, edges, selected } = this.picture;
        if (water) {
          shape.setStyle({ stroke: false, fillColor: "url(#water)", fillOpacity: this._opacity() });
          return;
        }
        const place = this._places.get(code);
        const { classes, marks } = this._moment();
        /* One sign per region; "-" is no class. */
        const band = place === undefined || classes[place] === "-" ? -1 : Number(classes[place]);
        const mark = Number(marks[place] ?? 0);
        const chosen = code === selected;
        const drawnAs = `${band} ${mark} ${chosen} ${fills[band]} ${look.ink} ${this._opacity()}`;
        /* Most regions stay as they are from one year to the next. */
        if (shape.drawnAs === drawnAs) return;
        shape.drawnAs = drawnAs;
        const alike = mark >= EDGES.length;
        const paint = band < 0 ? "url(#no-figure)" : alike ? `url(#dotted-${band})` : fills[band];
        const edge = chosen ? { color: look.ink, weight: 4, opacity: 1, dashArray: null } : { color: edges[band] ?? look.quiet, ...EDGES[mark % EDGES.length] };
        if (!chosen && this._shapes.size > MANY) edge.weight *= THIN;
        shape.setStyle({ fillColor: paint, fillOpacity: this._opacity(), ...edge });
      },

      _opacity() {
        return this._extras.seenThrough() ? SEE_THROUGH : 1;
      },

      restyle() {
        this._shapes.forEach((properties, shape) => this._style(shape, properties));
        this._raiseSelected();
      },

      _raiseSelected() {
        this._byCode.get(this.picture.selected)?.bringToFront();
      },

      whole() {
        this.fit();
        this._extras.tell({ whole: true });
      },

      fit() {
        const bounds = L.latLngBounds([]);
        this._shapes.forEach((_, shape) => bounds.extend(shape.getBounds()));
        if (!bounds.isValid()) return;
        this._fitting = true;
        this._map.fitBounds(bounds, { padding: [10, 10], animate: false });
        this._fitting = false;
        this.moved = false;
      },

      _say(message) {
        this._message.textContent = message;
      },
    });
  }

  Object.assign((window.wijkradar ??= {}), {
    text,
    button,
    bar,
    regionLayer(options) {
      const RegionLayer = defineLayer();
      return new RegionLayer(options);
    },
  });
})();
