/* Steps 7 and 8, communicate and reallocate, and what is measured of them: one passage over the units.

   Last week's beliefs stay in `before`; a unit's new belief, its effort and its engagement follow from each other and
   pass through registers, so that each is read and written once. */

typedef struct {
    v strategic, engaged, churn, resultant[K];
} seen;

/* What is heard from the nearest superior who is there. */
HOT void hear_superior(const plan *p, const world *o, const organisation *g, int i, int x, v *heard) {
    const whole *superior = p->t.units.superior;
    whole boss = superior[i];
    const v *from = boss < 0 ? g->published : g->before + boss * K * PER;
    for (int k = 0; k < K; k++) heard[k] = from[AT(k)];
    if (o->everybody || boss < 0) return;
    mask missing = o->there[AT(boss)] == 0.0;
    while (boss >= 0 && any(missing)) {
        boss = superior[boss];
        from = boss < 0 ? g->published : g->before + boss * K * PER;
        for (int k = 0; k < K; k++) heard[k] = pick(missing, from[AT(k)], heard[k]);
        if (boss >= 0) missing &= o->there[AT(boss)] == 0.0;
    }
}

HOT void hear_peers(const plan *p, const world *o, const organisation *g, int i, int x, v *peers) {
    const units_table *u = &p->t.units;
    for (int k = 0; k < K; k++) peers[k] = spread(0.0);
    for (whole n = u->peer_start[i]; n < u->peer_start[i + 1]; n++) {
        whole j = u->peer[n];
        const v *theirs = g->before + j * K * PER;
        v heed = o->there[AT(j)] * u->peer_weight[n];
        for (int k = 0; k < K; k++) peers[k] += heed * theirs[AT(k)];
    }
}

/* Step 7 for one unit: its new belief. */
HOT void communicate(const plan *p, const world *o, const organisation *g, const v *garbled, int i, int x, v *belief) {
    const units_table *u = &p->t.units;
    double pace = p->t.policies.message_pace[g->policy], autonomy = p->t.policies.autonomy[g->policy];
    v heard[K], peers[K], trust = o->trust[AT(i)], share = o->share[AT(i)], total = {};
    const v *own = g->before + i * K * PER;
    hear_superior(p, o, g, i, x, heard);
    hear_peers(p, o, g, i, x, peers);
    if (garbled) {
        for (int k = 0; k < K; k++) {
            heard[k] *= garbled[AT(i * J + k)];
            total += heard[k];
        }
        trust /= total;
    }
    for (int k = 0; k < K; k++) {
        v told = trust * heard[k] + share * peers[k] + p->kept[i * K + k];
        belief[k] = own[AT(k)] + pace * (told - own[AT(k)]);
    }
    if (autonomy > 0.0) {
        for (int k = 0; k < K; k++) {
            v sees = autonomy * (o->sensed[AT(i * J + k)] - own[AT(k)]);
            belief[k] = most(belief[k] + sees, spread(0.0));
        }
    }
    if (pace + autonomy > 1.0) {
        total = spread(0.0);
        for (int k = 0; k < K; k++) total += belief[k];
        for (int k = 0; k < K; k++) belief[k] /= total;
    }
    if (!o->everybody) {
        mask there = o->there[AT(i)] > 0.0;
        for (int k = 0; k < K; k++) belief[k] = pick(there, belief[k], own[AT(k)]);
    }
    (void)u;
}

/* Move shares toward what is wished of what there is skill for; half the L1 distance moved. */
HOT v follow(v *shares, const v *wished, int able, const double *skill, v pace, int x) {
    v distance = {}, target[K];
    for (int k = 0; k < K; k++) target[k] = wished[k];
    if (!able) {
        v total = {};
        for (int k = 0; k < K; k++) {
            if (skill[k] == 0.0) target[k] = spread(0.0);
            total += target[k];
        }
        v scale = 1.0 / most(total, spread(TINY));
        pace = pick(total > 0.0, pace, spread(0.0));
        for (int k = 0; k < K; k++) target[k] *= scale;
    }
    for (int k = 0; k < K; k++) {
        v step = pace * (target[k] - shares[AT(k)]);
        shares[AT(k)] += step;
        distance += magnitude(step);
    }
    return 0.5 * distance;
}

