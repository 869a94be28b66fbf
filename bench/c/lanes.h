/* Lanes: futures side by side in one register, and what the rest is written in.

   A `v` is VW doubles, as many as one register of this processor holds; a tile is PER registers, TILE futures. What
   there is of objectives lies as `v a[AT(item)]`, registers side by side; what there is of units as `v a[OF(i)]`, each
   register a run of its own, so that one passage over the units stays in the first cache.
   Operators act lane by lane. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define VW 8
#elif defined(__AVX2__)
#define VW 4
#else
#define VW 2
#endif
#ifndef PER
#define PER (16 / VW)
#endif
#define TILE (VW * PER)
#define EACH for (int x = 0; x < PER; x++)
#define HOT static inline __attribute__((always_inline))
#define AT(item) ((item) * PER + x)                /* objectives and the like: registers side by side */
#define OF(i) (x * p->n.units + (i))               /* units: register by register, each a run of its own */
#define OF_K(i) ((x * p->n.units + (i)) * K)

typedef double v __attribute__((vector_size(8 * VW)));
typedef double v_anywhere __attribute__((vector_size(8 * VW), aligned(8)));
typedef int64_t mask __attribute__((vector_size(8 * VW)));
typedef uint64_t words __attribute__((vector_size(8 * VW)));
typedef int64_t whole; /* the plan's int64 */

HOT double *lanes(v *a, int item) { return (double *)(a + item * PER); }
#define lane(a, item, l) (lanes(a, item)[l])
#define unit_lane(a, item, items, l) (((double *)((a) + (l) / VW * (items) + (item)))[(l) % VW])

HOT v spread(double a) { return (v){} + a; }
HOT words spread_words(uint64_t a) { return (words){} + a; }

#if VW == 8
HOT v least(v a, v b) { return (v)_mm512_min_pd((__m512d)a, (__m512d)b); }
HOT v most(v a, v b) { return (v)_mm512_max_pd((__m512d)a, (__m512d)b); }
HOT v root(v a) { return (v)_mm512_sqrt_pd((__m512d)a); }
HOT v pick(mask c, v a, v b) {
    return (v)_mm512_mask_blend_pd(_mm512_movepi64_mask((__m512i)c), (__m512d)b, (__m512d)a);
}
HOT int any(mask c) { return _mm512_movepi64_mask((__m512i)c); }
HOT words times(words a, words b) { return (words)_mm512_mul_epu32((__m512i)a, (__m512i)b); }
#elif VW == 4
HOT v least(v a, v b) { return (v)_mm256_min_pd((__m256d)a, (__m256d)b); }
HOT v most(v a, v b) { return (v)_mm256_max_pd((__m256d)a, (__m256d)b); }
HOT v root(v a) { return (v)_mm256_sqrt_pd((__m256d)a); }
HOT v pick(mask c, v a, v b) { return (v)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)c); }
HOT int any(mask c) { return _mm256_movemask_pd((__m256d)c); }
HOT words times(words a, words b) { return (words)_mm256_mul_epu32((__m256i)a, (__m256i)b); }
#else
HOT v pick(mask c, v a, v b) { return (v)((c & (mask)a) | (~c & (mask)b)); }
HOT v least(v a, v b) { return pick(a < b, a, b); }
HOT v most(v a, v b) { return pick(a > b, a, b); }
HOT v root(v a) {
    for (int l = 0; l < VW; l++) a[l] = sqrt(a[l]);
    return a;
}
HOT int any(mask c) {
    int found = 0;
    for (int l = 0; l < VW; l++) found |= (c[l] != 0) << l;
    return found;
}
HOT words times(words a, words b) { return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu); } /* of the low halves */
#endif

HOT v magnitude(v a) { return (v)((words)a & 0x7FFFFFFFFFFFFFFFu); }

/* Memory of one thread, handed out once and given back with the thread. */
typedef struct {
    char *base;
    size_t used, size;
} arena;

static void *take(arena *from, size_t bytes) {
    size_t at = from->used;
    from->used += (bytes + 63) & ~(size_t)63;
    return from->base ? from->base + at : NULL; /* without memory it only counts what is needed */
}

static v *take_lanes(arena *from, size_t items) { return take(from, items * sizeof(v) * PER); }
