/* Noise, live: one gas many times, each time with other encounters, beside the average that Eq. (14) describes. */
"use strict";

{
  const { make, Fields, Film, Picture, Sphere, panels, number, teller, takeAway, mount, animate } = explorer;
  const { neutrinos, python, columns, meanAt } = explorer.gas;
  const SAMPLES = 200; // of a run

  const groups = [
    { legend: "An encounter", fields: [
      { name: "gamma", label: "γ, phase of an encounter", value: 0.02, min: 1e-4, max: 1.5, log: [1e-3, 1] },
    ] },
    { ...neutrinos, fields: neutrinos.fields.map((field) => (field.name === "v" ? { ...field, value: "even" } : field)) },
    { legend: "Realizations", fields: [
      { name: "runs", label: "How many", value: 40, min: 1, max: 200, integer: true, slider: [1, 100], step: 1 },
      { name: "times", label: "Times", value: "clockwork", choices: { clockwork: "clockwork: all at once", poisson: "Poisson: by chance" } },
      { name: "seed", label: "Seed", value: 1, min: 0, max: 2 ** 20, integer: true, slider: [0, 100], step: 1 },
    ] },
    { legend: "Shown", fields: [
      { name: "t", label: "μt, duration", value: 100, min: 1, max: 10000, log: [10, 2000] },
      { name: "of", label: "Bloch vector of", value: "one", choices: { one: "one particle, the first", e: "the first group, its mean", all: "the whole gas, its mean" } },
    ] },
  ];

  const paper = { ne: 60, nx: 40, we: 0.1, wx: 0.2, theta: 0.001, v: "even", times: "clockwork", runs: 40, of: "one", t: 100 };
  const presets = {
    "One particle": { ...paper, gamma: 0.02 },
    "Its group": { ...paper, gamma: 0.02, of: "e" },
    "Smaller γ": { ...paper, gamma: 0.005, runs: 20 },
    "A tenth of the gas": { ...paper, gamma: 0.02, ne: 6, nx: 4, of: "e" },
    "Poisson times": { ...paper, gamma: 0.02, times: "poisson" },
    "Slow precession": { ...paper, gamma: 0.02, of: "all", theta: 0.3, ne: 6, nx: 4, t: 400 },
  };

  const code = (values) => python(values, "simulate_many", [
    `t = np.linspace(0, ${values.t}, ${SAMPLES + 1})`,
    `P = simulate_many(gas, ${values.gamma}, t, rng=rng, realizations=${values.runs}${values.times === "poisson" ? ", p=0" : ""})`,
    `mean = P[:, :, :${{ one: 1, e: values.ne, all: values.ne + values.nx }[values.of]}].mean(axis=2)  # of each realization`,
  ]);

  function start({ gamma, times, seed, runs, ne, nx, we, wx, theta, v, t }) {
    const poisson = times === "poisson";
    const gas = oile.bipolar({ n_e: ne, n_x: nx, omega_e: we, omega_x: wx, theta, directions: v, rng: new oile.Random(seed) });
    const count = Math.max(1, Math.min(SAMPLES, Math.floor(t / gamma)));
    const next = (r) => new oile.History(new oile.Gas(gas, gamma, { poisson, rng: new oile.Random(seed + (r + 1) * 2 ** 32) }), t, count);
    return { next, runs: [next(0)], wanted: runs, count, average: new oile.History(new oile.Average(gas, gamma, { poisson }), t, count, poisson ? 0 : gamma) };
  }

  /* What is looked at, in a sample of a run, and as lines. */
  const vector = (run, of, k) => (of === "one" ? Array.from(run.states.subarray(k * run.run.P.length, k * run.run.P.length + 3)) : meanAt(run, of, k));

  function lines(run, of) {
    if (of !== "one") return columns(run, of);
    const x = run.t.subarray(0, run.done), width = run.run.P.length;
    return { x, column: (i) => Float64Array.from(x, (_, k) => run.states[k * width + i]) };
  }

  const over = (list, f) => list.reduce((sum, x) => sum + f(x), 0);

  mount("noise", (root) => {
    let now;
    const told = teller(), reading = make("p", { className: "reading" });
    const whole = () => now.runs.filter((run) => run.done > now.count);
    const sampleAt = (at) => Math.round((at / fields.values.t) * now.count);
    /* Mean over the realizations, and their root mean square distance from it. */
    function together(sample) {
      const all = whole().map((run) => vector(run, fields.values.of, sample)), n = all.length || NaN;
      const mean = [0, 1, 2].map((i) => over(all, (P) => P[i]) / n);
      return { n, mean, spread: Math.sqrt(over(all, (P) => over([0, 1, 2], (i) => (P[i] - mean[i]) ** 2)) / Math.max(1, n - 1)) };
    }
    const film = new Film({ draw: () => request(), speed: 10, step: (at) => ((sampleAt(at) + 1) * fields.values.t) / now.count });
    const sphere = new Sphere("The Bloch vector in each realization as a dot on a sphere, their mean as an arrow", (sphere, context, ink) => {
      const sample = sampleAt(film.at), of = fields.values.of;
      context.fillStyle = ink.one;
      for (const run of whole()) {
        const [x, y] = sphere.project(vector(run, of, sample));
        context.fillRect(x - 2, y - 2, 4, 4);
      }
      context.strokeStyle = ink.thin;
      context.lineWidth = 1.2;
      sphere.path(context, Array.from({ length: Math.min(now.average.done, sample + 1) }, (_, k) => vector(now.average, of, k)));
      if (whole().length) sphere.arrow(context, together(sample).mean, ink.text, 3);
    });
    /* The runs, and their mean, less Eq. (14). */
    const plot = new Picture("Four panels against time: what the components of the Bloch vector differ by from Eq. (14) in each realization, faint, and on average, thick; spread of the realizations",
      (width) => (width < 450 ? 460 : 500), (context, width, height, ink) => {
        const of = fields.values.of, all = now.average.done > now.count ? whole().map((run) => lines(run, of)) : [];
        const table = all.length ? Array.from({ length: now.count + 1 }, (_, k) => together(k)) : [], x = all.length ? all[0].x : [];
        const thin = lines(now.average, of), spread = table.map((one) => one.spread), zero = { x: [0, fields.values.t], y: [0, 0], color: ink.thin, width: 1.2 };
        const parts = [0, 1, 2].map((i) => {
          const eq = thin.column(i), off = (y) => Float64Array.from(y, (one, k) => one - eq[k]);
          return { runs: all.map((run) => off(run.column(i))), mean: off(table.map((one) => one.mean[i])) };
        });
        const largest = (list) => list.reduce((most, y) => y.reduce((top, one) => Math.max(top, Math.abs(one)), most), 1e-3);
        const high = 1.1 * largest(parts.flatMap((part) => part.runs));
        const list = parts.map((part, i) => ({ label: `ΔP${"₁₂₃"[i]}`, low: -high, high, lines: [
          ...part.runs.map((y) => ({ x, y, color: ink.one, width: 0.6 })), zero, { x, y: part.mean, color: ink.text, width: 2.2 },
        ] }));
        list.push({ label: "spread", low: 0, high: 1.1 * largest([spread]), lines: [{ x, y: spread, color: ink.text, width: 2.2 }] });
        panels(context, width, height, ink, { end: fields.values.t, at: film.at, xlabel: "time μt", list });
      });

    function restart(values) {
      now = start(values);
      film.resize(values.t);
      take.update();
      request();
    }

    const request = animate((clock) => {
      const deadline = performance.now() + (film.playing ? 8 : 30);
      let complete = now.average.fill(deadline);
      while (performance.now() < deadline && now.runs[now.runs.length - 1].fill(deadline) && now.runs.length < now.wanted) now.runs.push(now.next(now.runs.length));
      complete = complete && whole().length === now.wanted;
      film.tick(clock);
      sphere.picture.draw();
      plot.draw();
      const sample = sampleAt(film.at), { n, mean, spread } = together(sample), show = (P) => P.map((x) => number(x)).join(", ");
      const eq = now.average.done > sample ? ` Eq. (14): (${show(vector(now.average, fields.values.of, sample))}).` : "";
      reading.textContent = n ? `${n} of ${now.wanted} realizations, μt = ${number((sample * fields.values.t) / now.count, 2)}: mean P = (${show(mean)}), spread ${number(spread)}, standard error ${number(spread / Math.sqrt(n))}.${eq}` : "The first realization is being computed.";
      root.dataset.complete = complete;
      if (complete && !film.playing) told.say(reading.textContent);
      return film.playing || !complete;
    });

    const fields = new Fields(groups, restart);
    const take = takeAway(fields, code);
    root.explorer = { fields, film, get now() { return now; }, together };
    film.at = film.end = 1;
    restart(fields.values);
    return [
      make("div", { className: "presets", role: "group", "aria-label": "Presets" },
        ...Object.entries(presets).map(([name, values]) => make("button", { type: "button", onclick: () => fields.set(values) }, name))),
      fields.first, make("div", { className: "stage" }, make("div", {}, sphere.element, film.element, reading), plot.canvas),
      told.element, fields.element, take.element,
    ];
  });
}
