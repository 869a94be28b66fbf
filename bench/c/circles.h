/* Circles: units that listen to the same others, each but itself, as in a network within functions.

   The sum over all of a circle is made once, and each of its units takes itself out of it again: of n units that all
   listen to each other, n additions instead of n (n - 1). Only ties of equal weight make a circle. */

typedef struct {
    uint64_t hash;
    uint8_t *in; /* (N) */
} crowd;

static crowd crowd_of(const units_table *u, int N, int i, int itself) {
    crowd c = {.hash = 14695981039346656037u, .in = calloc(N, 1)};
    for (whole n = u->peer_start[i]; n < u->peer_start[i + 1]; n++) c.in[u->peer[n]] = 1;
    if (itself) c.in[i] = 1;
    for (int j = 0; j < N; j++) c.hash = (c.hash ^ c.in[j]) * 1099511628211u;
    return c;
}

static int same(const crowd *a, const crowd *b, int N) { return a->hash == b->hash && !memcmp(a->in, b->in, N); }

static int alike(const units_table *u, int i) {
    whole first = u->peer_start[i], last = u->peer_start[i + 1];
    for (whole n = first; n < last; n++)
        if (u->peer[n] == i || u->peer_weight[n] != u->peer_weight[first]) return 0;
    return last - first > 2;
}

/* Find the circles that at least two units listen to. */
static void find_circles(plan *p) {
    const units_table *u = &p->t.units;
    int N = p->n.units, made = 0;
    crowd *crowds = calloc(2 * N, sizeof(crowd));
    int *shown_by = calloc(2 * N, sizeof(int));
    p->circle_of = malloc(2 * N * sizeof(int));
    p->in_circle = p->circle_of + N;
    p->circle_start = calloc(N + 1, sizeof(int));
    p->circle_member = malloc((u->peer_start[N] + N) * sizeof(int));
    for (int i = 0; i < N; i++)
        for (int itself = 0; itself < 2; itself++) crowds[2 * i + itself] = crowd_of(u, N, i, itself);
    for (int i = 0; i < N; i++) {
        int best = -1, most_often = 1;
        p->circle_of[i] = -1, p->in_circle[i] = 0;
        if (!alike(u, i)) continue;
        for (int itself = 0; itself < 2; itself++) {
            int often = 0;
            for (int j = 0; j < 2 * N; j++) often += alike(u, j / 2) && same(&crowds[2 * i + itself], &crowds[j], N);
            if (often > most_often) best = itself, most_often = often;
        }
        if (best < 0) continue;
        crowd *mine = &crowds[2 * i + best];
        int at = 0;
        while (at < made && !same(mine, &crowds[shown_by[at]], N)) at++;
        if (at == made) {
            shown_by[made] = 2 * i + best;
            p->circle_start[made + 1] = p->circle_start[made];
            for (int j = 0; j < N; j++)
                if (mine->in[j]) p->circle_member[p->circle_start[made + 1]++] = j;
            made++;
        }
        p->circle_of[i] = at, p->in_circle[i] = best;
    }
    p->circles = made;
    for (int j = 0; j < 2 * N; j++) free(crowds[j].in);
    free(crowds), free(shown_by);
}
