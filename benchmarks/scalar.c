/* The peer: Model 2 as a scalar C program would do it.

     scalar N encounters gamma        prints the nanoseconds an encounter took, and <P3> to show that it did something

   One array for each quantity, on huge pages where the system has them; a random perfect matching by swapping a
   partner into the place before the last; the exact pair step with sine and cosine from libm; xoshiro256++
   (Blackman and Vigna 2018) with Lemire's unbiased integers. Compile with -O3 -march=native. */

#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static uint64_t state[4] = {1, 2, 3, 4};

static inline uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t next(void) {
  uint64_t result = rotate(state[0] + state[3], 23) + state[0], t = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  state[3] = rotate(state[3], 45);
  return result;
}

static inline uint32_t below(uint32_t n) {
  uint64_t m = (next() >> 32) * n;
  if ((uint32_t)m < n)
    for (uint32_t threshold = -n % n; (uint32_t)m < threshold;) m = (next() >> 32) * n;
  return m >> 32;
}

static double uniform(void) { return (next() >> 11) * 0x1p-53; }

static double *P1, *P2, *P3, *omega, *v1, *v2, *v3;
static uint32_t *order;

static void *array(size_t bytes) {
  size_t huge = 1 << 21, size = (bytes + huge - 1) / huge * huge;
  void *memory = aligned_alloc(huge, size);
  madvise(memory, size, MADV_HUGEPAGE);
  return memory;
}

static void steps(long N, long number, double gamma) {
  const double dt = gamma;
  for (long n = 0; n < number; n++)
    for (long i = N - 1; i > 0; i -= 2) {
      const uint32_t j = below(i), a = order[i], b = order[j];
      order[j] = order[i - 1];
      order[i - 1] = b;

      const double phi = gamma * (1 - v1[a] * v1[b] - v2[a] * v2[b] - v3[a] * v3[b]);
      const double D = (omega[a] - omega[b]) * dt / 2, h = (omega[a] + omega[b]) * dt / 2;
      const double k = sqrt(phi * phi + D * D);
      double sin_k, c, sn, cs, sin_h, cos_h;
      sincos(k, &sin_k, &c);
      sincos(phi, &sn, &cs);
      sincos(h, &sin_h, &cos_h);
      const double sinc = k > 0 ? sin_k / k : 1, e = D * sinc, f = phi * sinc;
      const double p1 = P1[a], p2 = P2[a], p3 = P3[a], q1 = P1[b], q2 = P2[b], q3 = P3[b];

      const double Ar = c * cs + e * q3 * sn, Ai = c * q3 * sn - e * cs; /* (c - ie)(cos + i q3 sin) */
      const double Br = c * cs - e * p3 * sn, Bi = c * p3 * sn + e * cs; /* (c + ie)(cos + i p3 sin) */
      const double S = f * sn, Ci = -f * p3 * cs, Di = -f * q3 * cs;
      const double x1 = Ar * p1 - Ai * p2 + S * q1 - Ci * q2, x2 = Ar * p2 + Ai * p1 + S * q2 + Ci * q1;
      const double y1 = Br * q1 - Bi * q2 + S * p1 - Di * p2, y2 = Br * q2 + Bi * q1 + S * p2 + Di * p1;
      const double d = f * (f * (q3 - p3) - c * (p1 * q2 - p2 * q1) - e * (p1 * q1 + p2 * q2));

      P1[a] = cos_h * x1 + sin_h * x2;
      P2[a] = cos_h * x2 - sin_h * x1;
      P3[a] = p3 + d;
      P1[b] = cos_h * y1 + sin_h * y2;
      P2[b] = cos_h * y2 - sin_h * y1;
      P3[b] = q3 - d;
    }
}

static double cpu_time(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 4) return 1;
  const long N = atol(argv[1]), number = atol(argv[2]) / (N / 2) + 1;
  const double gamma = atof(argv[3]);
  double **arrays[] = {&P1, &P2, &P3, &omega, &v1, &v2, &v3};
  for (int i = 0; i < 7; i++) *arrays[i] = array(N * sizeof(double));
  order = array(N * sizeof(uint32_t));
  for (long a = 0; a < N; a++) { /* the bipolar gas */
    const double sign = a < N * 6 / 10 ? 1 : -1, z = 2 * uniform() - 1, azimuth = 2 * M_PI * uniform();
    order[a] = a;
    P1[a] = sign * sin(2e-3), P2[a] = 0, P3[a] = sign * cos(2e-3);
    omega[a] = sign > 0 ? 0.1 : 0.2;
    v1[a] = sqrt(1 - z * z) * cos(azimuth), v2[a] = sqrt(1 - z * z) * sin(azimuth), v3[a] = z;
  }
  steps(N, number / 10 + 1, gamma);
  const double start = cpu_time();
  steps(N, number, gamma);
  const double elapsed = cpu_time() - start;
  double mean = 0;
  for (long a = 0; a < N; a++) mean += P3[a] / N;
  printf("%.4f %.15f\n", 1e9 * elapsed / (number * (N / 2)), mean);
  return 0;
}
