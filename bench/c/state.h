/* The state of a group of futures: what belongs to the world once, and an organisation for each policy.

   The last axis is lanes. Beliefs are kept twice, this week's and last week's, and change roles every week, so that
   nothing is copied. A group of a few lanes has all its policies in the second cache. */
#ifndef STATE_H
#define STATE_H
#include "philox.h"

enum {
    VALUE, DISCOUNTED, DISCOUNT, LIVED, STRATEGIC_ALIGNMENT, STRATEGY_TO_BELIEF, COHESION, ENGAGEMENT, WASTED, SWITCHING,
    MISDIRECTED, CHURN, DECISIONS, REALIGNING_COST, ACTIVATIONS, IN_VAIN, RECOGNISED_COUNT, RECOGNISING_WEEKS, DECIDED,
    DECIDING_WEEKS, UNDECIDED, UNDECIDED_TIME, SUMS
};
enum { HIDDEN, OPEN, FOUND, ADOPTED, GONE }; /* what an opportunity can be */
enum { SERIES = 7 };                         /* and attainments */

typedef struct { double time, severity; int64_t address; int week, shock, unit; } Strike;
typedef struct { double time, strike, effort; int kind, shock; } Signal;

typedef struct {
    V belief[2][N][K][T], inverse_length[N][T]; /* 1 / length of this week's belief */
    V allocation[N][K][T], automated[N][K][T];
    V proficiency[N][T], engagement[N][T], moved[N][T];
    V level[K][T], past[ROOMS][K][T], methods[K][T], reading[K][T], hit[K][T];
    V perceived[K][T], strategy[K][T], published[K][T];
    V cash[T], bill[T], lowest[T], alive[T], ruin_week[T];
    V mean[T], variance[T], detector[T], alarm_until[T]; /* of the detector */
    V team_free[TEAMS][T], busy_until[T], coming[T], cohesion[T];
    V active_from[G + 1][T], active_until[G + 1][T], opened[O + 1][T];
    V sums[SUMS][T];
    int64_t next_signal[L];
    uint8_t spoken[L], vain[G + 1][L], opportunity[O + 1][L], due[WEEKS + 1][L];
    int acting; /* some contingency waits or acts in some lane */
} Org;

typedef struct { /* what a policy's steps of one week hand to each other */
    V present[N][T], pushing[N][K][T]; /* own effort / length of belief */
    V total[K][T], automatic[K][T], effort[K][F][T], pull[K][K][T], output[K][T], productivity[K][T];
    V share[T], responding[T], wages[T], value[T], alarm[T], speaking[T], record[4][T];
    V unabsorbed[S + 1][T], lost[N][T], garbling[T];
    int absorbing, losing;
    double kept[K], per_week[K], proposal[K];
} Week;

typedef struct {
    Keys keys;
    int room, signal_room, now; /* now: which of the two beliefs is this week's */
    int count[L], next_strike[L];
    Strike *strikes[L];
    Signal *signals[P][L];
    int heard[P][L];
    int64_t first[S + 1][L], join_week[N][L];
    int16_t caused[S + 1][CAUSES ? WEEKS : 1][L];
    int64_t regime[WEEKS][L];

    V drift[K][T], demand_drift[T], felt[E + 1][T], felt_one[ONES + 1][N][T];
    uint8_t felt_any[E + 1];
    V noise[4][K][T], priority[K][T], demand[T], direction[K][T]; /* direction: priority at length 1 */
    V normal[N][J][T], garbled[N][K][T], sensed[N][K][T], garbling[T];
    V people[N][T], everybody[T], in_full[K][T];
    int there[N][T];                 /* bits: in which lanes a unit is there */
    V heed[TIES + 1][T], trust[N][T]; /* weight of each tie and of what is heard, resistance and absence reckoned in */
    int boss[N][L];
    uint8_t one_boss[N][T]; /* the same in all lanes */
    V uniform[O + 1][2][T];

    Org org[P];
    Week week;
} Group;

