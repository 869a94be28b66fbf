/* Steps 7 and 8, communicate and reallocate, and what is measured of them: one passage over the units.

   Last week's beliefs stay in `before`; a unit's new belief and its effort follow from each other and pass through
   registers, so that each is read and written once. Lengths are roots of what waits for one another, so they are taken
   for some units at a time. */

enum { BATCH = 4 }; /* units whose lengths are taken at once */

typedef struct {
    v strategic, engaged, churn, resultant[K];
} seen;

/* What a unit leaves to be finished with those beside it. */
typedef struct {
    v square[BATCH], of_shares[BATCH], along[BATCH], market[BATCH];
} half_done;

/* What is heard from the nearest superior who is there. */
HOT void hear_superior(const plan *p, const world *o, const v *published, const v *before, int i, int x, v *heard) {
    const whole *superior = p->t.units.superior;
    whole boss = superior[i];
    const v *from = boss < 0 ? published : before + boss * K;
    for (int k = 0; k < K; k++) heard[k] = from[k];
    if (o->everybody || boss < 0) return;
    mask missing = o->there[OF(boss)] == 0.0;
    while (boss >= 0 && any(missing)) {
        boss = superior[boss];
        from = boss < 0 ? published : before + boss * K;
        for (int k = 0; k < K; k++) heard[k] = pick(missing, from[k], heard[k]);
        if (boss >= 0) missing &= o->there[OF(boss)] == 0.0;
    }
}

/* Sums of the beliefs of those who are there over each circle. */
HOT void sum_circles(const plan *p, const v *there, const v *before, v *circle) {
    for (int c = 0; c < p->circles; c++) {
        v sum[K] = {};
        for (int n = p->circle_start[c]; n < p->circle_start[c + 1]; n++) {
            int j = p->circle_member[n];
            for (int k = 0; k < K; k++) sum[k] += there[j] * before[j * K + k];
        }
        for (int k = 0; k < K; k++) circle[c * K + k] = sum[k];
    }
}

HOT void hear_peers(const plan *p, const v *there, const v *before, const v *circle, int i, v *peers) {
    const units_table *u = &p->t.units;
    v sum[K] = {};
    if (p->circle_of[i] >= 0) {
        const v *all = circle + p->circle_of[i] * K;
        v mine = there[i] * p->in_circle[i];
        double weight = u->peer_weight[u->peer_start[i]];
        for (int k = 0; k < K; k++) peers[k] = weight * (all[k] - mine * before[i * K + k]);
        return;
    }
    for (whole n = u->peer_start[i]; n < u->peer_start[i + 1]; n++) {
        const v *theirs = before + u->peer[n] * K;
        v heed = there[u->peer[n]] * u->peer_weight[n];
        for (int k = 0; k < K; k++) sum[k] += heed * theirs[k];
    }
    for (int k = 0; k < K; k++) peers[k] = sum[k];
}

/* Step 7 for one unit: its new belief. published: (K), of these lanes. */
HOT void communicate(const plan *p, const world *o, const organisation *g, const week_of *here, const v *garbled,
                     const v *published, int i, int x, v *belief) {
    const double pace = p->t.policies.message_pace[g->policy], autonomy = p->t.policies.autonomy[g->policy];
    const v *before = g->before + OF_K(0), *own = g->before + OF_K(i), *sensed = o->sensed + OF_K(i);
    v heard[K], peers[K], trust = o->trust[OF(i)], share = o->share[OF(i)], total = {};
    hear_peers(p, o->there + OF(0), before, here->circle, i, peers);
    hear_superior(p, o, published, before, i, x, heard);
    if (garbled) {
        garbled += OF_K(i);
        for (int k = 0; k < K; k++) {
            heard[k] *= garbled[k];
            total += heard[k];
        }
        trust /= total;
    }
    for (int k = 0; k < K; k++) {
        v told = trust * heard[k] + share * peers[k] + p->kept[i * K + k];
        belief[k] = own[k] + pace * (told - own[k]);
    }
    if (autonomy > 0.0)
        for (int k = 0; k < K; k++) belief[k] = most(belief[k] + autonomy * (sensed[k] - own[k]), spread(0.0));
    if (pace + autonomy > 1.0) {
        total = spread(0.0);
        for (int k = 0; k < K; k++) total += belief[k];
        total = 1.0 / total;
        for (int k = 0; k < K; k++) belief[k] *= total;
    }
    if (!o->everybody) {
        mask there = o->there[OF(i)] > 0.0;
        for (int k = 0; k < K; k++) belief[k] = pick(there, belief[k], own[k]);
    }
}

/* Move shares toward what is wished of what there is skill for; half the L1 distance moved. */
HOT v follow(v *shares, const v *wished, int able, const double *skill, v pace) {
    v distance = {};
    if (able) {
        for (int k = 0; k < K; k++) {
            v step = pace * (wished[k] - shares[k]);
            shares[k] += step;
            distance += magnitude(step);
        }
        return 0.5 * distance;
    }
    v total = {};
    for (int k = 0; k < K; k++)
        if (skill[k] > 0.0) total += wished[k];
    v scale = 1.0 / most(total, spread(TINY));
    pace = pick(total > 0.0, pace, spread(0.0));
    for (int k = 0; k < K; k++) {
        v step = pace * ((skill[k] > 0.0 ? wished[k] * scale : spread(0.0)) - shares[k]);
        shares[k] += step;
        distance += magnitude(step);
    }
    return 0.5 * distance;
}

