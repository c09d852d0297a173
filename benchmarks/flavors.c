/* The peer for three flavors: Model 2 for density matrices, one pair after the other, vacuum terms in the exponent.

     flavors N encounters gamma       prints the nanoseconds an encounter took, and the mean of the first population
     flavors 2 1 gamma                prints the two particles before and after one step, sixteen numbers each

   A particle is a row of sixteen doubles, two cache lines: three populations, three coherences, three levels, velocity,
   whose it is. The exchange couples |ij> and |ji> alone: three doublets with the amplitudes C - iE to stay and -iB to be
   exchanged. Random pairs and flags as in scalar.c. */

#include "peer.h"

#include <complex.h>
#undef I /* an index here */
#define IMAGINARY _Complex_I

typedef struct {
  double population[3], coherence[3][2], level[3], v[3], whose;
} particle;

static const int I[3] = {0, 0, 1}, J[3] = {1, 2, 2}, NUMBER[3][3] = {{0, 0, 1}, {0, 0, 2}, {1, 2, 0}};

static inline double complex entry(const double n[3], const double z[3][2], int i, int j) {
  if (i == j) return n[i];
  const int m = NUMBER[i][j];
  return CMPLX(z[m][0], i < j ? z[m][1] : -z[m][1]);
}

static inline void meet(particle *x, particle *y, double gamma) {
  const double dt = gamma, phi = gamma * (1 - x->v[0] * y->v[0] - x->v[1] * y->v[1] - x->v[2] * y->v[2]);
  double C[3][3], E[3][3], B[3][3], versine, sinc;
  versine_sinc(phi * phi, &versine, &sinc);
  for (int i = 0; i < 3; i++) C[i][i] = 1 - versine, E[i][i] = 0, B[i][i] = phi * sinc;
  _Pragma("GCC unroll 3") for (int m = 0; m < 3; m++) {
    const int i = I[m], j = J[m];
    const double D = (x->level[i] - x->level[j] - y->level[i] + y->level[j]) * dt / 2;
    versine_sinc(phi * phi + D * D, &versine, &sinc);
    C[i][j] = C[j][i] = 1 - versine;
    E[i][j] = D * sinc, E[j][i] = -D * sinc;
    B[i][j] = B[j][i] = phi * sinc;
  }
  particle u = *x, w = *y;
  _Pragma("GCC unroll 3") for (int m = 0; m < 3; m++) {
    const int i = I[m], h = J[m];
    double complex p = 0, q = 0;
    _Pragma("GCC unroll 3") for (int j = 0; j < 3; j++) {
      const double complex keep = CMPLX(C[i][j] * C[h][j] + E[i][j] * E[h][j], C[i][j] * E[h][j] - E[i][j] * C[h][j]);
      const double complex one = CMPLX(B[h][j] * E[i][j], B[h][j] * C[i][j]);
      const double complex two = CMPLX(B[i][j] * E[h][j], -B[i][j] * C[h][j]);
      const double bb = B[i][j] * B[h][j];
      const double complex xo = entry(x->population, x->coherence, i, h), yo = entry(y->population, y->coherence, i, h);
      const double complex xij = entry(x->population, x->coherence, i, j), yij = entry(y->population, y->coherence, i, j);
      const double complex xjh = entry(x->population, x->coherence, j, h), yjh = entry(y->population, y->coherence, j, h);
      p += keep * xo * y->population[j] + one * xij * yjh + two * xjh * yij + bb * x->population[j] * yo;
      q += conj(keep) * yo * x->population[j] - conj(one) * yij * xjh - conj(two) * yjh * xij + bb * y->population[j] * xo;
    }
    const double angle = (x->level[i] - x->level[h] + y->level[i] - y->level[h]) * dt / 2;
    versine_sinc(angle * angle, &versine, &sinc);
    const double complex turn = CMPLX(1 - versine, -angle * sinc);
    p *= turn, q *= turn;
    u.coherence[m][0] = creal(p), u.coherence[m][1] = cimag(p);
    w.coherence[m][0] = creal(q), w.coherence[m][1] = cimag(q);
    const double b = B[i][h];
    const double complex xy =
        CMPLX(x->coherence[m][0], x->coherence[m][1]) * CMPLX(y->coherence[m][0], -y->coherence[m][1]);
    const double d = b * b * (x->population[h] * y->population[i] - x->population[i] * y->population[h]) +
                     2 * b * (E[i][h] * creal(xy) - C[i][h] * cimag(xy));
    u.population[i] += d, u.population[h] -= d, w.population[i] -= d, w.population[h] += d;
  }
  for (int i = 0; i < 3; i++) {
    x->population[i] = u.population[i], y->population[i] = w.population[i];
    for (int k = 0; k < 2; k++) x->coherence[i][k] = u.coherence[i][k], y->coherence[i][k] = w.coherence[i][k];
  }
}

static void steps(particle *gas, long N, long number, double gamma) {
  for (long n = 0; n < number; n++)
    for (long i = N - 1; i > 0; i -= 2) {
      double *B = (double *)(gas + below(i)), *C = (double *)(gas + i - 1);
      for (int k = 0; k < 16; k++) {
        const double number = B[k];
        B[k] = C[k], C[k] = number;
      }
      meet(gas + i, gas + i - 1, gamma);
    }
}

static void print(const particle *gas) {
  for (int a = 0; a < 2; a++)
    for (int k = 0; k < 16; k++) printf("%.17g ", ((const double *)(gas + a))[k]);
}

int main(int argc, char **argv) {
  if (argc != 4) return 1;
  const long N = atol(argv[1]), number = atol(argv[2]) / (N / 2) + 1;
  const double gamma = atof(argv[3]);
  particle *gas = array(N * sizeof(particle));
  for (long a = 0; a < N; a++) { /* two groups in different pure states */
    const int e = a < N * 6 / 10;
    const double complex state[3] = {e ? 0.8 : 0.1 * IMAGINARY, e ? 0.36 : 0.7, e ? 0.48 * IMAGINARY : sqrt(0.5)};
    particle *x = gas + a;
    _Pragma("GCC unroll 3") for (int m = 0; m < 3; m++) {
      x->population[m] = creal(state[m] * conj(state[m]));
      const double complex z = state[I[m]] * conj(state[J[m]]);
      x->coherence[m][0] = creal(z), x->coherence[m][1] = cimag(z);
      x->level[m] = (e ? 0.1 : 0.2) * (m - 1.0) * (1 + 0.1 * m);
    }
    const double z = 2 * uniform() - 1, azimuth = 2 * M_PI * uniform(), r = sqrt(1 - z * z);
    x->v[0] = r * cos(azimuth), x->v[1] = r * sin(azimuth), x->v[2] = z, x->whose = a;
  }
  if (N == 2) {
    print(gas);
    steps(gas, N, 1, gamma);
    print(gas);
    return 0;
  }
  steps(gas, N, number / 10 + 1, gamma);
  const double start = cpu_time();
  steps(gas, N, number, gamma);
  const double elapsed = cpu_time() - start;
  double mean = 0;
  for (long a = 0; a < N; a++) mean += gas[a].population[0] / N;
  printf("%.4f %.15f\n", 1e9 * elapsed / (number * (N / 2)), mean);
  return 0;
}
