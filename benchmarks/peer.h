/* What the C programs share: random numbers, memory, sines and cosines of small angles, and a clock. */

#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define SMALL 1.2e-3 /* of a squared angle: four terms of a series are enough */

static uint64_t state[4] = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 1};

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

static void *array(size_t bytes) {
  size_t huge = 1 << 21, size = (bytes + huge - 1) / huge * huge;
  void *memory = aligned_alloc(huge, size);
  madvise(memory, size, MADV_HUGEPAGE);
  return memory;
}

/* 1 - cos k and sin(k)/k, by x = k^2 */
static inline void versine_sinc(double x, double *versine, double *sinc) {
  if (x < SMALL) {
    *versine = x / 2 * (1 - x / 12 * (1 - x / 30));
    *sinc = 1 - x / 6 * (1 - x / 20 * (1 - x / 42));
  } else {
    double k = sqrt(x), s, c;
    sincos(k, &s, &c);
    *versine = 1 - c;
    *sinc = s / k;
  }
}

static double cpu_time(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