/* Growth of this week brings newcomers. */
HOT void take_in(const plan *p, const world *o, organisation *g, int i, int x, v *belief) {
    const units_table *u = &p->t.units;
    v share = o->grown[AT(i)];
    g->proficiency[AT(i)] += share * (u->newcomer_skill[i] - g->proficiency[AT(i)]);
    for (int k = 0; k < K; k++) {
        v theirs = u->newcomer_follows[i] ? g->published[AT(k)] : spread(u->newcomer_belief[i * K + k]);
        belief[k] += share * (theirs - belief[k]);
    }
}

HOT v square_of(const v *shares) {
    v square = {};
    for (int k = 0; k < K; k++) square += shares[k] * shares[k];
    return square;
}

/* Steps 7 and 8 for one unit, and its part in what is recorded. */
HOT void live(const plan *p, const world *o, organisation *g, const week_of *here, const v *garbled, int i, int x, seen *all) {
    const units_table *u = &p->t.units;
    const organisation_table *t = &p->t.organisation;
    v belief[K], *shares = g->allocation + i * K * PER, along = {}, market = {}, square = {};
    communicate(p, o, g, garbled, i, x, belief);
    v there = o->there[AT(i)];
    v moved = follow(shares, belief, p->able[i], u->skill + i * K, there * u->inertia_pace[i], x);
    if (u->automation[i] > 0.0) {
        v said[K];
        for (int k = 0; k < K; k++) said[k] = g->published[AT(k)];
        follow(g->automated + i * K * PER, said, p->able[i], u->skill + i * K, there * u->retooling_pace[i], x);
    }
    for (int k = 0; k < K; k++) {
        v share = shares[AT(k)];
        along += share * belief[k];
        market += share * o->priority[AT(k)];
        square += share * share;
    }
    v length = inverse_root(square_of(belief)), of_shares = inverse_root(square);
    if (p->engages) {
        double overload = fmax(t->overload - p->t.policies.slack[g->policy], 0.0);
        v taken = t->churn * moved + overload * here->responding[x], now = g->engagement[AT(i)];
        if (t->disagreement > 0.0) taken += t->disagreement * (1.0 - least(along * length * of_shares, spread(1.0)));
        g->engagement[AT(i)] = now + t->engagement_pace * there * (most(1.0 - taken, spread(0.0)) - now);
    }
    g->proficiency[AT(i)] += u->learning_pace[i] * (1.0 - g->proficiency[AT(i)]);
    if (u->growth[i] > 0.0) {
        take_in(p, o, g, i, x, belief);
        length = inverse_root(square_of(belief));
    }
    v count = o->people[AT(i)], weight = count * length;
    for (int k = 0; k < K; k++) {
        g->belief[AT(i * K + k)] = belief[k];
        all->resultant[k] += weight * belief[k];
    }
    g->length[AT(i)] = length;
    g->moved[AT(i)] = moved;
    all->strategic += count * of_shares * market;
    all->engaged += count * g->engagement[AT(i)];
    all->churn += count * moved;
}

static __attribute__((noinline)) void live_on(const plan *p, const world *o, organisation *g, week_of *here) {
    v *old = g->before;
    g->before = g->belief, g->belief = old;
    const v *garbled = o->unclear ? here->feels_garbled : NULL;
    EACH {
        seen all = {};
        for (int i = 0; i < p->n.units; i++) live(p, o, g, here, garbled, i, x, &all);
        v said = {}, square = {}, to_belief = {}, each = o->people_in_all[x];
        for (int k = 0; k < K; k++) {
            v published = g->published[AT(k)];
            said += published * published;
            square += all.resultant[k] * all.resultant[k];
            to_belief += all.resultant[k] * published;
        }
        g->cohesion[x] = least(root(square) * each, spread(1.0));
        here->strategic[x] = all.strategic * each * o->priority_length[x];
        here->believed[x] = to_belief * each * inverse_root(said);
        here->engaged[x] = all.engaged * each;
        here->churn[x] = all.churn * each;
    }
}
