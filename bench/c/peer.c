/* The kernel's model in C: the same weeks, the same draws, futures side by side in registers, tiles on threads.

   Read `play_tile`: it is the week's story, as the kernel tells it in its own words. */

#include "lanes.h"

#include "elementary.h"
#include "philox.h"

#include "model.h"

#include "circles.h"

#include "arrivals.h"
#include "signals.h"
#include "strike.h"
#include "world.h"
#include "work.h"
#include "outcome.h"
#include "decide.h"
#include "believe.h"
#include "measure.h"
#include "opening.h"

/* One week of one policy. */
static void play_week(const plan *p, const world *o, organisation *g, week_of *here, uint64_t seed, int week) {
    here->absorbing = p->n.contingencies > 0 && absorb(p, g, here->unabsorbed, week);
    if (o->struck) strike(p, o, g, here, week);
    here->feels_lost = o->lost, here->feels_productive = o->productive, here->feels_garbled = o->garbled;
    here->losing = o->losing;
    if (here->absorbing) {
        here->losing = feel_capacity(p, o, here->unabsorbed, here->lost);
        feel_productivity(p, o, here->unabsorbed, here->productive);
        here->feels_lost = here->lost, here->feels_productive = here->productive;
        if (o->unclear == 2) {
            feel_unclarity(p, o, here->unabsorbed, here->garbling);
            spread_garbling(p, o, here->garbling, here->garbled);
            here->feels_garbled = here->garbled;
        }
    }
    respond(p, g, here, week);
    exert(p, o, g, here, week);
    produce(p, o, g, here);
    advance_levels(p, o, g, here, week);
    reckon(p, o, g, here, week);
    read_levels(p, o, g, week);
    perceive(p, o, g);
    int alarmed = p->t.policies.trigger[g->policy] > 0 && detect(p, o, g, here, week);
    decide(p, o, g, here, seed, week, alarmed);
    live_on(p, o, g, here);
    age_methods(p, g);
    if (p->explores) discover(p, o, g, here, week);
}

/* All weeks of one tile; weekly: (P, series, weeks, stride) from this tile's first column on. */
static int play_tile(const plan *p, world *o, organisation *orgs, week_of *here, arena rest, uint64_t seed,
                     double *weekly, size_t stride) {
    size_t block = (SERIES + K) * p->t.world.weeks * stride;
    double discount = 1.0;
    open_world(p, o);
    if (draw_arrivals(p, seed, o, rest)) return 1;
    for (int q = 0; q < p->n.policies; q++) open_organisation(p, &orgs[q]);
    draw_signals(p, seed, o, orgs);
    for (int week = 0; week < p->t.world.weeks; week++) {
        feel(p, o, week);
        drift(p, seed, o, week);
        if (week == 0 || p->changes) count_people(p, o, here, week);
        if (p->senses) draw_sensing(p, seed, o, week);
        if (p->explores) draw_findings(p, seed, o, week);
        o->unclear = how_unclear(p, o);
        if (o->unclear) {
            feel_unclarity(p, o, NULL, o->garbling);
            draw_garbling(p, seed, o, week);
        }
        o->losing = feel_capacity(p, o, NULL, o->lost);
        feel_productivity(p, o, NULL, o->productive);
        for (int q = 0; q < p->n.policies; q++) {
            play_week(p, o, &orgs[q], here, seed, week);
            record(p, &orgs[q], here, week, discount, weekly + q * block, stride);
        }
        pass_arrivals(o, week);
        discount *= p->t.organisation.discount;
    }
    return 0;
}

typedef struct {
    world o;
    organisation *orgs;
    week_of here;
    arena memory;
} desk;

static void lay(const plan *p, desk *d) {
    lay_world(p, &d->o, &d->memory);
    for (int q = 0; q < p->n.policies; q++) lay_organisation(p, &d->orgs[q], &d->memory);
    lay_week(p, &d->here, &d->memory);
}

static desk open_desk(const plan *p) {
    desk d = {.orgs = calloc(p->n.policies, sizeof(organisation))};
    lay(p, &d);
    size_t of_arrivals = p->n.shocks * (2 * sizeof(v) * PER + p->t.world.weeks * TILE) + 1024;
    d.memory = (arena){.base = aligned_alloc(64, (d.memory.used + of_arrivals + 63) & ~(size_t)63)};
    lay(p, &d);
    for (int q = 0; q < p->n.policies; q++) d.orgs[q].policy = q;
    return d;
}

static void close_desk(const plan *p, desk *d) {
    for (int l = 0; l < TILE; l++) {
        free(d->o.arrivals[l].all);
        for (int q = 0; q < p->n.policies; q++) free(d->orgs[q].signals[l].all);
    }
    free(d->orgs);
    free(d->memory.base);
}

const int tile_lanes = TILE;

/* Futures first .. first + count - 1. outcomes: (P, M, count); weekly: (P, series, weeks, columns), columns being count
   rounded up to whole tiles. Returns 0, or 1 if a shock arrives too often to be reckoned with. */
int play(const tables *t, const sizes *n, uint64_t seed, uint64_t first, whole count, int threads, double *outcomes,
         double *weekly) {
    plan p = prepare(t, n);
    whole tiles = (count + TILE - 1) / TILE, measures = 26 + n->shocks + 3 * K;
    size_t columns = tiles * TILE, block = (SERIES + K) * t->world.weeks * columns;
    int status = 0;
    double discounts = 0.0, discount = 1.0;
    for (int week = 0; week < t->world.weeks; week++, discount *= t->organisation.discount) discounts += discount;
#pragma omp parallel num_threads(threads) reduction(| : status)
    {
        desk d = open_desk(&p);
#pragma omp for schedule(dynamic)
        for (whole tile = 0; tile < tiles; tile++) {
            for (int l = 0; l < TILE; l++) {
                whole future = tile * TILE + l < count ? tile * TILE + l : count - 1;
                ((uint64_t *)d.o.keys)[l] = first + future;
            }
            double *from = weekly + tile * TILE;
            status |= play_tile(&p, &d.o, d.orgs, &d.here, d.memory, seed, from, columns);
            for (int q = 0; q < n->policies; q++)
                for (int l = 0; l < TILE && tile * TILE + l < count; l++)
                    measure(&p, &d.o, &d.orgs[q], l, from + q * block + l, columns, discounts,
                            outcomes + q * measures * count + tile * TILE + l, count);
        }
        close_desk(&p, &d);
    }
    forget(&p);
    return status;
}
