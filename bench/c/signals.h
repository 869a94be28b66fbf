/* Step 1, signals: when each policy hears of each shock. Scalar: it is rare. */

static void hear(signals_of_lane *to, double time, int kind, int shock, double strike, double effort) {
    if (to->number == to->room) {
        to->room = to->room ? 2 * to->room : 32;
        to->all = realloc(to->all, to->room * sizeof(signal));
    }
    int at = to->number++;
    for (; at > 0 && to->all[at - 1].time > time; at--) to->all[at] = to->all[at - 1];
    to->all[at] = (signal){time, strike, effort, kind, shock};
}

static void notice(const plan *p, uint64_t seed, uint64_t key, const arrival *a, organisation *orgs, int l) {
    const shocks_table *s = &p->t.shocks;
    uint64_t stream = s->stream[PURPOSES * a->shock + NOTICE];
    double delay = exponential(seed, key, stream, a->week, a->address);
    double heard = uniforms(seed, key, stream, a->week, a->address).second;
    double effort = exponential(seed, key, stream, a->week, a->address + (1 << 24));
    whole lead = s->warning_lead[a->shock];
    for (int q = 0; q < p->n.policies; q++) {
        double monitoring = p->t.policies.monitoring[q], known = a->time, chance = s->warning_chance[a->shock];
        if (heard < 1.0 - exp1(monitoring * log1(1.0 - chance))) {
            double early = a->week > lead ? (double)(a->week - lead) : 0.0;
            hear(&orgs[q].signals[l], early, WARNED, a->shock, a->time, effort);
        } else if (s->recognised_after[a->shock] > 0.0)
            known = monitoring > 0.0 ? a->time + delay * s->recognised_after[a->shock] / monitoring : INFINITY;
        if (known < p->t.world.weeks) hear(&orgs[q].signals[l], known, RECOGNISED, a->shock, a->time, effort);
    }
}

static void cry_wolf(const plan *p, uint64_t seed, const world *o, int shock, organisation *orgs) {
    const shocks_table *s = &p->t.shocks;
    uint64_t stream = s->stream[PURPOSES * shock + FALSE_ALARM_DRAW];
    double mean = s->false_alarm_rate[shock], none = exp1(-mean);
    for (int week = 0; week < p->t.world.weeks; week++) EACH {
        four_words drawn = philox(seed, o->keys[x], stream, week, 0);
        v u = uniform_of(drawn.a, drawn.b);
        if (!any(u > none)) continue;
        for (int l = 0; l < VW; l++) {
            for (int n = 0; u[l] > none && n < poisson(u[l], mean); n++) {
                double time = week + uniforms(seed, o->keys[x][l], stream, week, n).second;
                for (int q = 0; q < p->n.policies; q++)
                    if (p->t.policies.monitoring[q] > 0.0)
                        hear(&orgs[q].signals[x * VW + l], time, FALSE_ALARM, shock, NAN, 0.0);
            }
        }
    }
}

static void draw_signals(const plan *p, uint64_t seed, const world *o, organisation *orgs) {
    for (int q = 0; q < p->n.policies; q++)
        for (int l = 0; l < TILE; l++) orgs[q].signals[l].number = orgs[q].signals[l].next = 0;
    for (int l = 0; l < TILE; l++)
        for (int at = 0; at < o->arrivals[l].number; at++)
            notice(p, seed, ((const uint64_t *)o->keys)[l], &o->arrivals[l].all[at], orgs, l);
    for (int shock = 0; shock < p->n.shocks; shock++)
        if (p->t.shocks.false_alarm_rate[shock] > 0.0) cry_wolf(p, seed, o, shock, orgs);
    for (int q = 0; q < p->n.policies; q++)
        for (int l = 0; l < TILE; l++) {
            const signals_of_lane *heard = &orgs[q].signals[l];
            lane(orgs[q].coming, 0, l) = heard->number ? heard->all[0].time : INFINITY;
        }
}