HOT v product_of(const v *a, const v *b) {
    v sum = a[0] * b[0];
    for (int k = 1; k < K; k++) sum += a[k] * b[k];
    return sum;
}

/* Growth of this week brings newcomers. */
HOT void take_in(const plan *p, const world *o, organisation *g, const v *published, int i, int x, v *belief) {
    const units_table *u = &p->t.units;
    v share = o->grown[OF(i)];
    g->proficiency[OF(i)] += share * (u->newcomer_skill[i] - g->proficiency[OF(i)]);
    for (int k = 0; k < K; k++) {
        v theirs = u->newcomer_follows[i] ? published[k] : spread(u->newcomer_belief[i * K + k]);
        belief[k] += share * (theirs - belief[k]);
    }
}

/* Belief and effort of one unit, the n-th of its batch. */
HOT void move(const plan *p, const world *o, organisation *g, const week_of *here, const v *garbled, const v *published,
              const v *priority, int i, int x, half_done *left, int n) {
    const units_table *u = &p->t.units;
    const double *skill = u->skill + i * K;
    v belief[K], shares[K], there = o->there[OF(i)], *kept = g->allocation + OF_K(i), *now = g->belief + OF_K(i);
    communicate(p, o, g, here, garbled, published, i, x, belief);
    for (int k = 0; k < K; k++) shares[k] = kept[k];
    g->moved[OF(i)] = follow(shares, belief, p->able[i], skill, there * u->inertia_pace[i]);
    for (int k = 0; k < K; k++) kept[k] = shares[k];
    if (u->automation[i] > 0.0)
        follow(g->automated + OF_K(i), published, p->able[i], skill, there * u->retooling_pace[i]);
    left->of_shares[n] = product_of(shares, shares);
    left->market[n] = product_of(shares, priority);
    if (p->t.organisation.disagreement > 0.0) left->along[n] = product_of(shares, belief);
    g->proficiency[OF(i)] += u->learning_pace[i] * (1.0 - g->proficiency[OF(i)]);
    if (u->growth[i] > 0.0) { /* whoever disagrees was there before */
        left->along[n] *= inverse_root(product_of(belief, belief));
        take_in(p, o, g, published, i, x, belief);
    }
    left->square[n] = product_of(belief, belief);
    for (int k = 0; k < K; k++) now[k] = belief[k];
}

/* Lengths, engagement, and the part of some units in what is recorded; `number` is known when it is compiled. */
HOT void finish(const plan *p, const world *o, organisation *g, const week_of *here, half_done *left, int first,
                const int number, int x, seen *all) {
    const organisation_table *t = &p->t.organisation;
    const double overload = fmax(t->overload - p->t.policies.slack[g->policy], 0.0);
    inverse_root_all(left->square, number);
    inverse_root_all(left->of_shares, number);
    for (int n = 0; n < number; n++) {
        int i = first + n;
        v count = o->people[OF(i)], weight = count * left->square[n], now = g->engagement[OF(i)],
            moved = g->moved[OF(i)];
        if (p->engages) {
            v taken = t->churn * moved + overload * here->responding[x];
            if (t->disagreement > 0.0) {
                v cosine = left->along[n] * left->of_shares[n];
                if (p->t.units.growth[i] == 0.0) cosine *= left->square[n];
                taken += t->disagreement * (1.0 - least(cosine, spread(1.0)));
            }
            now += t->engagement_pace * o->there[OF(i)] * (most(1.0 - taken, spread(0.0)) - now);
            g->engagement[OF(i)] = now;
        }
        g->length[OF(i)] = left->square[n];
        all->strategic += count * left->of_shares[n] * left->market[n];
        all->engaged += count * now;
        all->churn += count * moved;
        for (int k = 0; k < K; k++) all->resultant[k] += weight * g->belief[OF_K(i) + k];
    }
}

static __attribute__((noinline)) void live_on(const plan *p, const world *o, organisation *g, week_of *here) {
    v *old = g->before;
    g->before = g->belief, g->belief = old;
    const v *garbled = o->unclear ? here->feels_garbled : NULL;
    const int N = p->n.units;
    EACH {
        seen all = {};
        half_done left;
        v published[K], priority[K], each = o->people_in_all[x];
        for (int k = 0; k < K; k++) published[k] = g->published[AT(k)], priority[k] = o->priority[AT(k)];
        sum_circles(p, o->there + OF(0), g->before + OF_K(0), here->circle);
        for (int i = 0; i < N; i++) {
            move(p, o, g, here, garbled, published, priority, i, x, &left, i % BATCH);
            if (i % BATCH == BATCH - 1) finish(p, o, g, here, &left, i - BATCH + 1, BATCH, x, &all);
            else if (i + 1 == N)
                for (int n = 0; n <= i % BATCH; n++) {
                    half_done last = {{left.square[n]}, {left.of_shares[n]}, {left.along[n]}, {left.market[n]}};
                    finish(p, o, g, here, &last, i - i % BATCH + n, 1, x, &all);
                }
        }
        v to_belief = product_of(all.resultant, published), square = product_of(all.resultant, all.resultant);
        g->cohesion[x] = least(root(square) * each, spread(1.0));
        here->strategic[x] = all.strategic * each * o->priority_length[x];
        here->believed[x] = to_belief * each * inverse_root(product_of(published, published));
        here->engaged[x] = all.engaged * each;
        here->churn[x] = all.churn * each;
    }
}
