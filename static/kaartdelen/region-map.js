/* The map of wijken or buurten: fetches the borders by address and colours them with what Python sends.
 *
 * The page makes one RegionLayer and never makes it again; every change (year, figure, selection, theme,
 * gemeente) comes in through paint(picture), so that the map keeps its place and does not flash.
 * Names and labels reach the screen through textContent only: they come from files of others.
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
  /* Of a definitive, a provisional and a converted figure. */
  const EDGES = {
    "": { weight: 1, opacity: 1, dashArray: null },
    broken: { weight: 1, opacity: 0.6, dashArray: "2 4" },
    dashed: { weight: 2, opacity: 1, dashArray: "8 5" },
  };

  function svg(tag, attributes, children = []) {
    const element = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  }

  function text(tag, content) {
    const element = document.createElement(tag);
    element.textContent = content;
    return element;
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

  function defineLayer() {
    const WholeGemeente = L.Control.extend({
      options: { position: "topleft" },
      onAdd(map) {
        const bar = L.DomUtil.create("div", "leaflet-bar");
        const button = L.DomUtil.create("button", "whole-gemeente", bar);
        button.type = "button";
        button.textContent = "Alles";
        button.title = "Toon de hele gemeente";
        button.setAttribute("aria-label", button.title);
        L.DomEvent.disableClickPropagation(bar);
        L.DomEvent.on(button, "click", () => map.fire("wholegemeente"));
        return bar;
      },
    });

    /* Not L.geoJson: a feature group passes clicks on to whoever listens, with the whole geometry. */
    const RegionLayer = L.LayerGroup.extend({
      initialize(options) {
        L.LayerGroup.prototype.initialize.call(this);
        this._attribution = options.attribution;
        this._shapes = new Map();
        this._picture = null;
        this._address = null;
        this._view = null;
      },

      onAdd(map) {
        L.LayerGroup.prototype.onAdd.call(this, map);
        window.regionLayer = this;
        document.documentElement.lang = "nl";
        /* Leaflet takes the focus on mousedown; the page around the frame would scroll away under the mouse. */
        const container = map.getContainer();
        container.focus = () => HTMLElement.prototype.focus.call(container, { preventScroll: true });
        const pane = map.createPane(WATER_PANE);
        pane.style.zIndex = 390;
        pane.style.pointerEvents = "none";
        map.attributionControl.setPrefix(false).addAttribution(this._attribution);
        map.addControl(new WholeGemeente());
        map.zoomControl.remove();
        map.addControl(L.control.zoom({ zoomInTitle: "Inzoomen", zoomOutTitle: "Uitzoomen" }));
        this._tooltip = L.tooltip({ className: "region-tooltip", direction: "auto", offset: [12, 0], opacity: 1 });
        this._message = map.getContainer().appendChild(text("p", ""));
        this._message.className = "map-message";
        this._message.setAttribute("role", "status");
        map.on("wholegemeente", this._fit, this);
        map.on("dragstart zoomstart", () => { this._moved = !this._fitting; });
        map.on("resize", () => { if (!this._moved) this._fit(); });
      },

      /* picture: {address, view, title, look, fills, dots, areas: {code: [class|null, label, edge, alike]}, selected} */
      paint(picture) {
        catchUp();
        this._picture = picture;
        this._dress(picture);
        if (picture.address === this._address) {
          this._restyle();
          return;
        }
        this._address = picture.address;
        const slow = setTimeout(() => this._say("De grenzen worden geladen."), 600);
        fetch(picture.address)
          .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
          .then((borders) => { if (picture.address === this._address) this._show(borders); })
          .catch(() => {
            if (picture.address !== this._address) return;
            this._address = null;
            this._clear();
            this._say("De grenzen zijn nu niet te laden. De cijfers staan ook in de tabel.");
          })
          .finally(() => clearTimeout(slow));
      },

      _dress({ look, title, fills, dots }) {
        const container = this._map.getContainer();
        Object.entries(look).forEach(([name, colour]) => container.style.setProperty(`--${name}`, colour));
        container.setAttribute("role", "region");
        container.setAttribute("aria-label", title);
        if (window.frameElement) window.frameElement.title = title;
        document.title = title;
        document.getElementById("patterns")?.remove();
        document.body.appendChild(patterns(look, fills, dots));
      },

      _show(borders) {
        this._say("");
        this._clear();
        borders.features.forEach((feature) => {
          const shape = L.GeoJSON.geometryToLayer(feature, feature.properties.water ? { pane: WATER_PANE, interactive: false } : {});
          if (!feature.properties.water) this._listen(shape, feature.properties);
          this.addLayer(shape);
          const path = shape.getElement();
          path.dataset.code = feature.properties.code;
          this._shapes.set(shape, feature.properties);
        });
        this._map.getPane("overlayPane").querySelector("svg")?.setAttribute("aria-hidden", "true");
        this._map.getPane(WATER_PANE).querySelector("svg")?.setAttribute("aria-hidden", "true");
        this._restyle();
        if (this._view !== this._picture.view) {
          this._view = this._picture.view;
          this._moved = false;
          this._fit();
        }
      },

      _clear() {
        this._tooltip.remove();
        this.clearLayers();
        this._shapes.clear();
      },

      _listen(shape, properties) {
        shape.on("click", () => {
          this._tooltip.remove();
          /* The moment makes a second click on the same wijk another answer. */
          window.Streamlit.setComponentValue({ code: properties.code, moment: Date.now() });
        });
        shape.on("mouseover", (event) => {
          shape.setStyle({ color: this._picture.look.ink, weight: 2.5, dashArray: null });
          shape.bringToFront();
          this._raiseSelected();
          this._tooltip.setContent(this._describe(properties)).setLatLng(event.latlng).addTo(this._map);
        });
        shape.on("mousemove", (event) => this._tooltip.setLatLng(event.latlng));
        shape.on("mouseout", () => {
          this._tooltip.remove();
          shape.setStyle(this._style(properties));
        });
      },

      _describe({ code, name }) {
        const box = document.createElement("div");
        const [, label] = this._area(code);
        box.append(text("strong", name), ...label.split("\n").map((line) => text("div", line)));
        return box;
      },

      _area(code) {
        return this._picture.areas[code] ?? [null, "geen cijfer", "", false];
      },

      _style({ code, water }) {
        const { look, fills, selected } = this._picture;
        if (water) return { stroke: false, fillColor: "url(#water)", fillOpacity: 1 };
        const [band, , edge, alike] = this._area(code);
        const paint = band === null ? "url(#no-figure)" : alike ? `url(#dotted-${band})` : fills[band];
        const fill = { fillColor: paint, fillOpacity: 1 };
        if (code === selected) return { ...fill, color: look.ink, weight: 4, opacity: 1, dashArray: null };
        return { ...fill, color: look.quiet, ...EDGES[edge] };
      },

      _restyle() {
        this._shapes.forEach((properties, shape) => shape.setStyle(this._style(properties)));
        this._raiseSelected();
      },

      _raiseSelected() {
        this._shapes.forEach(({ code, water }, shape) => {
          if (!water && code === this._picture.selected) shape.bringToFront();
        });
      },

      _fit() {
        const bounds = L.latLngBounds([]);
        this._shapes.forEach((_, shape) => bounds.extend(shape.getBounds()));
        if (!bounds.isValid()) return;
        this._fitting = true;
        this._map.fitBounds(bounds, { padding: [10, 10], animate: false });
        this._fitting = false;
        this._moved = false;
      },

      _say(message) {
        this._message.textContent = message;
      },
    });

    return RegionLayer;
  }

  window.wijkradar = {
    regionLayer(options) {
      const RegionLayer = defineLayer();
      return new RegionLayer(options);
    },
  };
})();
