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

/* Four words for each lane at each of the n addresses from `index` on (n known when it is compiled);
   the halves above 32 bits are noise that the multiplication does not see, cleared last. */
HOT void philox_group(uint64_t seed, words keys, uint64_t stream, uint32_t week, uint32_t index, four_words *out,
                      const int n) {
    const words m0 = spread_words(0xD2511F53u), m1 = spread_words(0xCD9E8D57u), low = spread_words(0xFFFFFFFFu);
    uint32_t k0 = (uint32_t)seed;
    ALL {
        out[i].a = spread_words(week), out[i].b = spread_words(index + i);
        out[i].c = spread_words(stream & 0xFFFFFFFFu), out[i].d = spread_words(stream >> 32);
    }
    for (int round = 0; round < 10; round++) {
        ALL {
            words p0 = times(out[i].a, m0), p1 = times(out[i].c, m1);
            out[i].a = (p1 >> 32) ^ out[i].b ^ spread_words(k0);
            out[i].b = p1;
            out[i].c = (p0 >> 32) ^ out[i].d ^ keys;
            out[i].d = p0;
        }
        k0 += WEYL_0;
        keys += WEYL_1;
    }
    ALL out[i] = (four_words){out[i].a & low, out[i].b & low, out[i].c & low, out[i].d & low};
}

HOT four_words philox(uint64_t seed, words keys, uint64_t stream, uint32_t week, uint32_t index) {
    four_words out;
    philox_group(seed, keys, stream, week, index, &out, 1);
    return out;
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

enum { MOST = 32 }; /* pairs of normals that a thing may draw in a week */

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
    for (int n = 0; n < number; n += 8) {
        four_words four[2];
        philox_group(seed, keys, stream, week, n / 4, four, n + 4 < number ? 2 : 1);
        for (int i = 0; i < (n + 4 < number ? 2 : 1); i++) {
            int at = n / 2 + 2 * i;
            radius[at] = four[i].a, turn[at] = four[i].b, radius[at + 1] = four[i].c, turn[at + 1] = four[i].d;
        }
    }
    box_muller(radius, turn, drawn, (number + 1) / 2);
    for (int n = 0; n < number; n++) out[n] = drawn[n];
}
