/* The gas of Model 2, live: who meets whom is drawn in the page, and the panels of Fig. 2 fill in. */
"use strict";

{
  const { make, Fields, Film, Picture, Sphere, panels, number, teller, takeAway, mount, animate } = explorer;
  const SAMPLES = 600; // of a run
  const slice = (film) => (film.playing ? 8 : 25); // milliseconds of computing in a frame
  const WIDTH = oile.History.WIDTH, PREVIEW = 48, LABELS = ["⟨P₁⟩", "⟨P₂⟩", "⟨P₃⟩", "|⟨P⟩|", "⟨|P|⟩"];

  const groups = [
    { legend: "An encounter", fields: [
      { name: "gamma", label: "γ, phase of an encounter", value: 0.01, min: 0, max: 1.5, log: [1e-4, 1] },
    ] },
    { legend: "Neutrinos", fields: [
      { name: "ne", label: "Nₑ, start as νₑ", value: 60, min: 1, max: 2000, integer: true, slider: [1, 200], step: 1 },
      { name: "nx", label: "Nₓ, start as νₓ", value: 40, min: 1, max: 2000, integer: true, slider: [1, 200], step: 1 },
      { name: "we", label: "ωₑ [μ]", value: 0.1, min: -10, max: 10, slider: [-1, 1], step: 0.01 },
      { name: "wx", label: "ωₓ [μ]", value: 0.2, min: -10, max: 10, slider: [-1, 1], step: 0.01 },
      { name: "theta", label: "θ, mixing angle", value: 0.001, min: 0, max: 1.5, log: [1e-6, 0.78] },
      { name: "v", label: "Directions", value: "random", choices: { random: "random", even: "even", none: "none: all couplings equal" } },
    ] },
    { legend: "Encounters", fields: [
      { name: "times", label: "Times", value: "clockwork", choices: { clockwork: "clockwork: all at once", poisson: "Poisson: by chance" } },
      { name: "seed", label: "Seed", value: 1, min: 0, max: 2 ** 53 - 1, integer: true, slider: [0, 100], step: 1 },
    ] },
    { legend: "Shown", fields: [
      { name: "t", label: "μt, duration", value: 100, min: 1, max: 10000, log: [10, 2000] },
      { name: "of", label: "Averages of", value: "e", choices: { e: "the first group, νₑ", all: "the whole gas" } },
      { name: "eq", label: "Eq. (14)", value: "no", choices: { no: "not shown", yes: "thin line" } },
    ] },
  ];

  const paper = { ne: 60, nx: 40, we: 0.1, wx: 0.2, theta: 0.001, v: "random", times: "clockwork", t: 100, of: "e" };
  const presets = {
    "γ = 0.1": { ...paper, gamma: 0.1 },
    "γ = 0.01": { ...paper, gamma: 0.01 },
    "γ = 0.001": { ...paper, gamma: 0.001 },
    "Mean field": { ...paper, gamma: 0, times: "clockwork" },
    "Long times": { ...paper, gamma: 0.01, t: 1000, of: "all" },
    "Your own gas": { ne: 30, nx: 30, we: 0.5, wx: -0.5, theta: 0.1, v: "even", gamma: 0.02, t: 60, of: "all" },
  };

  const STYLES = [["dotted", [2, 3]], ["dashed", [7, 4]], ["dot-dashed", [9, 3, 2, 3]]]; // as in the paper

  /* Python that makes the gas, and imports what it and `use` need. */
  function python({ seed, ne, nx, we, wx, theta, v }, use, run) {
    const numbers = `n_e=${ne}, n_x=${nx}, omega_e=${we}, omega_x=${wx}, theta=${theta}`;
    const velocity = {
      random: "", none: ", velocity=np.zeros(3)",
      even: `, velocity=np.concatenate([even_velocities(${ne}), -even_velocities(${nx})])`,
    }[v];
    const names = ["bipolar", ...(v === "even" ? ["even_velocities"] : []), use];
    return ["import numpy as np", `from oile import ${names.join(", ")}`, "",
      `rng = np.random.default_rng(${seed})`, `gas = bipolar(rng, ${numbers}${velocity})`, ...run, ""].join("\n");
  }

  function code(values) {
    const { gamma, times, t } = values;
    const run = gamma
      ? `t, P = simulate(gas, ${gamma}, np.linspace(0, ${t}, ${SAMPLES + 1}), rng=rng${times === "poisson" ? ", p=0" : ""})`
      : `t, P = integrate(gas, 0, np.linspace(0, ${t}, ${SAMPLES + 1}))`;
    return python(values, gamma ? "simulate" : "integrate", [run]);
  }

  /* A run with these values, and Eq. (14) for the same gas. At gamma = 0 they are the same: the mean field. */
  function start(values) {
    const { gamma, ne, nx, we, wx, theta, v, t } = values, poisson = values.times === "poisson", rng = new oile.Random(values.seed);
    const gas = oile.bipolar({ n_e: ne, n_x: nx, omega_e: we, omega_x: wx, theta, directions: v, rng });
    const count = gamma ? Math.max(1, Math.min(SAMPLES, Math.floor(t / gamma))) : SAMPLES;
    const average = () => new oile.History(new oile.Average(gas, gamma, { poisson }), t, SAMPLES);
    const run = gamma ? new oile.History(new oile.Gas(gas, gamma, { poisson, rng }), t, count) : average();
    return { gas, run, average: values.eq === "yes" && gamma ? average() : null };
  }

  /* The columns of a history as lines: whole arrays, cut to what is there. */
  function columns(history, of) {
    const table = history[of], x = history.t.subarray(0, history.done);
    return { x, column: (k) => Float64Array.from(x, (_, i) => table[i * WIDTH + k]) };
  }

  function dots(sphere, context, ink, history, sample) {
    const { run } = history, n = 3 * run.N, size = run.N > 400 ? 1.5 : 3;
    const P = history.states.subarray(sample * n, (sample + 1) * n);
    context.setLineDash([]);
    context.lineWidth = 1.2;
    for (let i = 0; i < n; i += 3) {
      const [x, y, near] = sphere.project([P[i], P[i + 1], P[i + 2]]);
      context.globalAlpha = near > 0 ? 0.9 : 0.4;
      context.beginPath();
      if (i < 3 * run.n_e) {
        context.fillStyle = ink.one;
        context.arc(x, y, size, 0, 7);
        context.fill();
      } else {
        context.strokeStyle = ink.two;
        context.rect(x - size, y - size, 2 * size, 2 * size);
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  }

  function meanAt(history, of, sample) {
    return Array.from(history[of].subarray(sample * WIDTH, sample * WIDTH + 3));
  }

  function trail(sphere, context, ink, history, of, sample) {
    context.strokeStyle = ink.text;
    context.lineWidth = 1;
    context.globalAlpha = 0.6;
    context.setLineDash([]);
    sphere.path(context, Array.from({ length: sample + 1 }, (_, k) => meanAt(history, of, k)));
    context.globalAlpha = 1;
    sphere.arrow(context, meanAt(history, of, sample), ink.text, 3);
  }

  explorer.gas = { neutrinos: groups[1], python, columns, meanAt };

  mount("gas", (root) => {
    let now, kept = []; // kept: curves of other runs, to compare with
    const told = teller(), reading = make("p", { className: "reading" });
    const sampleAt = (at) => Math.min(now.run.done - 1, Math.round((at / now.run.T) * now.run.count));
    const film = new Film({ draw: () => request(), speed: 10, step: (at) => ((Math.floor((at / now.run.T) * now.run.count + 1e-6) + 1) * now.run.T) / now.run.count });
    const sphere = new Sphere("The Bloch vectors of the gas on a sphere: dots for those that start as electron neutrinos, squares for the others, an arrow for the mean",
      (sphere, context, ink) => {
        const sample = sampleAt(film.at);
        dots(sphere, context, ink, now.run, sample);
        trail(sphere, context, ink, now.run, fields.values.of, sample);
      });
    const plot = new Picture("Five panels against time: the three components of the mean Bloch vector with their ranges as shadows, its length, and the mean length",
      (width) => (width < 450 ? 540 : 580), (context, width, height, ink) => {
        const of = fields.values.of, { x, column } = columns(now.run, of), thin = now.average && columns(now.average, of);
        const list = LABELS.map((label, i) => {
          const k = i < 3 ? i : i + 6, lines = [{ x, y: column(k), color: ink.one }];
          if (thin) lines.push({ x: thin.x, y: thin.column(k), color: ink.thin, thin: true });
          kept.forEach(({ run }, j) => {
            const other = columns(run, of);
            lines.push({ x: other.x, y: other.column(k), color: ink.text, width: 1.5, dash: STYLES[j][1] });
          });
          const bands = i < 3 ? [{ x, low: column(3 + i), high: column(6 + i), color: ink.one }] : [];
          return { label, low: i < 3 ? -1 : 0, high: 1, lines, bands };
        });
        panels(context, width, height, ink, { end: now.run.T, at: film.at, xlabel: "time μt", list });
      });

    function restart(values) {
      now = start(values);
      film.resize(values.t);
      take.update();
      request();
    }

    function keep(...more) {
      kept = more.slice(-STYLES.length);
      legend.textContent = kept.map(({ values }, j) => `${STYLES[j][0]}: ${values.gamma ? `γ = ${values.gamma}` : "mean field"}`).join(", ");
      request();
    }

    function figure2() {
      keep(...[0.1, 0.01].map((gamma) => ({ values: { ...fields.values, ...paper, gamma }, run: start({ ...fields.values, ...paper, gamma }).run })));
      fields.set({ ...paper, gamma: 0.001 });
    }

    const request = animate((clock) => {
      const deadline = performance.now() + slice(film);
      const runs = [now.run, now.average, ...kept.map((one) => one.run)].filter(Boolean);
      const complete = runs.every((run) => run.fill(deadline));
      film.tick(clock, now.run.done > now.run.count ? film.end : (now.run.T * (now.run.done - 1)) / now.run.count);
      sphere.picture.draw();
      plot.draw();
      const sample = sampleAt(film.at), table = now.run[fields.values.of].subarray(sample * WIDTH, (sample + 1) * WIDTH);
      const done = runs.reduce((sum, run) => sum + run.done / (run.count + 1) / runs.length, 0);
      const share = complete ? "" : ` Computed: ${Math.floor(100 * done)} %.`;
      const model = fields.values.gamma ? `γ = ${fields.values.gamma}` : "Mean field";
      const text = `${model}, μt = ${number(now.run.t[sample], 2)}. ${fields.values.of === "e" ? "First group" : "Whole gas"}: ⟨P⟩ = (${number(table[0])}, ${number(table[1])}, ${number(table[2])}), |⟨P⟩| = ${number(table[9])}, ⟨|P|⟩ = ${number(table[10])}.`;
      reading.textContent = text + share;
      root.dataset.complete = complete;
      if (complete && !film.playing) told.say(text);
      return film.playing || !complete;
    });

    const fields = new Fields(groups, restart);
    const take = takeAway(fields, code);
    film.at = film.end = 1; // at the end, whatever the duration
    root.explorer = { fields, film, get now() { return now; } };
    restart(fields.values);
    const button = (text, onclick) => make("button", { type: "button", onclick }, text);
    const buttons = Object.entries(presets).map(([name, values]) => button(name, () => fields.set(values)));
    const legend = make("span");
    const compare = make("div", { className: "film", role: "group", "aria-label": "Curves to compare with" },
      button("Keep these curves", () => keep(...kept, { values: { ...fields.values }, run: now.run })),
      button("Drop them", () => keep()), legend);
    return [
      make("div", { className: "presets", role: "group", "aria-label": "Presets" }, make("span", {}, "The paper’s gas: "), ...buttons.slice(0, 3), button("All three", figure2), ...buttons.slice(3)),
      fields.first, make("div", { className: "stage" }, make("div", {}, sphere.element, film.element, reading), make("div", {}, plot.canvas, compare)),
      told.element, fields.element, take.element,
    ];
  });

  /* The landing page: the paper's gas at its smallest phase, on request. */
  mount("preview", () => {
    const history = start({ gamma: 0.001, times: "clockwork", seed: 1, ne: 60, nx: 40, we: 0.1, wx: 0.2, theta: 0.001, v: "even", t: 100, eq: "no" }).run;
    const film = new Film({ draw: () => request(), speed: 10, step: (at) => at + 1 });
    const sphere = new Sphere("The Bloch vectors of a hundred neutrinos on a sphere, with the mean of those that start as electron neutrinos", (sphere, context, ink) => {
      const sample = Math.min(history.done - 1, Math.round((film.at / history.T) * history.count));
      dots(sphere, context, ink, history, sample);
      trail(sphere, context, ink, history, "e", sample);
    });
    const reading = make("span", { className: "reading" });
    film.resize(history.T);
    film.at = PREVIEW;
    film.button.addEventListener("click", () => (film.at = 0), { capture: true, once: true });
    const request = animate((clock) => {
      const ready = () => (history.T * (history.done - 1)) / history.count;
      if (film.playing || ready() < film.at) history.fill(performance.now() + slice(film));
      film.tick(clock, ready());
      sphere.picture.draw();
      reading.textContent = `γ = 0.001, μt = ${number(film.at, 0)}`;
      return film.playing || ready() < film.at;
    });
    request();
    return [sphere.picture.canvas, make("div", { className: "film" }, film.button, reading)];
  });
}
