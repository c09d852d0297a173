/* The physics of the explorers: the models of `oile`, written again for a page without a server.
 *
 * Everything here has a counterpart in the Python package, named in its comment, and tests/test_explorers.py holds the
 * two together. Conventions are the package's: hbar = mu = 1, mass basis, B = (0, 0, 1). N Bloch vectors are one flat
 * Float64Array P1 P2 P3 P1 P2 P3 ...
 *
 * A plain script and not a module: a page read from a disc may not import.
 */
"use strict";

const oile = (() => {
  /* ---- chance ---- */

  /* The generator sfc32 of Chris Doty-Humphrey (PractRand): 128 bits of state, period at least 2^32. Numbers are in
   * [0, 1) with 53 bits. */
  class Random {
    constructor(seed) {
      this.a = 0;
      this.b = seed >>> 0;
      this.c = Math.floor(seed / 2 ** 32) >>> 0;
      this.counter = 1;
      for (let i = 0; i < 15; i++) this.word();
    }

    /* 32 random bits. */
    word() {
      const word = (this.a + this.b + this.counter) | 0;
      this.counter = (this.counter + 1) | 0;
      this.a = this.b ^ (this.b >>> 9);
      this.b = (this.c + (this.c << 3)) | 0;
      this.c = (((this.c << 21) | (this.c >>> 11)) + word) | 0;
      return word >>> 0;
    }

    uniform() {
      return ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
    }

    /* An integer from 0 to n - 1, all equally likely: what would favor some is thrown away. */
    below(n) {
      const fair = 2 ** 32 - (2 ** 32 % n);
      let word;
      do word = this.word();
      while (word >= fair);
      return word % n;
    }
  }

  /* ---- one encounter ---- */

  /* `oile.encounter` for the particles that begin at i and j in P, in place: interaction phase phi, detuning
   * D = (omega_a - omega_b) dt/2, and z = zr + i zi = exp(-i (omega_a + omega_b) dt/2). P3 + Q3 stays as it is. */
  function meet(P, i, j, phi, D, zr, zi) {
    const cos = Math.cos(phi), sin = Math.sin(phi);
    let c = cos, e = 0, b = sin;
    if (D !== 0) {
      const k = Math.sqrt(phi * phi + D * D), sinc = Math.sin(k) / k;
      c = Math.cos(k);
      e = D * sinc;
      b = phi * sinc;
    }
    const p1 = P[i], p2 = P[i + 1], p3 = P[i + 2], q1 = P[j], q2 = P[j + 1], q3 = P[j + 2];
    // p' = z [(c - ie)(cos + i Q3 sin) p + b (sin - i P3 cos) q], and with e -> -e for q'
    const ar = c * cos + e * q3 * sin, ai = c * q3 * sin - e * cos, br = b * sin, bi = -b * p3 * cos;
    const cr = c * cos - e * p3 * sin, ci = c * p3 * sin + e * cos, di = -b * q3 * cos;
    const x1 = ar * p1 - ai * p2 + br * q1 - bi * q2, x2 = ar * p2 + ai * p1 + br * q2 + bi * q1;
    const y1 = cr * q1 - ci * q2 + br * p1 - di * p2, y2 = cr * q2 + ci * q1 + br * p2 + di * p1;
    const d = b * (b * (q3 - p3) - c * (p1 * q2 - p2 * q1) - e * (p1 * q1 + p2 * q2)); // population handed over
    P[i] = zr * x1 - zi * x2;
    P[i + 1] = zr * x2 + zi * x1;
    P[i + 2] = p3 + d;
    P[j] = zr * y1 - zi * y2;
    P[j + 1] = zr * y2 + zi * y1;
    P[j + 2] = q3 - d;
  }

  /* `oile.encounter`: the two Bloch vectors afterwards; gamma is the phase, dt = gamma unless given. */
  function encounter(P, Q, gamma, { g = 1, omega = [0, 0], dt = gamma } = {}) {
    const both = Float64Array.of(...P, ...Q), mean = (-(omega[0] + omega[1]) * dt) / 2;
    meet(both, 0, 3, gamma * g, ((omega[0] - omega[1]) * dt) / 2, Math.cos(mean), Math.sin(mean));
    return [Array.from(both.subarray(0, 3)), Array.from(both.subarray(3))];
  }

  /* Information and entanglement of the pair after an encounter, before the partial trace: mutual information [bit] and
   * negativity. The encounter is unitary, so the entropy of the whole is that of the product before it. */
  function correlation(P, Q, gamma, { omega = [0, 0], dt = gamma } = {}) {
    const after = encounter(P, Q, gamma, { omega, dt });
    const information = entropy(after[0]) + entropy(after[1]) - entropy(P) - entropy(Q);
    return { after, information: Math.max(0, information), negativity: negativity(P, Q, gamma, omega, dt) };
  }

  /* Von Neumann entropy [bit] of a Bloch vector. */
  function entropy(P) {
    const r = Math.min(1, length(P));
    return [(1 + r) / 2, (1 - r) / 2].reduce((sum, w) => sum - (w > 0 ? w * Math.log2(w) : 0), 0);
  }

  const length = (P) => Math.hypot(P[0], P[1], P[2]);

  /* Complex numbers are pairs here. */
  const times = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];

  /* rho' = U (chi x eta) U^+ of the pair, then the sum of the negative eigenvalues of its partial transpose. */
  function negativity(P, Q, phi, omega, dt) {
    const chi = density(P), eta = density(Q), rho = [];
    for (let r = 0; r < 4; r++)
      rho.push([0, 1, 2, 3].map((s) => times(chi[r >> 1][s >> 1], eta[r & 1][s & 1])));
    const D = ((omega[0] - omega[1]) * dt) / 2, S = ((omega[0] + omega[1]) * dt) / 2, k = Math.hypot(phi, D);
    const sinc = k > 0 ? Math.sin(k) / k : 1, turn = [Math.cos(phi / 2), Math.sin(phi / 2)];
    const phase = (x) => [Math.cos(x), Math.sin(x)], o = [0, 0];
    const U = [ // rows and columns: ee, ex, xe, xx
      [phase(S - phi / 2), o, o, o],
      [o, times(turn, [Math.cos(k), D * sinc]), times(turn, [0, -phi * sinc]), o],
      [o, times(turn, [0, -phi * sinc]), times(turn, [Math.cos(k), -D * sinc]), o],
      [o, o, o, phase(-S - phi / 2)],
    ];
    const dagger = U.map((_, r) => U.map((row) => [row[r][0], -row[r][1]]));
    const after = product(product(U, rho), dagger);
    const M = after.map((row, r) => row.map((_, s) => after[(s & 2) | (r & 1)][(r & 2) | (s & 1)])); // first one transposed
    // The Hermitian A + iB has the eigenvalues of the symmetric [[A, -B], [B, A]], which has each of them twice.
    const sym = [];
    for (let r = 0; r < 8; r++)
      sym.push(Array.from({ length: 8 }, (_, s) => {
        const [re, im] = M[r % 4][s % 4];
        return r < 4 === s < 4 ? re : r < 4 ? -im : im;
      }));
    return eigenvalues(sym).reduce((sum, x) => sum + Math.max(0, -x), 0) / 2;
  }

  /* `oile.states.density`: chi = (1 + P.sigma)/2. */
  function density([x, y, z]) {
    return [[[(1 + z) / 2, 0], [x / 2, -y / 2]], [[x / 2, y / 2], [(1 - z) / 2, 0]]];
  }

  function product(A, B) {
    return A.map((row) => B[0].map((_, s) => row.reduce((sum, a, k) => {
      const [re, im] = times(a, B[k][s]);
      return [sum[0] + re, sum[1] + im];
    }, [0, 0])));
  }

  /* Eigenvalues of a symmetric matrix by Jacobi's rotations, in place. */
  function eigenvalues(A) {
    const n = A.length;
    for (let sweep = 0; sweep < 30; sweep++) {
      let off = 0;
      for (let p = 0; p < n; p++)
        for (let q = p + 1; q < n; q++) {
          off += A[p][q] ** 2;
          if (Math.abs(A[p][q]) < 1e-18) continue;
          const angle = 0.5 * Math.atan2(2 * A[p][q], A[q][q] - A[p][p]);
          const c = Math.cos(angle), s = Math.sin(angle);
          for (let k = 0; k < n; k++) [A[k][p], A[k][q]] = [c * A[k][p] - s * A[k][q], s * A[k][p] + c * A[k][q]];
          for (let k = 0; k < n; k++) [A[p][k], A[q][k]] = [c * A[p][k] - s * A[q][k], s * A[p][k] + c * A[q][k]];
        }
      if (off < 1e-32) break;
    }
    return A.map((row, k) => row[k]);
  }

  /* ---- a neutrino in a uniform medium ---- */

  /* `oile.foreground`: after n encounters, along Q: |Q| + c^(2n) (P - |Q|), across: times (c^2 + i |Q| s c)^n. */
  function foreground(P0, Q, gamma, n) {
    const c = Math.cos(gamma), s = Math.sin(gamma), q = length(Q);
    const shrink = Math.hypot(c * c, q * s * c) ** n, turn = n * Math.atan2(q * s * c, c * c);
    return about(P0, Q, c ** (2 * n), shrink, turn);
  }

  /* The solution of Eq. (8), `oile.medium_rhs`, at time t: linear, so that it has a closed form too. */
  function mediumEquation(P0, Q, gamma, t) {
    const q = length(Q);
    return about(P0, Q, Math.exp(-gamma * t), Math.exp(-gamma * (1 - (q * q) / 2) * t), q * t);
  }

  /* What is along Q relaxes to Q by the factor `along`; what is across it shrinks by `across` and turns by `angle`. */
  function about(P, Q, along, across, angle) {
    const q = length(Q), n = q > 0 ? Q.map((x) => x / q) : [0, 0, 1];
    const parallel = P[0] * n[0] + P[1] * n[1] + P[2] * n[2], x = P.map((p, i) => p - parallel * n[i]);
    const y = [n[1] * x[2] - n[2] * x[1], n[2] * x[0] - n[0] * x[2], n[0] * x[1] - n[1] * x[0]];
    const re = across * Math.cos(angle), im = across * Math.sin(angle), length_ = q + along * (parallel - q);
    return n.map((e, i) => length_ * e + re * x[i] + im * y[i]);
  }

  /* Exact rates and frequency of the chain [mu], and those of Eq. (8). */
  function mediumRates(q, gamma) {
    const c = Math.cos(gamma), s = Math.sin(gamma);
    return {
      relaxation: [(-2 * Math.log(Math.abs(c))) / gamma, gamma],
      decoherence: [-Math.log(Math.hypot(c * c, q * s * c)) / gamma, gamma * (1 - (q * q) / 2)],
      frequency: [Math.atan2(q * s * c, c * c) / gamma, q],
    };
  }

  /* ---- the gas ---- */

  /* `oile.even_velocities`: a two-dimensional Kronecker sequence on the sphere, moments made exact. */
  function evenVelocities(N) {
    const plastic = 1.324717957244746, v = new Float64Array(3 * N), third = ![1, 2, 3, 5].includes(N);
    for (let a = 0; a < N; a++) put(v, a, 1 - 2 * (((a + 0.5) / plastic) % 1), 2 * Math.PI * (((a + 0.5) / plastic ** 2) % 1));
    for (let round = 0; round < 100; round++) {
      const mean = [0, 0, 0], quad = new Float64Array(9);
      for (let a = 0; a < 3 * N; a += 3)
        for (let i = 0; i < 3; i++) {
          mean[i] += v[a + i] / N;
          if (third) for (let j = 0; j < 3; j++) quad[3 * i + j] += v[a + i] * v[a + j] / N;
        }
      if (third) for (let i = 0; i < 9; i += 4) quad[i] -= 1 / 3;
      if (Math.max(...mean.map(Math.abs), ...quad.map(Math.abs)) < 1e-15) break;
      for (let a = 0; a < 3 * N; a += 3) {
        const w = [0, 1, 2].map((i) => v[a + i] - 1.5 * mean[i]
          - 2.5 * (v[a] * quad[i] + v[a + 1] * quad[3 + i] + v[a + 2] * quad[6 + i]));
        for (let i = 0; i < 3; i++) v[a + i] = w[i] / length(w);
      }
    }
    return v;
  }

  function put(v, a, z, azimuth) {
    const r = Math.sqrt(Math.max(0, 1 - z * z));
    v[3 * a] = r * Math.cos(azimuth);
    v[3 * a + 1] = r * Math.sin(azimuth);
    v[3 * a + 2] = z;
  }

  /* `oile.bipolar`: n_e particles in nu_e, then n_x in nu_x. directions: "random", "even" (each group), "none". */
  function bipolar({ n_e = 60, n_x = 40, omega_e = 0.1, omega_x = 0.2, theta = 1e-3, directions = "random", rng }) {
    const N = n_e + n_x, P = new Float64Array(3 * N), omega = new Float64Array(N), velocity = new Float64Array(3 * N);
    for (let a = 0; a < N; a++) {
      const sign = a < n_e ? 1 : -1;
      P[3 * a] = sign * Math.sin(2 * theta);
      P[3 * a + 2] = sign * Math.cos(2 * theta);
      omega[a] = a < n_e ? omega_e : omega_x;
      if (directions === "random") put(velocity, a, 2 * rng.uniform() - 1, 2 * Math.PI * rng.uniform());
    }
    if (directions === "even") {
      velocity.set(evenVelocities(n_e));
      velocity.set(evenVelocities(n_x).map((x) => -x), 3 * n_e);
    }
    return { N, n_e, P, omega, velocity };
  }

  /* 1 - v_a.v_b for the particles that begin at i and j. */
  const coupling = (v, i, j) => 1 - (v[i] * v[j] + v[i + 1] * v[j + 1] + v[i + 2] * v[j + 2]);

  const SLICE = 1000; // encounters between two looks at the clock

  /* `oile.simulate`: encounters in random, mutually exclusive pairs every gamma, or (poisson) of any two at Poisson
   * times, floor(N/2) per gamma on average. */
  class Gas {
    constructor(gas, gamma, { poisson = false, rng }) {
      Object.assign(this, gas, { P: gas.P.slice(), gamma, poisson, rng, steps: 0, t: 0 });
      const N = this.N, dt = poisson ? 0 : gamma;
      this.order = Int32Array.from({ length: N }, (_, a) => a); // who meets whom: neighbors, from the end
      this.zr = this.omega.map((w) => Math.cos((w * dt) / 2)); // half a step of vacuum precession
      this.zi = this.omega.map((w) => -Math.sin((w * dt) / 2));
      this.seen = new Float64Array(N); // poisson: until when a particle has precessed
      if (poisson) this.wait();
    }

    /* Go on to time t, or to the moment `deadline` of performance.now(); whether it got there. */
    advance(t, deadline = Infinity) {
      if (this.poisson) return this.happen(t, deadline);
      const goal = Math.round(t / this.gamma), slice = Math.ceil(SLICE / this.N);
      while (this.steps < goal) {
        for (let end = Math.min(goal, this.steps + slice); this.steps < end; ) this.step();
        if (performance.now() > deadline) break;
      }
      return this.steps >= goal;
    }

    /* One step: a uniform perfect matching. The last free one meets any other with the same probability, and so on. */
    step() {
      const { order, rng, P, omega, velocity, gamma, zr, zi } = this;
      let top = this.N;
      if (top % 2) {
        const k = rng.below(top--), a = order[k]; // an odd one is left out: precession only
        order[k] = order[top];
        order[top] = a;
        turn(P, 3 * a, -omega[a] * gamma);
      }
      for (; top > 0; top -= 2) {
        const k = rng.below(top - 1), b = order[k], a = order[top - 1];
        order[k] = order[top - 2];
        order[top - 2] = b;
        meet(P, 3 * a, 3 * b, gamma * coupling(velocity, 3 * a, 3 * b), ((omega[a] - omega[b]) * gamma) / 2,
          zr[a] * zr[b] - zi[a] * zi[b], zr[a] * zi[b] + zi[a] * zr[b]);
      }
      this.steps++;
      this.t = this.steps * gamma;
    }

    wait() {
      this.next = this.t - (Math.log1p(-this.rng.uniform()) * this.gamma) / Math.floor(this.N / 2);
    }

    happen(t, deadline) {
      const { N, rng, P, omega, velocity, seen } = this;
      const catchUp = (a) => {
        turn(P, 3 * a, -omega[a] * (this.t - seen[a]));
        seen[a] = this.t;
      };
      for (let count = 1; this.next <= t; count++) {
        this.t = this.next;
        const a = rng.below(N);
        let b = rng.below(N - 1);
        if (b >= a) b++;
        catchUp(a);
        catchUp(b);
        meet(P, 3 * a, 3 * b, this.gamma * coupling(velocity, 3 * a, 3 * b), 0, 1, 0);
        this.steps++;
        this.wait();
        if (count % SLICE === 0 && performance.now() > deadline) return false;
      }
      this.t = t;
      for (let a = 0; a < N; a++) catchUp(a);
      return true;
    }
  }

  /* Turn the particle at i about the third axis. */
  function turn(P, i, angle) {
    const c = Math.cos(angle), s = Math.sin(angle), x = P[i], y = P[i + 1];
    P[i] = c * x - s * y;
    P[i + 1] = s * x + c * y;
  }

  /* `oile.ensemble_rhs`, Eq. (14), in O(N): sums over the gas of g and g^2 from the moments of v. `poisson` drops the
   * last bracket, which a fixed duration brings in. */
  class Average {
    constructor(gas, gamma, { poisson = false, tolerance = 1e-8 } = {}) {
      Object.assign(this, gas, { P: gas.P.slice(), gamma, t: 0, tolerance, h: 0.01 });
      this.last = poisson ? 0 : gamma / 2;
      const n = 3 * this.N;
      this.one = new Float64Array(n).fill(1);
      [this.G, this.C, this.GC, this.R, this.norm, this.trial, this.error] = Array.from({ length: 7 }, () => new Float64Array(n));
      this.mean(2, this.one, this.norm);
      this.k = Array.from({ length: 7 }, () => new Float64Array(n));
      this.rhs(this.P, this.k[0]);
    }

    /* < g_ab^s X_b >_b over the others, Eq. (15), into out. */
    mean(s, X, out) {
      const { N, velocity: v } = this, S = new Float64Array(3), V = new Float64Array(9), W = new Float64Array(27);
      for (let a = 0; a < 3 * N; a += 3)
        for (let c = 0; c < 3; c++) {
          const x = X[a + c];
          S[c] += x;
          for (let i = 0; i < 3; i++) {
            V[3 * c + i] += v[a + i] * x;
            if (s === 2) for (let j = 0; j <= i; j++) W[9 * c + 3 * i + j] += v[a + i] * v[a + j] * x * (i === j ? 1 : 2);
          }
        }
      for (let a = 0; a < 3 * N; a += 3) {
        const g = coupling(v, a, a), self = s === 2 ? g * g : g;
        for (let c = 0; c < 3; c++) {
          let sum = S[c] - self * X[a + c];
          for (let i = 0; i < 3; i++) {
            sum -= s * v[a + i] * V[3 * c + i];
            if (s === 2) for (let j = 0; j <= i; j++) sum += v[a + i] * v[a + j] * W[9 * c + 3 * i + j];
          }
          out[a + c] = sum / (N - 1);
        }
      }
    }

    rhs(P, out) {
      const { N, G, C, GC, R, norm, omega, gamma, last } = this;
      this.mean(1, P, G);
      for (let i = 0; i < 3 * N; i += 3) cross(G, P, C, i); // G_a x P_a
      if (gamma > 0) this.mean(2, P, R);
      if (last > 0) this.mean(1, C, GC);
      for (let a = 0, i = 0; a < N; a++, i += 3) {
        const x = P[i], y = P[i + 1], z = P[i + 2];
        out[i] = omega[a] * y + C[i] - gamma * (norm[i] * x - R[i])
          - last * (G[i + 1] * C[i + 2] - G[i + 2] * C[i + 1] + GC[i + 1] * z - GC[i + 2] * y);
        out[i + 1] = -omega[a] * x + C[i + 1] - gamma * (norm[i] * y - R[i + 1])
          - last * (G[i + 2] * C[i] - G[i] * C[i + 2] + GC[i + 2] * x - GC[i] * z);
        out[i + 2] = C[i + 2] - gamma * (norm[i] * z - R[i + 2])
          - last * (G[i] * C[i + 1] - G[i + 1] * C[i] + GC[i] * y - GC[i + 1] * x);
      }
    }

    /* Integrate to time t, or until `deadline`, by the pair of Dormand and Prince of orders 5 and 4. */
    advance(t, deadline = Infinity) {
      const { k, trial, error } = this, n = this.P.length;
      while (this.t < t) {
        const h = Math.min(this.h, t - this.t);
        for (let stage = 1; stage < 7; stage++) {
          for (let i = 0; i < n; i++) {
            let sum = 0;
            for (let j = 0; j < stage; j++) sum += A[stage][j] * k[j][i];
            trial[i] = this.P[i] + h * sum;
          }
          this.rhs(trial, k[stage]);
        }
        let worst = 0;
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < 7; j++) sum += E[j] * k[j][i];
          error[i] = h * sum;
          worst = Math.max(worst, Math.abs(error[i]));
        }
        const factor = Math.min(5, Math.max(0.2, 0.9 * (this.tolerance / (worst + 1e-300)) ** 0.2));
        if (worst <= this.tolerance) {
          this.P.set(trial);
          [k[0], k[6]] = [k[6], k[0]]; // the last slope is the next step's first
          this.t = h < this.h ? t : this.t + h;
          if (h === this.h || factor < 1) this.h = h * factor;
        } else this.h = h * factor;
        if (performance.now() > deadline) break;
      }
      return this.t >= t;
    }
  }

  function cross(A, B, out, i) {
    out[i] = A[i + 1] * B[i + 2] - A[i + 2] * B[i + 1];
    out[i + 1] = A[i + 2] * B[i] - A[i] * B[i + 2];
    out[i + 2] = A[i] * B[i + 1] - A[i + 1] * B[i];
  }

  const A = [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ];
  const E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

  /* ---- what is shown of a run ---- */

  /* Samples of a run at `count` + 1 times up to T, multiples of `unit` if there is one: all Bloch vectors, and of the first group and of the whole gas
   * <P>, smallest and largest P, |<P>|, <|P|>. */
  class History {
    constructor(run, T, count, unit = 0) {
      Object.assign(this, { run, T, count, unit, done: 0 });
      this.t = new Float64Array(count + 1);
      this.states = new Float32Array((count + 1) * run.P.length);
      this.e = new Float64Array((count + 1) * History.WIDTH);
      this.all = new Float64Array((count + 1) * History.WIDTH);
      this.sample();
    }

    /* Compute until all is there or the time is up; whether all is there. */
    fill(deadline) {
      while (this.done <= this.count) {
        const t = (this.T * this.done) / this.count, { unit } = this;
        if (!this.run.advance(unit ? Math.round(t / unit) * unit : t, deadline)) break;
        this.sample();
        if (performance.now() > deadline) break;
      }
      return this.done > this.count;
    }

    sample() {
      const { run, done } = this;
      this.t[done] = run.t;
      this.states.set(run.P, done * run.P.length);
      summary(run.P, run.n_e, this.e.subarray(done * History.WIDTH));
      summary(run.P, run.N, this.all.subarray(done * History.WIDTH));
      this.done++;
    }
  }
  History.WIDTH = 11;

  function summary(P, n, out) {
    const mean = [0, 0, 0];
    let size = 0;
    for (let c = 0; c < 3; c++) {
      out[3 + c] = Infinity;
      out[6 + c] = -Infinity;
    }
    for (let i = 0; i < 3 * n; i += 3) {
      for (let c = 0; c < 3; c++) {
        const x = P[i + c];
        mean[c] += x / n;
        if (x < out[3 + c]) out[3 + c] = x;
        if (x > out[6 + c]) out[6 + c] = x;
      }
      size += Math.sqrt(P[i] ** 2 + P[i + 1] ** 2 + P[i + 2] ** 2) / n;
    }
    out.set(mean);
    out[9] = length(mean);
    out[10] = size;
  }

  return {
    Random, encounter, correlation, foreground, mediumEquation, mediumRates, evenVelocities, bipolar, Gas, Average,
    History, length,
  };
})();
