/* Steps 9 and 10, discover and record, and what each future amounted to. */

static void age_methods(const plan *p, organisation *g) {
    for (int k = 0; k < K; k++) EACH g->methods[AT(k)] *= p->t.objectives.methods_persistence[k];
}

/* The hazard of finding opportunity q. */
static v hazard_of(const plan *p, const organisation *g, const week_of *here, int q, int x) {
    const units_table *u = &p->t.units;
    double usual = p->t.policies.exploration[g->policy];
    v exploring = {};
    for (int i = 0; i < p->n.units; i++) {
        double share = isnan(u->exploration[i]) ? usual : u->exploration[i];
        if (share > 0.0) exploring += share * u->skill[i * K + p->t.opportunities.objective[q]] * here->present[OF(i)];
    }
    v stirred = 1.0 + p->t.organisation.diversity_bonus * (1.0 - g->cohesion[x]);
    return exploring * stirred / p->t.opportunities.difficulty[q];
}

static void discover(const plan *p, const world *o, organisation *g, const week_of *here, int week) {
    const opportunities_table *t = &p->t.opportunities;
    for (int q = 0; q < p->n.opportunities; q++) EACH {
        mask living = g->ruin[x] != g->ruin[x], open;
        if (t->opened_by[q] >= 0)
            for (int l = 0; l < VW; l++)
                if (g->opportunity[AT(q)][l] == HIDDEN && o->first[t->opened_by[q] * TILE + x * VW + l] <= week) {
                    g->opportunity[AT(q)][l] = OPEN;
                    g->opened[AT(q)][l] = week;
                }
        open = (g->opportunity[AT(q)] == OPEN) & living;
        if (!any(open)) continue;
        mask closes = open & (week - g->opened[AT(q)] >= t->closes_after[q]);
        g->opportunity[AT(q)] = pick(closes, spread(GONE), g->opportunity[AT(q)]);
        v hazard = hazard_of(p, g, here, q, x);
        const words *drawn = o->finding + AT(q * 4);
        mask found = open & ~closes & (hazard > 0.0) & (uniform_of(drawn[0], drawn[PER]) < 1.0 - exp_of(-hazard));
        if (!any(found)) continue;
        v adopts = uniform_of(drawn[2 * PER], drawn[3 * PER]);
        for (int l = 0; l < VW; l++) {
            if (!found[l]) continue;
            g->opportunity[AT(q)][l] = FOUND;
            if (adopts[l] < p->t.policies.autonomy[g->policy]) adopt(p, g, q, x * VW + l);
        }
    }
}

/* The week's series, from column `at` of (series, weeks, stride) on, the sums, and who is not alive any more. */
static void record(const plan *p, organisation *g, const week_of *here, int week, double discount, double *weekly,
                   size_t stride) {
    size_t row = p->t.world.weeks * stride;
    double *to = weekly + week * stride;
    EACH {
        v alive = g->alive[x], rate = here->value[x], lives = pick(g->ruin[x] != g->ruin[x], spread(1.0), spread(0.0));
        v kept[] = {rate, g->cash[x], here->strategic[x], here->believed[x], g->cohesion[x], here->engaged[x], lives};
        for (int s = 0; s < SERIES; s++) *(v_anywhere *)(to + s * row + x * VW) = kept[s];
        for (int k = 0; k < K; k++) {
            v attained = least(g->level[AT(k)] / p->t.objectives.target[k], spread(1.0));
            *(v_anywhere *)(to + (SERIES + k) * row + x * VW) = attained;
        }
        v *sums = g->sums + x;
        sums[VALUE * PER] += rate;
        sums[DISCOUNTED * PER] += discount * rate;
        sums[LIVED * PER] += alive;
        sums[STRATEGIC * PER] += alive * here->strategic[x];
        sums[BELIEVED * PER] += alive * here->believed[x];
        sums[COHESION * PER] += alive * g->cohesion[x];
        sums[ENGAGEMENT * PER] += alive * here->engaged[x];
        sums[CHURN * PER] += alive * here->churn[x];
        g->alive[x] = lives;
    }
}

static double per(double above, double below) { return below > 0.0 ? above / below : NAN; }

/* Mean depth of the drop and mean weeks to recover over the strikes of one lane. */
static two recovery(const plan *p, const arrivals_of_lane *came, const double *value, size_t stride) {
    int weeks = (int)p->t.world.weeks, number = 0;
    double drops = 0.0, durations = 0.0;
    for (int at = 0; at < came->number; at++) {
        int week = came->all[at].week, back = week, last = week + 52 < weeks ? week + 52 : weeks;
        if (week == 0 || value[(week - 1) * stride] <= 0.0) continue;
        double before = value[(week - 1) * stride], lowest = before;
        for (int t = week; t < last; t++) {
            double now = value[t * stride];
            lowest = fmin(lowest, now);
            if (now < 0.9 * before) back = t + 1;
        }
        number++;
        drops += 1.0 - lowest / before;
        durations += back - week;
    }
    return (two){per(drops, number), per(durations, number)};
}

/* The measures of one lane, in the kernel's order, into out[measure * stride]. */
static void measure(const plan *p, const world *o, const organisation *g, int l, const double *value, size_t columns,
                    double discounts,
                    double *out, size_t stride) {
    const arrivals_of_lane *came = &o->arrivals[l];
    double lived = lane(g->sums, LIVED, l), vain = lane(g->sums, IN_VAIN, l), found = 0, adopted = 0, missed = 0;
    two back = recovery(p, came, value, columns);
    for (int q = 0; q < p->n.opportunities; q++) {
        int now = (int)lane(g->opportunity, q, l);
        found += now == FOUND || now == ADOPTED;
        adopted += now == ADOPTED;
        missed += now == GONE || now == OPEN;
    }
    for (int c = 0; c < p->n.contingencies; c++) vain += lane(g->vain, c, l);
#define TOTAL(sum) lane(g->sums, sum, l)
    double first[] = {
        TOTAL(VALUE) / p->t.world.weeks, TOTAL(DISCOUNTED) / discounts, !isnan(lane(g->ruin, 0, l)), lane(g->ruin, 0,
            l),
        lane(g->cash, 0, l), lane(g->lowest, 0, l), TOTAL(STRATEGIC) / lived, TOTAL(BELIEVED) / lived,
        TOTAL(COHESION) / lived, TOTAL(ENGAGEMENT) / lived, TOTAL(WASTED) / lived, TOTAL(SWITCHING) / lived,
        TOTAL(MISDIRECTED) / lived, TOTAL(DECISIONS), TOTAL(CHURN) / lived, TOTAL(REALIGNING), came->number, back.first,
        per(TOTAL(RECOGNISING), TOTAL(RECOGNISED_COUNT)), per(TOTAL(DECIDING), TOTAL(DECIDED)), back.second,
        found, adopted, missed, TOTAL(ACTIVATIONS), vain};
    int number = sizeof first / sizeof first[0], S = p->n.shocks;
    for (int m = 0; m < number; m++) out[m * stride] = first[m];
    out += number * stride;
    for (int s = 0; s < S; s++) out[s * stride] = 0.0;
    for (int at = 0; at < came->number; at++) out[came->all[at].shock * stride] += 1.0;
    out += S * stride;
    for (int k = 0; k < K; k++) {
        out[k * stride] = fmin(lane(g->level, k, l) / p->t.objectives.target[k], 1.0);
        out[(K + k) * stride] = lane(g->hit, k, l);
        out[(2 * K + k) * stride] = lane(g->level, k, l);
    }
}
