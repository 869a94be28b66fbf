/* Lanes: one future to a lane, W of them in one register of the processor, T registers to a group.

   tables.h is written for a plan by the loader: its sizes (N units, K objectives, ...) as constants, so that every loop
   over objectives is laid out flat and its sums stay in registers, and the plan's tables as structures of pointers. */
#ifndef BASE_H
#define BASE_H
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

#if defined(__AVX__)
#include <immintrin.h>
#endif
#if defined(__AVX512F__)
enum { W = 8 };
#elif defined(__AVX__)
enum { W = 4 };
#else
enum { W = 2 };
#endif
#ifndef T
#define T 2
#endif
enum { L = W * T, J = (K + 3) / 4 * 4 };

typedef double V __attribute__((vector_size(8 * W)));
typedef uint64_t U __attribute__((vector_size(8 * W)));
typedef int64_t M __attribute__((vector_size(8 * W)));
#define INLINE static inline __attribute__((always_inline))
#define FOR(i, n) for (int i = 0; i < (n); i++)
#define AT(array, lane) (((double *)(array))[lane]) /* one lane of an array of T registers */

static const double TINY = 1e-300, NOTHING = 1e-290; /* as in the kernel: nothing real is as small */
static const int64_t NEVER = (int64_t)1 << 40;

INLINE V pack(double x) { return x - (V){0}; }

#if defined(__AVX512F__)
INLINE V least(V a, V b) { return (V)_mm512_min_pd((__m512d)a, (__m512d)b); }
INLINE V most(V a, V b) { return (V)_mm512_max_pd((__m512d)a, (__m512d)b); }
INLINE V root(V a) { return (V)_mm512_sqrt_pd((__m512d)a); }
INLINE V choose(M m, V a, V b) { return (V)((m & (M)a) | (~m & (M)b)); }
INLINE int which(M m) { return _mm512_movepi64_mask((__m512i)m); }
#elif defined(__AVX__)
INLINE V least(V a, V b) { return (V)_mm256_min_pd((__m256d)a, (__m256d)b); }
INLINE V most(V a, V b) { return (V)_mm256_max_pd((__m256d)a, (__m256d)b); }
INLINE V root(V a) { return (V)_mm256_sqrt_pd((__m256d)a); }
INLINE V choose(M m, V a, V b) { return (V)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)m); }
INLINE int which(M m) { return _mm256_movemask_pd((__m256d)m); }
#else
INLINE V choose(M m, V a, V b) { return (V)((m & (M)a) | (~m & (M)b)); }
INLINE V least(V a, V b) { return choose(a < b, a, b); }
INLINE V most(V a, V b) { return choose(a > b, a, b); }
INLINE V root(V a) { FOR(l, W) a[l] = sqrt(a[l]); return a; }
INLINE int which(M m) { int bits = 0; FOR(l, W) bits |= (m[l] != 0) << l; return bits; }
#endif
INLINE V magnitude(V a) { return (V)((U)a & 0x7FFFFFFFFFFFFFFFull); }
enum { EVERYWHERE = (1 << W) - 1 };

INLINE double lower(double a, double b) { return a < b ? a : b; }
INLINE double higher(double a, double b) { return a > b ? a : b; }
#endif