static void fill(V *to, int n, double x) { FOR(i, n) to[i] = pack(x); }

/* contingency c of an organisation is active in this week */
INLINE M acts(const Org *o, int c, int t, int week)
{
    return (o->active_from[c][t] <= (double)week) & (o->active_until[c][t] > (double)week);
}
INLINE int acts1(const Org *o, int c, int lane, int week)
{
    return AT(o->active_from[c], lane) <= week && week < AT(o->active_until[c], lane);
}

static double perceived_value(const Tables *t, const double *perceived)
{
    const Objectives *x = &t->objectives;
    double attained[K], value = 0.0;
    FOR(k, K) attained[k] = lower(higher(x->start[k] / x->target[k], 0.0), 1.0);
    FOR(k, K) {
        double share = attained[k];
        for (int64_t n = x->depends_start[k]; n < x->depends_start[k + 1]; n++)
            share *= pow(attained[x->depends_on[n]], x->depends_exponent[n]);
        value += perceived[k] * share;
    }
    return value;
}

static void open_org(Org *o, const Tables *t, int policy)
{
    const Policies *p = &t->policies;
    double biased[K], total = 0.0;
    memset(o, 0, sizeof *o);
    FOR(k, K) total += biased[k] = t->world.priority[k] * t->organisation.perception_bias[k];
    FOR(k, K) biased[k] = total > 0.0 ? biased[k] / total : t->world.priority[k];
    FOR(i, N) {
        double square = 0.0;
        FOR(k, K) {
            square += t->units.belief[i][k] * t->units.belief[i][k];
            fill(o->belief[0][i][k], T, t->units.belief[i][k]);
            fill(o->allocation[i][k], T, t->units.allocation[i][k]);
            fill(o->automated[i][k], T, t->units.allocation[i][k]);
        }
        fill(o->inverse_length[i], T, 1.0 / sqrt(square));
        fill(o->proficiency[i], T, 1.0);
        fill(o->engagement[i], T, 1.0);
    }
    FOR(k, K) {
        fill(o->level[k], T, t->objectives.start[k]);
        FOR(n, ROOMS) fill(o->past[n][k], T, t->objectives.start[k]);
        fill(o->reading[k], T, t->objectives.start[k]);
        fill(o->methods[k], T, 1.0);
        fill(o->hit[k], T, t->objectives.start[k] >= t->objectives.target[k]);
        fill(o->perceived[k], T, biased[k]);
        fill(o->strategy[k], T, p->strategy[policy][k]);
        fill(o->published[k], T, p->strategy[policy][k]);
    }
    fill(o->cash, T, t->organisation.cash);
    fill(o->lowest, T, t->organisation.cash);
    fill(o->alive, T, 1.0);
    fill(o->ruin_week, T, NAN);
    fill(o->mean, T, perceived_value(t, biased));
    fill(o->variance, T, p->baseline_sd[policy] * p->baseline_sd[policy]);
    fill(o->cohesion, T, 1.0);
    FOR(c, G) {
        int at_once = t->contingencies.week[c] == 0 && t->contingencies.condition[c] == 4 && p->lists[policy][c];
        fill(o->active_from[c], T, at_once ? t->contingencies.after[c] : -1.0);
        fill(o->active_until[c], T, at_once ? t->contingencies.after[c] + t->contingencies.lasts[c] : -1.0);
        if (at_once) o->bill[0] += t->contingencies.cost[c], o->sums[ACTIVATIONS][0] += 1.0, o->acting = 1;
    }
    FOR(v, T) o->bill[v] = o->bill[0], o->sums[ACTIVATIONS][v] = o->sums[ACTIVATIONS][0];
    FOR(i, O) memset(o->opportunity[i], t->opportunities.opened_by[i] < 0 ? OPEN : HIDDEN, L);
}
#endif
