/* Steps 9 and 10: discoveries, the week's series, and at the end what each future amounted to. */
#ifndef RECORD_H
#define RECORD_H
#include "communicate.h"

/* opportunities open, are found, adopted and closed */
static void discover(Group *g, Org *o, const Week *w, const Tables *t, int policy, int week)
{
    const Opportunities *x = &t->opportunities;
    FOR(k, K) if (t->objectives.methods_persistence[k] < 1.0)
        FOR(v, T) o->methods[k][v] *= t->objectives.methods_persistence[k];
    FOR(i, O) {
        int open[T];
        FOR(v, T) {
            open[v] = 0;
            FOR(l, W) {
                int lane = v * W + l;
                if (o->opportunity[i][lane] == HIDDEN && g->first[x->opened_by[i]][lane] <= week) {
                    o->opportunity[i][lane] = OPEN;
                    o->opened[i][v][l] = week;
                }
                open[v] |= (o->opportunity[i][lane] == OPEN && isnan(o->ruin_week[v][l])) << l;
            }
        }
        FOR(v, T) if (open[v]) {
            V hazard = pack(0.0);
            FOR(n, N) {
                double share = t->units.exploration[n];
                if (isnan(share)) share = t->policies.exploration[policy];
                if (share > 0.0) hazard += share * t->units.skill[n][x->objective[i]] * w->present[n][v];
            }
            hazard = hazard * (1.0 + t->organisation.diversity_bonus * (1.0 - o->cohesion[v])) / x->difficulty[i];
            V chance = 1.0 - exp_of(-hazard), adopts = g->uniform[i][1][v];
            int closes = which((double)week - o->opened[i][v] >= x->closes_after[i]) & open[v];
            int found = which((hazard > 0.0) & (g->uniform[i][0][v] < chance)) & open[v] & ~closes;
            FOR(l, W) {
                int lane = v * W + l;
                if (closes >> l & 1) o->opportunity[i][lane] = GONE;
                if (!(found >> l & 1)) continue;
                o->opportunity[i][lane] = FOUND;
                if (adopts[l] < t->policies.autonomy[policy]) adopt(o, t, i, lane);
            }
        }
    }
}

/* one week of one policy into the weekly series (series, week, future), the sums, and the graves */
static void record(Org *o, const Week *w, const Tables *t, int week, double *series, int64_t stride, double discount)
{
    FOR(v, T) {
        V alive = o->alive[v], living = choose(o->ruin_week[v] == o->ruin_week[v], pack(0.0), pack(1.0));
        V row[SERIES + K] = {w->value[v], o->cash[v], w->record[0][v], w->record[1][v], o->cohesion[v], w->record[2][v],
                             living};
        FOR(k, K) row[SERIES + k] = least(o->level[k][v] / t->objectives.target[k], pack(1.0));
        FOR(q, SERIES + K) memcpy(series + ((int64_t)q * WEEKS + week) * stride + v * W, &row[q], sizeof(V));
        o->sums[VALUE][v] += w->value[v];
        o->sums[DISCOUNTED][v] += discount * w->value[v];
        o->sums[DISCOUNT][v] += discount;
        o->sums[LIVED][v] += alive;
        o->sums[STRATEGIC_ALIGNMENT][v] += alive * w->record[0][v];
        o->sums[STRATEGY_TO_BELIEF][v] += alive * w->record[1][v];
        o->sums[COHESION][v] += alive * o->cohesion[v];
        o->sums[ENGAGEMENT][v] += alive * w->record[2][v];
        o->sums[CHURN][v] += alive * w->record[3][v];
        o->alive[v] = living;
    }
}

static double ratio_or_nan(double above, double below) { return below > 0.0 ? above / below : NAN; }

/* mean depth of the drop and mean weeks to recover over the strikes of a lane */
static void recovery(const Group *g, int lane, const double *value, int64_t stride, double *drop, double *duration)
{
    double drops = 0.0, durations = 0.0, number = 0.0;
    FOR(at, g->count[lane]) {
        int week = g->strikes[lane][at].week, back = week;
        if (week == 0 || value[(week - 1) * stride] <= 0.0) continue;
        double before = value[(week - 1) * stride], lowest = before;
        for (int now = week; now < week + 52 && now < WEEKS; now++) {
            lowest = lower(lowest, value[now * stride]);
            if (value[now * stride] < 0.9 * before) back = now + 1;
        }
        number += 1.0, drops += 1.0 - lowest / before, durations += back - week;
    }
    *drop = ratio_or_nan(drops, number), *duration = ratio_or_nan(durations, number);
}

/* outcomes (measure, future) of one policy in one lane, in the kernel's order; value: its weekly values */
static void measure(const Group *g, const Org *o, const Tables *t, int lane, const double *value, double *out, int64_t to)
{
    double sums[SUMS], mean[9], found = 0.0, adopted = 0.0, missed = 0.0, drop, duration;
    static const int averaged[9] = {STRATEGIC_ALIGNMENT, STRATEGY_TO_BELIEF, COHESION, ENGAGEMENT, WASTED, SWITCHING,
                                    MISDIRECTED, CHURN, LIVED};
    FOR(n, SUMS) sums[n] = AT(o->sums[n], lane);
    FOR(n, 9) mean[n] = sums[averaged[n]] / sums[LIVED];
    FOR(i, O) {
        int now = o->opportunity[i][lane];
        found += now == FOUND || now == ADOPTED, adopted += now == ADOPTED, missed += now == GONE || now == OPEN;
    }
    FOR(c, G) sums[IN_VAIN] += o->vain[c][lane];
    recovery(g, lane, value, to, &drop, &duration);
    double ruin = AT(o->ruin_week, lane);
    double row[26 + S + 3 * K];
    const double first[26] = {
        sums[VALUE] / WEEKS, sums[DISCOUNTED] / sums[DISCOUNT], !isnan(ruin), ruin, AT(o->cash, lane),
        AT(o->lowest, lane), mean[0], mean[1], mean[2], mean[3], mean[4], mean[5], mean[6], sums[DECISIONS], mean[7],
        sums[REALIGNING_COST], g->count[lane], drop, ratio_or_nan(sums[RECOGNISING_WEEKS], sums[RECOGNISED_COUNT]),
        ratio_or_nan(sums[DECIDING_WEEKS], sums[DECIDED]), duration, found, adopted, missed, sums[ACTIVATIONS],
        sums[IN_VAIN],
    };
    memset(row, 0, sizeof row);
    memcpy(row, first, sizeof first);
    FOR(at, g->count[lane]) row[26 + g->strikes[lane][at].shock] += 1.0;
    FOR(k, K) {
        row[26 + S + k] = lower(AT(o->level[k], lane) / t->objectives.target[k], 1.0);
        row[26 + S + K + k] = AT(o->hit[k], lane);
        row[26 + S + 2 * K + k] = AT(o->level[k], lane);
    }
    FOR(m, 26 + S + 3 * K) out[m * to] = row[m];
}
#endif
