/* The peer: Model 2 as a careful C program would do it, one pair after the other.

     scalar N encounters gamma        prints the nanoseconds an encounter took, and <P3> to show that it did something

   A particle is a row of eight doubles, one cache line, on huge pages where the system has them; a random perfect
   matching by swapping the partner's row into the place before the last; the exact pair step, with sine and cosine
   from Taylor series where the angles are small, as they are here, and from libm where they are not; xoshiro256++
   (Blackman and Vigna 2018) with Lemire's unbiased integers. Rows are moved number by number: moved as one, they could
   not be read back at once. Compile with -O3 -march=native -ffast-math -fno-tree-slp-vectorize: with these flags it was
   the fastest of several programs tried, among them one with an array for each quantity. */

#include "peer.h"

typedef struct {
  double P1, P2, P3, omega, v1, v2, v3, whose;
} particle;

static void steps(particle *gas, long N, long number, double gamma) {
  const double half = gamma / 2;
  for (long n = 0; n < number; n++)
    for (long i = N - 1; i > 0; i -= 2) {
      particle *A = gas + i, *B = gas + below(i), *C = gas + i - 1;
      const double b0 = B->P1, b1 = B->P2, b2 = B->P3, b3 = B->omega, b4 = B->v1, b5 = B->v2, b6 = B->v3, b7 = B->whose;
      B->P1 = C->P1, B->P2 = C->P2, B->P3 = C->P3, B->omega = C->omega;
      B->v1 = C->v1, B->v2 = C->v2, B->v3 = C->v3, B->whose = C->whose;
      C->omega = b3, C->v1 = b4, C->v2 = b5, C->v3 = b6, C->whose = b7;

      const double p1 = A->P1, p2 = A->P2, p3 = A->P3, q1 = b0, q2 = b1, q3 = b2;
      const double phi = gamma * (1 - A->v1 * b4 - A->v2 * b5 - A->v3 * b6);
      const double D = (A->omega - b3) * half, h = (A->omega + b3) * half;
      double versine, sinc;
      versine_sinc(phi * phi, &versine, &sinc);
      const double cs = 1 - versine, sn = phi * sinc;
      versine_sinc(phi * phi + D * D, &versine, &sinc);
      const double c = 1 - versine, e = D * sinc, f = phi * sinc;
      versine_sinc(h * h, &versine, &sinc);
      const double c_h = 1 - versine, s_h = h * sinc;

      const double cc = c * cs, es = e * sn, csn = c * sn, ecs = e * cs;
      const double Ar = cc + es * q3, Ai = csn * q3 - ecs; /* (c - ie)(cos + i q3 sin) */
      const double Br = cc - es * p3, Bi = csn * p3 + ecs; /* (c + ie)(cos + i p3 sin) */
      const double S = f * sn, fc = f * cs, Ci = -fc * p3, Di = -fc * q3;
      const double x1 = Ar * p1 - Ai * p2 + S * q1 - Ci * q2, x2 = Ar * p2 + Ai * p1 + S * q2 + Ci * q1;
      const double y1 = Br * q1 - Bi * q2 + S * p1 - Di * p2, y2 = Br * q2 + Bi * q1 + S * p2 + Di * p1;
      const double d = f * (f * (q3 - p3) - c * (p1 * q2 - p2 * q1) - e * (p1 * q1 + p2 * q2));

      A->P1 = c_h * x1 + s_h * x2;
      A->P2 = c_h * x2 - s_h * x1;
      A->P3 = p3 + d;
      C->P1 = c_h * y1 + s_h * y2;
      C->P2 = c_h * y2 - s_h * y1;
      C->P3 = q3 - d;
    }
}

int main(int argc, char **argv) {
  if (argc != 4) return 1;
  const long N = atol(argv[1]), number = atol(argv[2]) / (N / 2) + 1;
  const double gamma = atof(argv[3]);
  particle *gas = array(N * sizeof(particle));
  for (long a = 0; a < N; a++) { /* the bipolar gas */
    const double sign = a < N * 6 / 10 ? 1 : -1, z = 2 * uniform() - 1, azimuth = 2 * M_PI * uniform(), r = sqrt(1 - z * z);
    gas[a] = (particle){sign * sin(2e-3), 0, sign * cos(2e-3), sign > 0 ? 0.1 : 0.2, r * cos(azimuth), r * sin(azimuth), z, a};
  }
  steps(gas, N, number / 10 + 1, gamma);
  const double start = cpu_time();
  steps(gas, N, number, gamma);
  const double elapsed = cpu_time() - start;
  double mean = 0;
  for (long a = 0; a < N; a++) mean += gas[a].P3 / N;
  printf("%.4f %.15f\n", 1e9 * elapsed / (number * (N / 2)), mean);
  return 0;
}
