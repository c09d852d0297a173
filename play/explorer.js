/* What the explorers share: fields with labels, the state in the address, a film with its buttons, a sphere that can be
 * turned, panels over one axis, the lines of Python that compute the same.
 *
 * Each explorer takes the place of a still picture, which stays for print and where scripts are off. All that can be
 * done with a finger on a canvas can be done with a native control too. Colors are the style sheet's.
 */
"use strict";

const explorer = (() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  /* An element: properties, then children. */
  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties))
      if (name in element && name !== "list") element[name] = value;
      else element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  let ids = 0;

  /* ---- fields ---- */

  /* A number with a slider beside it: {name, label, value, min, max, step, integer, log: [low, high]}. A logarithmic
   * slider stands for 0 at its left end if min is 0. */
  function numberField(field, changed) {
    const id = `explorer-${ids++}`, { min, max } = field;
    const [low, high] = field.log ? field.log.map(Math.log10) : field.slider || [min, max];
    const zero = field.log && min === 0 ? 0.1 : 0; // how far beyond its low end a logarithmic slider goes
    const box = make("input", { type: "number", id, min, max, step: field.integer ? 1 : "any", inputMode: "decimal" });
    const bar = make("input", { type: "range", min: low - zero, max: high, step: field.log ? 0.01 : field.step || "any" });
    bar.setAttribute("aria-label", `${field.label}, slider`);
    const show = (value) => {
      if (+box.value !== value || box.value === "") box.value = value; // what is being typed stays as it is
      bar.value = field.log ? (value > 0 ? Math.log10(value) : low - zero) : value;
      bar.setAttribute("aria-valuetext", `${value}`);
    };
    bar.oninput = () => {
      let value = +bar.value;
      if (field.log) value = value < low - zero / 2 ? 0 : +(10 ** value).toPrecision(2);
      value = legal(field, value);
      show(value);
      changed(value);
    };
    box.oninput = () => {
      const value = box.value === "" ? NaN : +box.value;
      if (legal(field, value) === value) changed(value);
    };
    box.onchange = () => {
      const value = legal(field, box.value === "" ? NaN : +box.value);
      show(value);
      changed(value);
    };
    return { element: make("div", { className: "field" }, make("label", { htmlFor: id }, field.label), bar, box), show };
  }

  function choiceField(field, changed) {
    const id = `explorer-${ids++}`;
    const select = make("select", { id }, ...Object.entries(field.choices).map(([value, text]) => make("option", { value }, text)));
    select.onchange = () => changed(select.value);
    const show = (value) => (select.value = value);
    return { element: make("div", { className: "field choice" }, make("label", { htmlFor: id }, field.label), select), show };
  }

  /* The nearest value that a field allows; its default for what is no value at all. */
  function legal(field, value) {
    if (field.choices) return value in field.choices ? value : field.value;
    value = typeof value === "string" && value.trim() === "" ? NaN : Number(value);
    if (!Number.isFinite(value)) return field.value;
    if (field.integer) value = Math.round(value);
    return Math.min(field.max, Math.max(field.min, value));
  }

  /* All fields of an explorer, in groups, the first of them apart, and the address: #name=value for each value that is
   * not the default. */
  class Fields {
    constructor(groups, changed) {
      this.list = groups.flatMap((group) => group.fields);
      this.values = Object.fromEntries(this.list.map((field) => [field.name, field.value]));
      this.changed = changed;
      this.show = {};
      [this.first, ...this.rest] = groups.map(({ legend, fields }) =>
        make("fieldset", {}, make("legend", {}, legend), ...fields.map((field) => {
          const one = (field.choices ? choiceField : numberField)(field, (value) => this.set({ [field.name]: value }));
          this.show[field.name] = one.show;
          one.show(field.value);
          return one.element;
        })));
      this.first.className = "first";
      this.element = make("div", { className: "groups" }, ...this.rest);
      addEventListener("hashchange", () => this.read() && this.changed(this.values));
      this.read();
    }

    set(values, keep = true) {
      for (const [name, value] of Object.entries(values)) {
        const field = this.list.find((one) => one.name === name), now = legal(field, value);
        if (now === this.values[name] && now === value) continue;
        this.values[name] = now;
        this.show[name](now);
      }
      if (keep) {
        clearTimeout(this.later);
        this.later = setTimeout(() => history.replaceState(null, "", this.address()), 250); // browsers allow few a second
        this.changed(this.values);
      }
    }

    address() {
      const said = this.list.filter(({ name, value }) => this.values[name] !== value);
      return "#" + said.map(({ name }) => `${name}=${encodeURIComponent(this.values[name])}`).join("&");
    }

    /* Take the state from the address; whether it says one. A link to a section is none. */
    read() {
      const said = new URLSearchParams(location.hash.slice(1));
      const known = this.list.filter(({ name }) => said.has(name));
      if (!known.length && location.hash.length > 1) return false;
      clearTimeout(this.later);
      this.set(Object.fromEntries(this.list.map(({ name, value }) => [name, said.has(name) ? said.get(name) : value])), false);
      return true;
    }
  }

  /* ---- a film ---- */

  /* Play, pause, step, back, a slider for the time. `draw` is called when the time `at` changed; with reduced motion
   * Play shows the end. */
  class Film {
    constructor({ draw, step, speed = 10 }) {
      Object.assign(this, { at: 0, end: 1, ready: 1, playing: false, draw, speed });
      const id = `explorer-${ids++}`, button = (text, onclick) => make("button", { type: "button", onclick }, text);
      this.button = button("Play", () => (this.playing ? this.pause() : this.play()));
      this.button.className = "play";
      this.bar = make("input", { type: "range", id, min: 0, max: 1, step: "any" });
      this.bar.oninput = () => this.seek(+this.bar.value);
      const speeds = make("select", { id: id + "s" }, ...[2, 5, 10, 20, 50, 100].map((x) => make("option", { value: x }, `${x}`)));
      speeds.value = speed;
      speeds.onchange = () => (this.speed = +speeds.value);
      this.element = make("div", { className: "film", role: "group", "aria-label": "Time" },
        this.button, button("Step", () => this.seek(step(this.at))), button("Start", () => this.seek(0)),
        make("label", { htmlFor: id, className: "time" }, "Time ", this.bar),
        make("label", { htmlFor: id + "s" }, "Speed (", make("i", {}, "μt"), " a second) ", speeds));
    }

    play() {
      if (this.at >= this.end) this.at = 0;
      if (still.matches) return this.seek(this.end);
      this.set(true);
      this.last = performance.now();
      this.draw();
    }

    pause() {
      this.set(false);
      this.draw();
    }

    set(playing) {
      this.playing = playing;
      this.button.textContent = playing ? "Pause" : "Play";
    }

    seek(t) {
      this.set(false);
      this.at = Math.min(this.end, Math.max(0, t));
      this.draw();
    }

    /* Another length: who saw the end sees the new end. */
    resize(end) {
      this.at = this.at >= this.end ? end : Math.min(this.at, end);
      this.end = end;
      this.bar.max = end;
    }

    /* Move on while playing, no further than there is something to show. */
    tick(now, ready = this.end) {
      if (this.playing) {
        const next = this.at + (this.speed * Math.max(0, now - this.last)) / 1000;
        this.at = Math.max(this.at, Math.min(next, ready));
        if (this.at >= this.end) this.set(false);
      }
      this.last = now;
      this.bar.value = this.at;
      this.bar.setAttribute("aria-valuetext", `mu t = ${this.at.toFixed(1)}`);
    }
  }

  /* ---- drawing ---- */

  /* A canvas that follows its width and the theme; `paint(context, width, height, ink)` draws it anew. */
  class Picture {
    constructor(label, shape, paint) {
      this.canvas = make("canvas", { role: "img", "aria-label": label });
      Object.assign(this, { paint, shape, context: this.canvas.getContext("2d") });
      new ResizeObserver(() => this.draw()).observe(this.canvas);
      new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    }

    draw() {
      const width = this.canvas.clientWidth, height = Math.round(this.shape(width)), scale = devicePixelRatio || 1;
      if (!width) return;
      if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
        this.canvas.width = Math.round(width * scale);
        this.canvas.height = Math.round(height * scale);
        this.canvas.style.height = `${height}px`;
      }
      const style = getComputedStyle(this.canvas);
      const ink = Object.fromEntries(["text", "muted", "line", "paper", "one", "two", "thin"].map((name) => [name, style.getPropertyValue(`--ink-${name}`)]));
      this.context.setTransform(scale, 0, 0, scale, 0, 0);
      this.context.clearRect(0, 0, width, height);
      this.context.font = `13px ${style.fontFamily}`;
      this.paint(this.context, width, height, ink);
    }
  }

  /* The sphere of Bloch vectors, seen from far away. `paint(sphere, context, ink)` draws what is in it. `handles()` are
   * vectors that can be pulled: [{P, pull(P)}]. */
  class Sphere {
    constructor(label, paint, { azimuth = 35, handles = () => [] } = {}) {
      Object.assign(this, { azimuth, tilt: 20, handles });
      this.picture = new Picture(label, (width) => Math.min(width, 420), (context, width, height, ink) => {
        Object.assign(this, { x: width / 2, y: height / 2, radius: Math.min(width, height) / 2 - 24 });
        this.globe(context, ink);
        paint(this, context, ink);
      });
      const slider = (name, text, min, max) => {
        const bar = make("input", { type: "range", min, max, step: 1, value: this[name] });
        bar.oninput = () => {
          this[name] = +bar.value;
          this.picture.draw();
        };
        this[`${name}Bar`] = bar;
        return make("label", {}, `${text} `, bar);
      };
      this.element = make("div", { className: "sphere" }, this.picture.canvas,
        make("div", { className: "view" }, slider("azimuth", "Turn", -180, 180), slider("tilt", "Tilt", -90, 90)));
      this.listen(this.picture.canvas);
    }

    /* Where a vector is on the canvas, and how near. */
    project([x, y, z]) {
      const a = (this.azimuth * Math.PI) / 180, b = (this.tilt * Math.PI) / 180;
      const toward = x * Math.cos(a) + y * Math.sin(a), across = y * Math.cos(a) - x * Math.sin(a);
      return [this.x + this.radius * across, this.y - this.radius * (z * Math.cos(b) - toward * Math.sin(b)),
        toward * Math.cos(b) + z * Math.sin(b)];
    }

    /* The vector at a place on the canvas, as deep as `P` is, not longer than 1. */
    lift(px, py, P) {
      const a = (this.azimuth * Math.PI) / 180, b = (this.tilt * Math.PI) / 180, depth = this.project(P)[2];
      let across = (px - this.x) / this.radius, up = (this.y - py) / this.radius;
      const shrink = Math.min(1, Math.sqrt(Math.max(0, 1 - depth * depth)) / (Math.hypot(across, up) || 1));
      across *= shrink;
      up *= shrink;
      const toward = depth * Math.cos(b) - up * Math.sin(b), z = depth * Math.sin(b) + up * Math.cos(b);
      return [toward * Math.cos(a) - across * Math.sin(a), toward * Math.sin(a) + across * Math.cos(a), z];
    }

    globe(context, ink) {
      context.strokeStyle = ink.line;
      context.lineWidth = 1;
      context.setLineDash([]);
      context.beginPath();
      context.arc(this.x, this.y, this.radius, 0, 2 * Math.PI);
      context.stroke();
      for (const ring of [(c, s) => [c, s, 0], (c, s) => [c, 0, s], (c, s) => [0, c, s]])
        this.path(context, Array.from({ length: 61 }, (_, k) => ring(Math.cos((k * Math.PI) / 30), Math.sin((k * Math.PI) / 30))));
      context.fillStyle = ink.muted;
      context.textAlign = "center";
      context.textBaseline = "middle";
      for (const [axis, name] of [[[1, 0, 0], "P₁"], [[0, 1, 0], "P₂"], [[0, 0, 1], "P₃"]]) {
        this.path(context, [[0, 0, 0], axis]);
        const [x, y] = this.project(axis.map((e) => 1.13 * e));
        context.fillText(name, x, y);
      }
    }

    path(context, points) {
      context.beginPath();
      for (const P of points) context.lineTo(...this.project(P).slice(0, 2));
      context.stroke();
    }

    arrow(context, P, color, width = 3, dash = []) {
      const [x, y] = this.project(P), length = Math.hypot(x - this.x, y - this.y), angle = Math.atan2(y - this.y, x - this.x);
      const head = Math.min(10, length);
      context.strokeStyle = context.fillStyle = color;
      context.lineWidth = width;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(this.x, this.y);
      context.lineTo(x - 0.7 * head * Math.cos(angle), y - 0.7 * head * Math.sin(angle));
      context.stroke();
      context.setLineDash([]);
      context.beginPath();
      context.moveTo(x, y);
      for (const side of [-1, 1]) context.lineTo(x - head * Math.cos(angle + side * 0.45), y - head * Math.sin(angle + side * 0.45));
      context.fill();
    }

    /* Mouse and finger: pull a handle, or turn the sphere. A finger that moves up or down scrolls the page, unless it
     * holds a handle. */
    listen(canvas) {
      let held = null;
      const place = (event) => {
        const box = canvas.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top];
      };
      const grab = (event) => {
        const [x, y] = place(event);
        const near = this.handles().map((handle) => {
          const [hx, hy] = this.project(handle.P());
          return { handle, far: Math.hypot(x - hx, y - hy) };
        }).sort((a, b) => a.far - b.far)[0];
        return near && near.far < 24 ? near.handle : null;
      };
      canvas.addEventListener("touchstart", (event) => grab(event.touches[0]) && event.preventDefault(), { passive: false });
      canvas.onpointerdown = (event) => {
        held = { handle: grab(event), x: event.clientX, y: event.clientY };
        canvas.setPointerCapture(event.pointerId);
      };
      canvas.onpointermove = (event) => {
        if (!held) return;
        if (held.handle) held.handle.pull(this.lift(...place(event), held.handle.P()));
        else {
          this.azimuth = ((this.azimuth - 0.5 * (event.clientX - held.x) + 540) % 360) - 180;
          this.tilt = Math.max(-90, Math.min(90, this.tilt + 0.5 * (event.clientY - held.y)));
          this.azimuthBar.value = this.azimuth;
          this.tiltBar.value = this.tilt;
          this.picture.draw();
        }
        Object.assign(held, { x: event.clientX, y: event.clientY });
      };
      canvas.onpointerup = canvas.onpointercancel = () => (held = null);
    }
  }

  /* Panels over one axis from 0 to `end`, one above the other: [{label, low, high, bands: [{x, low, high, color}],
   * lines: [{x, y, color, width, thin, dash,
   * marks}]}]. What comes after `at` is faint. */
  function panels(context, width, height, ink, { end, at, xlabel, list }) {
    const widest = Math.max(...list.flatMap(({ low, high }) => rungs(low, high).map((y) => context.measureText(label(y)).width)));
    const left = 30 + widest, right = 16, bottom = 34, gap = 18, each = (height - bottom - 6 - gap * (list.length - 1)) / list.length;
    const X = (x) => left + ((width - left - right) * x) / end, ticks = nice(0, end, width < 350 ? 4 : 6);
    context.textBaseline = "middle";
    list.forEach((panel, k) => {
      const top = 6 + k * (each + gap), Y = (y) => top + each * (1 - (y - panel.low) / (panel.high - panel.low));
      context.lineWidth = 1;
      context.setLineDash([]);
      context.strokeStyle = ink.line;
      context.fillStyle = ink.muted;
      context.textAlign = "right";
      for (const y of rungs(panel.low, panel.high)) {
        stroke(context, [[left, Y(y)], [width - right, Y(y)]]);
        context.fillText(label(y), left - 6, Y(y));
      }
      context.strokeStyle = ink.muted;
      stroke(context, [[left, top], [left, top + each], [width - right, top + each]]);
      for (const x of ticks) stroke(context, [[X(x), top + each], [X(x), top + each - 4]]);
      context.save();
      context.translate(11, top + each / 2);
      context.rotate(-Math.PI / 2);
      context.textAlign = "center";
      context.fillStyle = ink.text;
      context.fillText(panel.label, 0, 0);
      context.restore();
      for (const [from, to, alpha] of [[0, at, 1], [at, end, 0.3]]) {
        if (to <= from) continue;
        context.save();
        context.beginPath();
        context.rect(X(from), top - 3, X(to) - X(from), each + 6);
        context.clip();
        for (const { x, low, high, color } of panel.bands || []) {
          context.globalAlpha = 0.22 * alpha;
          context.fillStyle = color;
          context.beginPath();
          for (let i = 0; i < x.length; i++) context.lineTo(X(x[i]), Y(low[i]));
          for (let i = x.length - 1; i >= 0; i--) context.lineTo(X(x[i]), Y(high[i]));
          context.fill();
        }
        context.globalAlpha = alpha;
        for (const { x, y, color, width = 3, thin = false, dash = [], marks } of panel.lines) {
          context.setLineDash(dash);
          context.beginPath();
          for (let i = 0; i < x.length; i++) context.lineTo(X(x[i]), Y(y[i]));
          for (const [style, size] of thin ? [[ink.paper, 2.4], [color, 1.2]] : [[color, width]]) {
            context.strokeStyle = context.fillStyle = style;
            context.lineWidth = size;
            context.stroke();
          }
          if (marks) for (let i = 0; i < x.length; i++) context.fillRect(X(x[i]) - 2, Y(y[i]) - 2, 4, 4);
        }
        context.restore();
      }
      context.setLineDash([]);
      context.strokeStyle = ink.text;
      context.lineWidth = 1;
      if (at < end) stroke(context, [[X(at), top], [X(at), top + each]]);
    });
    context.fillStyle = ink.muted;
    context.textAlign = "center";
    for (const x of ticks) context.fillText(label(x), X(x), height - bottom + 12);
    context.fillStyle = ink.text;
    context.fillText(xlabel, left + (width - left - right) / 2, height - 8);
  }

  function stroke(context, points) {
    context.beginPath();
    for (const point of points) context.lineTo(...point);
    context.stroke();
  }

  /* About n round numbers from low to high. */
  function nice(low, high, n) {
    const rough = (high - low) / n, unit = 10 ** Math.floor(Math.log10(rough));
    const step = unit * [1, 2, 2.5, 5, 10].find((x) => x * unit >= rough * 0.999), list = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) list.push(k * step);
    return list;
  }

  /* Marks of a panel, three at least. */
  const rungs = (low, high) => (nice(low, high, 3).length > 2 ? nice(low, high, 3) : nice(low, high, 5));

  const label = (x) => `${+x.toPrecision(6)}`.replace("-", "−");
  const number = (x, digits = 3) => x.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

  /* ---- an explorer ---- */

  /* Say the state to those who listen, once it has come to rest. */
  function teller() {
    const element = make("p", { role: "status", className: "told" });
    let later;
    return { element, say: (text) => {
      clearTimeout(later);
      later = setTimeout(() => element.textContent !== text && (element.textContent = text), 800);
    } };
  }

  /* Buttons that copy the address and the lines of Python, which are shown too. */
  function takeAway(fields, code) {
    const pre = make("pre", { tabIndex: 0 }), said = make("span", { role: "status" });
    const copy = (text, what) => () => {
      const done = () => (said.textContent = `${what} copied.`), focused = document.activeElement;
      const byHand = () => { // where a page from a disc may not use the clipboard
        const area = make("textarea", { value: text() });
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
        focused.focus();
        done();
      };
      if (navigator.clipboard) navigator.clipboard.writeText(text()).then(done, byHand);
      else byHand();
    };
    const button = (text, onclick) => make("button", { type: "button", onclick }, text);
    return {
      element: make("div", { className: "takeaway" },
        button("Copy the Python that computes this", copy(() => code(fields.values), "Python")),
        button("Copy a link to this", copy(() => location.href.split("#")[0] + fields.address(), "Link")),
        said,
        make("details", {}, make("summary", {}, "The same with oile"), pre)),
      update: () => {
        pre.textContent = code(fields.values);
        said.textContent = "";
      },
    };
  }

  /* Put an explorer in the place of its still picture. */
  function mount(name, build) {
    for (const root of document.querySelectorAll(`[data-explorer="${name}"]`)) {
      root.append(make("div", { className: "live" }, ...build(root)));
      root.classList.add("alive");
    }
  }

  /* Frames for as long as `frame` says that there is more to come. */
  function animate(frame) {
    let asked = false;
    const run = (now) => {
      asked = false;
      if (frame(now)) request();
    };
    const request = () => {
      if (!asked) requestAnimationFrame(run);
      asked = true;
    };
    return request;
  }

  return { make, Fields, Film, Picture, Sphere, panels, number, teller, takeAway, mount, animate };
})();
