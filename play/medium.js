/* Model 1, live: a neutrino that starts as nu_e crosses a uniform medium, by exact encounters and by Eq. (8). */
"use strict";

{
  const { make, Fields, Film, Picture, Sphere, panels, number, teller, takeAway, mount, animate } = explorer;
  const P0 = [0, 0, 1], POINTS = 1500, MARKS = 60; // as many encounters are marked one by one

  const groups = [
    { legend: "An encounter", fields: [
      { name: "gamma", label: "γ, phase of an encounter", value: 0.1, min: 1e-4, max: 1.57, log: [1e-3, 1.57] },
    ] },
    { legend: "The medium", fields: [
      { name: "q", label: "|Q|, its polarization", value: 1, min: 0, max: 1, step: 0.01 },
      { name: "angle", label: "Angle of P and Q [°]", value: 90, min: 0, max: 180, step: 1 },
      { name: "t", label: "μt, duration", value: 30, min: 1, max: 2000, log: [5, 500] },
    ] },
  ];

  const presets = {
    "γ = 1": { gamma: 1, q: 1, angle: 90, t: 30 },
    "γ = 0.1": { gamma: 0.1, q: 1, angle: 90, t: 30 },
    "γ = 0.001": { gamma: 0.001, q: 1, angle: 90, t: 30 },
    "Unpolarized medium": { gamma: 0.1, q: 0, angle: 90, t: 30 },
    "Half polarized": { gamma: 0.1, q: 0.5, angle: 60, t: 60 },
  };

  const medium = ({ q, angle }) => [q * Math.sin((angle * Math.PI) / 180), 0, q * Math.cos((angle * Math.PI) / 180)];

  function code({ gamma, q, angle, t }) {
    return ["import numpy as np", "from oile import foreground", "",
      `Q = ${q} * np.array([np.sin(np.deg2rad(${angle})), 0, np.cos(np.deg2rad(${angle}))])`,
      `P = foreground([0, 0, 1], Q, ${gamma}, np.arange(${Math.floor(t / gamma + 1e-9) + 1}))`, ""].join("\n");
  }

  /* The chain after every encounter (or every few), and Eq. (8) at the same times and between. */
  function run({ gamma, t, ...rest }) {
    const Q = medium(rest), count = Math.floor(t / gamma + 1e-9), every = Math.ceil(count / POINTS) || 1;
    const n = Array.from({ length: Math.floor(count / every) + 1 }, (_, k) => k * every);
    const x = Array.from({ length: POINTS + 1 }, (_, k) => (k * t) / POINTS);
    return {
      Q, count, every, n, t: n.map((k) => k * gamma), chain: n.map((k) => oile.foreground(P0, Q, gamma, k)),
      x, smooth: x.map((time) => oile.mediumEquation(P0, Q, gamma, time)),
    };
  }

  mount("medium", (root) => {
    let now;
    const told = teller(), reading = make("p", { className: "reading" }), rates = make("tbody");
    const last = () => Math.min(now.n.length - 1, Math.floor(film.at / fields.values.gamma / now.every + 1e-6));
    const film = new Film({ draw: () => request(), speed: 5,
      step: (at) => (Math.floor(at / fields.values.gamma / now.every + 1e-6) + 1) * now.every * fields.values.gamma });
    const sphere = new Sphere("Bloch vectors of the neutrino and of the medium, and the path of the neutrino so far", (sphere, context, ink) => {
      const upTo = last(), shown = now.x.filter((time) => time <= film.at).length;
      sphere.arrow(context, now.Q, ink.two, 3);
      context.strokeStyle = ink.thin;
      context.lineWidth = 1.2;
      sphere.path(context, now.smooth.slice(0, shown));
      context.strokeStyle = context.fillStyle = ink.one;
      context.lineWidth = 2;
      if (now.count > MARKS) sphere.path(context, now.chain.slice(0, upTo + 1));
      else for (const P of now.chain.slice(0, upTo + 1)) {
        const [x, y] = sphere.project(P);
        context.fillRect(x - 2.5, y - 2.5, 5, 5);
      }
      sphere.arrow(context, now.chain[upTo], ink.one, 3);
    });
    const plot = new Picture("Three panels against time: the components of the Bloch vector of the neutrino, by exact encounters and by Eq. (8)",
      (width) => (width < 450 ? 400 : 430), (context, width, height, ink) => panels(context, width, height, ink, {
        end: fields.values.t, at: film.at, xlabel: "time μt",
        list: ["P₁", "P₂", "P₃"].map((label, i) => ({ label, low: -1, high: 1, lines: [
          { x: now.t, y: now.chain.map((P) => P[i]), color: ink.one, dash: now.count > MARKS ? [] : [2, 3], marks: now.count <= MARKS },
          { x: now.x, y: now.smooth.map((P) => P[i]), color: ink.thin, thin: true },
        ] })),
      }));

    function restart(values) {
      now = run(values);
      film.resize(values.t);
      const exact = oile.mediumRates(values.q, values.gamma);
      rates.replaceChildren(...[["Relaxation along Q", "relaxation"], ["Decoherence across Q", "decoherence"], ["Frequency about Q", "frequency"]].map(([text, name]) =>
        make("tr", {}, make("th", { scope: "row" }, text), ...exact[name].map((x) => make("td", {}, Number.isFinite(x) ? x.toPrecision(4) : "∞")))));
      take.update();
      request();
    }

    const request = animate((clock) => {
      film.tick(clock);
      sphere.picture.draw();
      plot.draw();
      const k = last(), P = now.chain[k];
      reading.textContent = `${now.n[k]} encounters, μt = ${number(now.t[k], 2)}: P = (${P.map((x) => number(x)).join(", ")}), |P| = ${number(oile.length(P))}.`;
      if (!film.playing) told.say(reading.textContent);
      return film.playing;
    });

    const fields = new Fields(groups, restart);
    const take = takeAway(fields, code);
    root.explorer = { fields, film, get now() { return now; } };
    restart(fields.values);
    film.seek(film.end);
    return [
      make("div", { className: "presets", role: "group", "aria-label": "Presets" },
        ...Object.entries(presets).map(([name, values]) => make("button", { type: "button", onclick: () => fields.set(values) }, name))),
      fields.first, make("div", { className: "stage" }, make("div", {}, sphere.element, film.element, reading), plot.canvas), told.element,
      make("table", {}, make("caption", {}, "Rates and frequency in units of μ"),
        make("thead", {}, make("tr", {}, ...["Motion", "Exact", "Eq. (8)"].map((text) => make("th", { scope: "col" }, text)))), rates),
      fields.element, take.element,
    ];
  });
}
