/* Step 2, strike: what arriving shocks do once to one organisation, and what its active plans absorb. */

HOT mask acts(const organisation *g, int c, int x, int week) {
    return (g->active_from[AT(c)] <= (double)week) & (g->active_until[AT(c)] > (double)week);
}

HOT int lists(const plan *p, const organisation *g, int c) {
    return p->t.policies.lists[g->policy * p->n.contingencies + c];
}

/* What share of each shock active plans let through; whether any is active. */
static int absorb(const plan *p, const organisation *g, v *unabsorbed, int week) {
    const contingencies_table *c = &p->t.contingencies;
    int active = 0, S = p->n.shocks;
    for (int at = 0; at < p->n.contingencies; at++) {
        if (!lists(p, g, at)) continue;
        EACH {
            mask now = acts(g, at, x, week);
            if (!any(now)) continue;
            if (!active)
                for (int n = 0; n < S * PER; n++) unabsorbed[n] = spread(1.0);
            active = 1;
            for (int s = 0; s < S; s++)
                unabsorbed[AT(s)] *= pick(now, spread(1.0 - c->absorbs[at * S + s]), spread(1.0));
        }
    }
    return active;
}

static void point(organisation *g, int N, int i, int l) {
    double square = 0.0;
    for (int k = 0; k < K; k++) {
        double share = unit_lane(g->belief, i * K + k, N * K, l);
        square += share * share;
    }
    unit_lane(g->length, i, N, l) = 1.0 / sqrt(fmax(square, TINY));
}

static void blend_newcomers(const plan *p, organisation *g, int i, int l, double share) {
    const units_table *u = &p->t.units;
    int N = p->n.units;
    for (int k = 0; k < K; k++) {
        double theirs = u->newcomer_follows[i] ? lane(g->published, k, l) : u->newcomer_belief[i * K + k];
        unit_lane(g->belief, i * K + k, N * K, l) += share * (theirs - unit_lane(g->belief, i * K + k, N * K, l));
    }
    point(g, N, i, l);
    unit_lane(g->proficiency, i, N, l) += share * (u->newcomer_skill[i] - unit_lane(g->proficiency, i, N, l));
}

static void hit(const plan *p, const world *o, organisation *g, int l, int e, int unit, double amount) {
    const effects_table *f = &p->t.effects;
    const int N = p->n.units;
    double share = fmin(amount, 1.0);
    switch (f->kind[e]) {
    case CASH: lane(g->bill, 0, l) += amount; break;
    case SETBACK:
        for (int k = 0; k < K; k++) lane(g->level, k, l) *= 1.0 - share * f->objective[e * K + k];
        break;
    case METHODS:
        for (int k = 0; k < K; k++) lane(g->methods, k, l) *= 1.0 - share * f->objective[e * K + k];
        break;
    case TURNOVER:
        for (int i = 0; i < p->n.units; i++)
            if (f->unit[e * N + i] > 0.0 && (f->one[e] < 0 || i == unit) && unit_lane(o->people, i, N, l) > 0.0)
                blend_newcomers(p, g, i, l, share);
        break;
    default:
        for (int k = 0; k < K; k++) {
            double own = f->belief[e * K + k];
            lane(g->strategy, k, l) += share * (own - lane(g->strategy, k, l));
            lane(g->perceived, k, l) += share * (own - lane(g->perceived, k, l));
            if (lane(g->spoken, 0, l) == 0.0) lane(g->published, k, l) = lane(g->strategy, k, l);
        }
    }
}

static void strike(const plan *p, const world *o, organisation *g, const week_of *here, int week) {
    const effects_table *f = &p->t.effects;
    for (int l = 0; l < TILE; l++) {
        const arrivals_of_lane *came = &o->arrivals[l];
        for (int at = came->next; at < came->number && came->all[at].week == week; at++) {
            const arrival *a = &came->all[at];
            if (lane(g->alive, 0, l) == 0.0) continue;
            for (int c = 0; c < p->n.contingencies; c++)
                if (p->t.contingencies.shock[c] == a->shock) lane(g->vain, c, l) = 0.0;
            for (whole e = f->start[a->shock]; e < f->start[a->shock + 1]; e++) {
                if (f->kind[e] <= DEMAND) continue;
                double amount = f->size[e] * a->severity;
                if (here->absorbing) amount *= lane(here->unabsorbed, a->shock, l);
                hit(p, o, g, l, (int)e, a->unit, amount);
            }
        }
    }
}
