/* One encounter, live: two Bloch vectors that can be pulled, the phase, the frequencies; before and after. */
"use strict";

{
  const { make, Fields, Picture, Sphere, panels, number, teller, takeAway, mount, animate } = explorer;
  const PHASES = 120; // points of the curves

  const vector = (letter, z) => ({ legend: `${letter}, ${letter === "P" ? "first" : "second"} neutrino`, fields: [
    { name: `${letter}r`, label: `|${letter}|, length`, value: 1, min: 0, max: 1, step: 0.01 },
    { name: `${letter}polar`, label: "Angle from P₃ [°]", value: z, min: 0, max: 180, step: 1 },
    { name: `${letter}azimuth`, label: "Angle about P₃ [°]", value: 0, min: -180, max: 180, step: 1 },
  ] });
  const groups = [
    { legend: "Encounter", fields: [
      { name: "gamma", label: "γ, phase", value: 0.6, min: 0, max: 3.2, step: 0.01 },
    ] },
    vector("P", 0), vector("Q", 90),
    { legend: "Vacuum oscillation", fields: [
      { name: "wa", label: "ω of P [μ]", value: 0, min: -10, max: 10, slider: [-3, 3], step: 0.05 },
      { name: "wb", label: "ω of Q [μ]", value: 0, min: -10, max: 10, slider: [-3, 3], step: 0.05 },
    ] },
  ];

  const pure = { Pr: 1, Ppolar: 0, Pazimuth: 0, Qr: 1, Qpolar: 90, Qazimuth: 0, wa: 0, wb: 0 };
  const presets = {
    "The paper’s pair": { ...pure, gamma: 0.1 },
    "Half a swap": { ...pure, Qpolar: 180, gamma: 0.785 },
    "A whole swap": { ...pure, gamma: 1.571 },
    "Mixed states": { ...pure, Pr: 0.5, Qr: 0.5, Qpolar: 180, gamma: 0.785 },
    "Out of tune": { ...pure, Qpolar: 180, wa: 2, wb: -2, gamma: 1 },
  };

  function bloch(values, letter) {
    const r = values[`${letter}r`], a = (values[`${letter}polar`] * Math.PI) / 180, b = (values[`${letter}azimuth`] * Math.PI) / 180;
    return [r * Math.sin(a) * Math.cos(b), r * Math.sin(a) * Math.sin(b), r * Math.cos(a)];
  }

  function angles(letter, P) {
    const r = Math.min(1, oile.length(P)), degrees = (x) => +((x * 180) / Math.PI).toFixed(1);
    return {
      [`${letter}r`]: +(r > 0.985 ? 1 : r).toFixed(3), // what is nearly pure is meant to be
      [`${letter}polar`]: r > 0 ? degrees(Math.acos(Math.max(-1, Math.min(1, P[2] / r)))) : 0,
      [`${letter}azimuth`]: degrees(Math.atan2(P[1], P[0])),
    };
  }

  const round = (P) => `[${P.map((x) => +x.toFixed(15)).join(", ")}]`;

  function code(values) {
    return ["from oile import encounter", "", `P, Q = ${round(bloch(values, "P"))}, ${round(bloch(values, "Q"))}`,
      `P_after, Q_after = encounter(P, Q, ${values.gamma}, omega=(${values.wa}, ${values.wb}))`, ""].join("\n");
  }

  function run(values) {
    const P = bloch(values, "P"), Q = bloch(values, "Q"), omega = [values.wa, values.wb];
    const phases = Array.from({ length: PHASES + 1 }, (_, k) => (k * Math.PI) / PHASES);
    return { P, Q, ...oile.correlation(P, Q, values.gamma, { omega }), phases, curve: phases.map((x) => oile.correlation(P, Q, x, { omega })) };
  }

  mount("encounter", (root) => {
    let now;
    const told = teller(), reading = make("p", { className: "reading" }), rows = make("tbody");
    const handle = (letter) => ({ P: () => now[letter], pull: (P) => fields.set(angles(letter, P)) });
    const handles = [handle("P"), handle("Q")];
    const sphere = new Sphere("Two Bloch vectors before the encounter, dashed, and after it, with the paths by which they get there", (sphere, context, ink) => {
      const upTo = now.phases.filter((x) => x < fields.values.gamma).length;
      [["P", 0, ink.one], ["Q", 1, ink.two]].forEach(([letter, k, color]) => {
        sphere.arrow(context, now[letter], color, 1.6, [4, 3]);
        context.lineWidth = 1;
        context.strokeStyle = color;
        sphere.path(context, [...now.curve.slice(0, upTo).map((one) => one.after[k]), now.after[k]]);
        sphere.arrow(context, now.after[k], color, 3.5);
        const [x, y] = sphere.project(now[letter]);
        context.lineWidth = 1.5;
        context.beginPath();
        context.arc(x, y, 8, 0, 7);
        context.stroke();
        context.fillStyle = ink.text;
        context.fillText(letter, x + 16, y - 10);
      });
    }, { azimuth: -30, handles: () => handles });
    const plot = new Picture("Three panels against the phase: lengths of the two Bloch vectors afterwards, mutual information, negativity",
      (width) => (width < 450 ? 400 : 430), (context, width, height, ink) => {
        const x = now.phases, line = (of, color, dash) => ({ x, y: now.curve.map(of), color, dash });
        panels(context, width, height, ink, { end: Math.PI, at: Math.min(Math.PI, fields.values.gamma), xlabel: "phase γ", list: [
          { label: "|P′|, |Q′|", low: 0, high: 1, lines: [line((one) => oile.length(one.after[0]), ink.one), line((one) => oile.length(one.after[1]), ink.two, [6, 3])] },
          { label: "info [bit]", low: 0, high: 2, lines: [line((one) => one.information, ink.text)] },
          { label: "negativity", low: 0, high: 0.5, lines: [line((one) => one.negativity, ink.text)] },
        ] });
      });

    function restart(values) {
      now = run(values);
      const show = (P) => `(${P.map((x) => number(x)).join(", ")})`, purity = (P) => number((1 + oile.length(P) ** 2) / 2);
      rows.replaceChildren(...[["P", 0], ["Q", 1]].flatMap(([letter, k]) => [["before", now[letter]], ["after", now.after[k]]].map(([when, P]) =>
        make("tr", {}, make("th", { scope: "row" }, `${letter} ${when}`), ...[show(P), number(oile.length(P)), purity(P)].map((text) => make("td", {}, text))))));
      reading.textContent = `Mutual information ${number(now.information)} bit, negativity ${number(now.negativity)}.`;
      told.say(`After the encounter: P = ${show(now.after[0])}, Q = ${show(now.after[1])}. ${reading.textContent}`);
      take.update();
      request();
    }

    const request = animate(() => {
      sphere.picture.draw();
      plot.draw();
      return false;
    });

    const fields = new Fields(groups, restart);
    const take = takeAway(fields, code);
    root.explorer = { fields, sphere, get now() { return now; } };
    restart(fields.values);
    return [
      make("div", { className: "presets", role: "group", "aria-label": "Presets" },
        ...Object.entries(presets).map(([name, values]) => make("button", { type: "button", onclick: () => fields.set(values) }, name))),
      fields.first, make("div", { className: "stage" }, make("div", {}, sphere.element, reading), plot.canvas), told.element,
      make("table", {}, make("caption", {}, "Bloch vectors, their lengths, and the purity of the states"),
        make("thead", {}, make("tr", {}, ...["State", "Bloch vector", "Length", "Purity"].map((text) => make("th", { scope: "col" }, text)))), rows),
      fields.element, take.element,
    ];
  });
}
