/* Steps 7 and 8, communicate and reallocate, and the look at alignment: one pass over the units, in which a unit's
   belief is read, moved, compared and measured while it is in registers. */
#ifndef COMMUNICATE_H
#define COMMUNICATE_H
#include "decide.h"

/* the message that reaches a unit: this week's strategy, or the belief that its nearest superior had last week */
INLINE void hear_above(const Group *g, const Org *o, int before, int i, int v, V heard[K])
{
    int boss = g->boss[i][v * W];
    if (g->one_boss[i][v]) {
        FOR(k, K) heard[k] = boss < 0 ? o->published[k][v] : o->belief[before][boss][k][v];
        return;
    }
    FOR(k, K) FOR(l, W) {
        boss = g->boss[i][v * W + l];
        heard[k][l] = boss < 0 ? o->published[k][v][l] : o->belief[before][boss][k][v][l];
    }
}

/* move the belief of a unit toward what it is told and what it sees */
INLINE void believe(const Group *g, const Org *o, const Tables *t, int policy, int garbling, int i, int v, V new[K])
{
    const Units *u = &t->units;
    int before = g->now ^ 1, part = g->there[i][v];
    double pace = t->policies.message_pace[policy], autonomy = t->policies.autonomy[policy];
    V heard[K], told[K], trust = g->trust[i][v], total = pack(0.0);
    hear_above(g, o, before, i, v, heard);
    if (garbling) {
        FOR(k, K) total += heard[k] *= g->garbled[i][k][v];
        trust /= choose(g->garbling[v] > 0.0, total, pack(1.0));
    }
    FOR(k, K) told[k] = u->resistance[i] * u->belief[i][k] + trust * heard[k];
    for (int64_t n = u->peer_start[i]; n < u->peer_start[i + 1]; n++) {
        V heed = g->heed[n][v];
        int64_t peer = u->peer[n];
        FOR(k, K) told[k] += heed * o->belief[before][peer][k][v];
    }
    total = pack(0.0);
    FOR(k, K) {
        V own = o->belief[before][i][k][v];
        new[k] = own + pace * (told[k] - own);
        if (autonomy > 0.0) new[k] = most(new[k] + autonomy * (g->sensed[i][k][v] - own), pack(0.0));
        total += new[k];
    }
    if (pace + autonomy > 1.0) FOR(k, K) new[k] /= total;
    if (part != EVERYWHERE) {
        M there = g->people[i][v] > 0.0;
        FOR(k, K) new[k] = choose(there, new[k], o->belief[before][i][k][v]);
    }
}

/* move shares toward what is wished of what there is skill for; half the L1 distance moved */
INLINE V follow(const double skill[K], V shares[K][T], const V wished[K], int v, V step_size)
{
    V total = pack(0.0), distance = pack(0.0), scale = pack(1.0);
    int able_to_all = 1;
    FOR(k, K) able_to_all &= skill[k] > 0.0;
    if (!able_to_all) {
        FOR(k, K) if (skill[k] > 0.0) total += wished[k];
        scale = 1.0 / most(total, pack(TINY));
        step_size = choose(total > 0.0, step_size, pack(0.0));
    }
    FOR(k, K) {
        V now = shares[k][v], target = skill[k] > 0.0 ? wished[k] * scale : pack(0.0), step = step_size * (target - now);
        shares[k][v] = now + step;
        distance += magnitude(step);
    }
    return 0.5 * distance;
}

INLINE V square_of(const V x[K])
{
    V square = pack(0.0);
    FOR(k, K) square += x[k] * x[k];
    return square;
}

/* growth brings newcomers */
INLINE void take_in(const Group *g, Org *o, const Units *u, int i, int v, int week, V belief[K])
{
    V joined;
    FOR(l, W) joined[l] = (double)g->join_week[i][v * W + l];
    V people = g->people[i][v];
    V share = choose((people > 0.0) & (joined < (double)week), u->growth[i] / people, pack(0.0));
    o->proficiency[i][v] += share * (u->newcomer_skill[i] - o->proficiency[i][v]);
    FOR(k, K) {
        V new = u->newcomer_follows[i] ? o->published[k][v] : pack(u->newcomer_belief[i][k]);
        belief[k] += share * (new - belief[k]);
    }
}

/* steps 7 and 8 of all units, and what they look like from above: o->cohesion and w->record */
static void communicate(Group *g, Org *o, Week *w, const Tables *t, int policy, int week, int garbling)
{
    const Units *u = &t->units;
    const Organisation *z = &t->organisation;
    double overload = higher(z->overload - t->policies.slack[policy], 0.0);
    int engaging = z->churn > 0.0 || z->overload > 0.0 || z->disagreement > 0.0;
    FOR(v, T) {
        V resultant[K], published[K], strategic = pack(0.0), engaged = pack(0.0), churn = pack(0.0);
        FOR(k, K) resultant[k] = pack(0.0), published[k] = o->published[k][v];
        FOR(i, N) {
            V belief[K], allocation[K], along = pack(0.0), market = pack(0.0), people = g->people[i][v];
            believe(g, o, t, policy, garbling, i, v, belief);
            M there = people > 0.0;
            V step = choose(there, pack(u->inertia_pace[i]), pack(0.0));
            V moved = o->moved[i][v] = follow(u->skill[i], o->allocation[i], belief, v, step);
            if (u->automation[i] > 0.0)
                follow(u->skill[i], o->automated[i], published, v, choose(there, pack(u->retooling_pace[i]), pack(0.0)));
            FOR(k, K) allocation[k] = o->allocation[i][k][v];
            FOR(k, K) market += allocation[k] * g->direction[k][v];
            V span = 1.0 / root(square_of(allocation)), length = 1.0 / root(square_of(belief));
            if (engaging) {
                V taken = z->churn * moved + overload * w->responding[v], now = o->engagement[i][v];
                if (z->disagreement > 0.0) {
                    FOR(k, K) along += belief[k] * allocation[k];
                    taken += z->disagreement * (1.0 - least(along * span * length, pack(1.0)));
                }
                V pace = choose(there, pack(z->engagement_pace), pack(0.0));
                o->engagement[i][v] = now + pace * (most(1.0 - taken, pack(0.0)) - now);
            }
            o->proficiency[i][v] += u->learning_pace[i] * (1.0 - o->proficiency[i][v]);
            if (u->growth[i] > 0.0) {
                take_in(g, o, u, i, v, week, belief);
                length = 1.0 / root(square_of(belief));
            }
            o->inverse_length[i][v] = length;
            length *= people;
            FOR(k, K) {
                o->belief[g->now][i][k][v] = belief[k];
                resultant[k] += length * belief[k];
            }
            strategic += people * span * market;
            engaged += people * o->engagement[i][v];
            churn += people * moved;
        }
        V each = 1.0 / most(g->everybody[v], pack(TINY)), to_belief = pack(0.0);
        FOR(k, K) to_belief += resultant[k] * published[k];
        o->cohesion[v] = least(root(square_of(resultant)) * each, pack(1.0));
        w->record[0][v] = strategic * each;
        w->record[1][v] = to_belief * each / root(square_of(published));
        w->record[2][v] = engaged * each;
        w->record[3][v] = churn * each;
    }
}
#endif
