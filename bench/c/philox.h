/* Draws by address: Philox4x32-10 (Salmon and others 2011), key (seed, future), counter (week, index, stream). */

#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u
#define BELOW_ONE (1.0 - 1.1102230246251565e-16)

typedef struct {
    words a, b, c, d;
} four_words;
typedef struct {
    double first, second;
} two;

/* Four words for each lane; the halves above 32 bits are noise that the multiplication does not see, cleared last. */
HOT four_words philox(uint64_t seed, words keys, uint64_t stream, uint32_t week, uint32_t index) {
    const words m0 = spread_words(0xD2511F53u), m1 = spread_words(0xCD9E8D57u), low = spread_words(0xFFFFFFFFu);
    words c0 = spread_words(week), c1 = spread_words(index);
    words c2 = spread_words(stream & 0xFFFFFFFFu), c3 = spread_words(stream >> 32);
    uint32_t k0 = (uint32_t)seed;
    for (int round = 0; round < 10; round++) {
        words p0 = times(c0, m0), p1 = times(c2, m1);
        c0 = (p1 >> 32) ^ c1 ^ spread_words(k0);
        c1 = p1;
        c2 = (p0 >> 32) ^ c3 ^ keys;
        c3 = p0;
        k0 += WEYL_0;
        keys += WEYL_1;
    }
    return (four_words){c0 & low, c1 & low, c2 & low, c3 & low};
}

/* The first uniform of two words, with 53 bits: both parts are integers that a double holds. */
HOT v uniform_of(words a, words b) {
    v high = (v)(a | 0x4330000000000000u) - 4503599627370496.0;
    v low = (v)((b >> 11) | 0x4330000000000000u) - 4503599627370496.0;
    return least((high * 2097152.0 + low + 0.5) * 1.1102230246251565e-16, spread(BELOW_ONE));
}

static two uniforms(uint64_t seed, uint64_t future, uint64_t stream, uint32_t week, uint32_t index) {
    uint32_t c0 = week, c1 = index, c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)future;
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)c0 * 0xD2511F53u, p1 = (uint64_t)c2 * 0xCD9E8D57u;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += WEYL_0;
        k1 += WEYL_1;
    }
    double first = (double)(((uint64_t)c0 << 21) | (c1 >> 11)), second = (double)(((uint64_t)c2 << 21) | (c3 >> 11));
    first = (first + 0.5) * 1.1102230246251565e-16, second = (second + 0.5) * 1.1102230246251565e-16;
    return (two){fmin(first, BELOW_ONE), fmin(second, BELOW_ONE)};
}

static double exponential(uint64_t seed, uint64_t future, uint64_t stream, uint32_t week, uint32_t index) {
    return -log1(uniforms(seed, future, stream, week, index).first);
}

enum { MOST = 16 }; /* pairs of normals that a thing may draw in a week */

HOT v share_of(words word) {
    return ((v)(word | 0x4330000000000000u) - 4503599627370495.5) * (1.0 / 4294967296.0);
}

/* Pairs of standard normals (Box and Muller 1958) from pairs of words: out[2 i], out[2 i + 1]. */
HOT void box_muller(const words *radius, const words *turn, v *out, const int pairs) {
    v square[MOST], length[MOST];
    for (int i = 0; i < pairs; i++) square[i] = share_of(radius[i]);
    log_all(square, pairs);
    for (int i = 0; i < pairs; i++) length[i] = square[i] = -2.0 * square[i];
    inverse_root_all(length, pairs);
    for (int i = 0; i < pairs; i++) {
        v at = share_of(turn[i]);
        out[2 * i] = at + 0.25, out[2 * i + 1] = at;
    }
    sine_all(out, 2 * pairs);
    for (int i = 0; i < pairs; i++) {
        square[i] *= length[i];
        out[2 * i] *= square[i], out[2 * i + 1] *= square[i];
    }
}

/* The first K normals of a stream in a week, four at an address. */
HOT void normals(uint64_t seed, words keys, uint64_t stream, uint32_t week, v *out, const int number) {
    words radius[MOST], turn[MOST];
    v drawn[2 * MOST];
    for (int n = 0; n < number; n += 4) {
        four_words four = philox(seed, keys, stream, week, n / 4);
        radius[n / 2] = four.a, turn[n / 2] = four.b, radius[n / 2 + 1] = four.c, turn[n / 2 + 1] = four.d;
    }
    box_muller(radius, turn, drawn, (number + 1) / 2);
    for (int n = 0; n < number; n++) out[n] = drawn[n];
}
