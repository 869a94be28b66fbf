/* Step 6, decide: reviews, recognised shocks and alarms lead to decisions; prepared plans activate. */

static void activate(const plan *p, organisation *g, int c, int l, int week, int on_warning) {
    const contingencies_table *t = &p->t.contingencies;
    if (week + 1 < lane(g->active_until, c, l)) return;
    lane(g->active_from, c, l) = week + 1.0 + t->after[c];
    lane(g->active_until, c, l) = week + 1.0 + t->after[c] + t->lasts[c];
    lane(g->vain, c, l) = on_warning;
    lane(g->bill, 0, l) += t->cost[c];
    lane(g->sums, ACTIVATIONS, l) += 1.0;
}

static void close_accounts(const plan *p, organisation *g, int week) {
    for (int c = 0; c < p->n.contingencies; c++) {
        if (!lists(p, g, c)) continue;
        EACH {
            v until = g->active_until[AT(c)];
            mask ends = (until > (double)week) & (until <= week + 1.0) & (g->ruin[x] != g->ruin[x]);
            g->sums[AT(IN_VAIN)] += pick(ends, g->vain[AT(c)], spread(0.0));
            g->vain[AT(c)] = pick(ends, spread(0.0), g->vain[AT(c)]);
        }
    }
}

static void heed_conditions(const plan *p, organisation *g, int week) {
    const contingencies_table *t = &p->t.contingencies;
    for (int c = 0; c < p->n.contingencies; c++) {
        whole condition = t->condition[c];
        if (condition <= ON_WARNING || !lists(p, g, c) || (condition == ON_WEEK && week + 1 != t->week[c])) continue;
        EACH {
            mask met = {};
            if (condition == ON_OBJECTIVE)
                for (int k = 0; k < K; k++) met |= g->reading[AT(k)] < t->floor[c * K + k];
            else if (condition == ON_CASH) met = g->cash[x] < t->cash_floor[c];
            else met = ~met;
            met &= g->ruin[x] != g->ruin[x];
            if (any(met))
                for (int l = 0; l < VW; l++)
                    if (met[l]) activate(p, g, c, x * VW + l, week, 0);
        }
    }
}

static double open_case(const plan *p, organisation *g, int l, double time, double effort) {
    int free = 0;
    for (int team = 0; team < p->t.policies.teams[g->policy]; team++)
        if (lane(g->team_free, team, l) < lane(g->team_free, free, l)) free = team;
    double done = fmax(time, lane(g->team_free, free, l)) + p->t.policies.handling[g->policy] * effort;
    lane(g->team_free, free, l) = done;
    lane(g->busy_until, 0, l) = fmax(lane(g->busy_until, 0, l), done);
    if (done <= p->t.world.weeks) g->due[(int)ceil(done) * TILE + l] = 1;
    return done;
}

static void heed(const plan *p, organisation *g, const signal *s, int l, int week) {
    const contingencies_table *t = &p->t.contingencies;
    if (s->kind == RECOGNISED) {
        lane(g->sums, RECOGNISED_COUNT, l) += 1.0;
        lane(g->sums, RECOGNISING, l) += s->time - s->strike;
        lane(g->sums, UNDECIDED, l) += 1.0;
        lane(g->sums, UNDECIDED_TIME, l) += s->strike;
        if (p->t.policies.on_recognised[g->policy]) open_case(p, g, l, s->time, s->effort);
    }
    for (int c = 0; c < p->n.contingencies; c++) {
        if (!lists(p, g, c) || t->shock[c] != s->shock) continue;
        if (t->condition[c] == ON_SHOCK && s->kind == RECOGNISED) activate(p, g, c, l, week, 0);
        if (t->condition[c] == ON_WARNING && s->kind != RECOGNISED) activate(p, g, c, l, week, 1);
    }
}

static void heed_signals(const plan *p, organisation *g, int l, int week) {
    signals_of_lane *heard = &g->signals[l];
    for (; heard->next < heard->number && heard->all[heard->next].time < week + 1.0; heard->next++)
        heed(p, g, &heard->all[heard->next], l, week);
    lane(g->coming, 0, l) = heard->next < heard->number ? heard->all[heard->next].time : INFINITY;
}

static void look_ahead(const plan *p, int q, int week, double *ahead) {
    const objectives_table *t = &p->t.objectives;
    for (int k = 0; k < K; k++) {
        double fade = t->persistence[k], weeks = p->t.policies.horizon[q];
        if (t->has_due[k] && t->due[k] > week) weeks = t->due[k] - week;
        double kept = exp1(weeks * log1(fade));
        ahead[k] = kept;
        ahead[K + k] = fade < 1.0 ? (1.0 - fade) / (1.0 - kept) : 1.0 / weeks;
    }
}

/* Where not all fits, effort goes first where a unit of it buys most. */
static void ration(v *proposal, v *need, const v *density, int l) {
    double left = 1.0;
    for (int turn = 0; turn < K; turn++) {
        int best = -1;
        for (int k = 0; k < K; k++)
            if (need[k][l] > 0.0 && (best < 0 || density[k][l] > density[best][l])) best = k;
        if (best < 0 || left <= 0.0) break;
        proposal[best][l] = fmin(need[best][l], left);
        left -= proposal[best][l];
        need[best][l] = 0.0;
    }
}

static void propose_plan(const plan *p, const world *o, const organisation *g, const double *ahead, int x,
                         v *proposal) {
    const objectives_table *t = &p->t.objectives;
    v need[K], density[K], wanted = {};
    for (int k = 0; k < K; k++) density[k] = g->perceived[AT(k)];
    for (int k = 0; k < K; k++)
        for (whole n = t->depends_start[k]; n < t->depends_start[k + 1]; n++)
            density[t->depends_on[n]] += t->depends_exponent[n] * g->perceived[AT(k)];
    for (int k = 0; k < K; k++) {
        double target = t->target[k], kept = ahead[k], per_week = ahead[K + k];
        v level = least(g->reading[AT(k)], spread(target)), yields = o->in_full[AT(k)] * g->methods[AT(k)];
        need[k] = pick(yields > 1e-12, most(target - level * kept, spread(0.0)) * per_week / yields, spread(0.0));
        density[k] *= yields / (target * per_week);
        wanted += need[k];
    }
    mask fits = wanted <= 1.0;
    for (int k = 0; k < K; k++)
        proposal[k] = pick(fits, need[k] + (1.0 - wanted) * g->perceived[AT(k)], spread(0.0));
    for (int l = 0; l < VW; l++)
        if (!fits[l]) ration(proposal, need, density, l);
}

static void propose(const plan *p, const world *o, const organisation *g, const double *ahead, int x, v *proposal) {
    whole rule = p->t.policies.rule[g->policy];
    v total = {};
    if (rule == PLAN) return propose_plan(p, o, g, ahead, x, proposal);
    for (int k = 0; k < K; k++) {
        proposal[k] = rule == STATIC ? spread(p->t.policies.strategy[g->policy * K + k]) : g->perceived[AT(k)];
        if (rule == GAP) proposal[k] *= 1.0 - least(g->reading[AT(k)] / p->t.objectives.target[k], spread(1.0));
        total += proposal[k];
    }
    if (rule == STATIC) return;
    for (int k = 0; k < K; k++) proposal[k] = pick(total > 0.0, proposal[k] / total, g->perceived[AT(k)]);
}

static void adopt(const plan *p, organisation *g, int q, int l) {
    lane(g->opportunity, q, l) = ADOPTED;
    lane(g->methods, p->t.opportunities.objective[q], l) *= 1.0 + p->t.opportunities.gain[q];
}

/* One decision in some lanes. */
static void realign(const plan *p, const world *o, organisation *g, const double *ahead, mask who, int x, int week) {
    double stride = p->t.policies.stride[g->policy];
    v proposal[K];
    propose(p, o, g, ahead, x, proposal);
    for (int k = 0; k < K; k++) {
        v now = g->strategy[AT(k)];
        g->strategy[AT(k)] = pick(who, now + stride * (proposal[k] - now), now);
    }
    for (int q = 0; q < p->n.opportunities; q++) {
        mask found = who & (g->opportunity[AT(q)] == FOUND);
        for (int l = 0; any(found) && l < VW; l++)
            if (found[l]) adopt(p, g, q, x * VW + l);
    }
    v once = pick(who, spread(1.0), spread(0.0)), waiting = once * g->sums[AT(UNDECIDED)];
    g->sums[AT(DECISIONS)] += once;
    g->sums[AT(DECIDED)] += waiting;
    g->sums[AT(DECIDING)] += week * waiting - once * g->sums[AT(UNDECIDED_TIME)];
    g->sums[AT(UNDECIDED)] -= waiting;
    g->sums[AT(UNDECIDED_TIME)] = pick(who, spread(0.0), g->sums[AT(UNDECIDED_TIME)]);
}

/* The strategy that units hear: the mean of what active contingencies say, else leadership's own. */
static void publish(const plan *p, organisation *g, mask who, int x, int week) {
    const contingencies_table *t = &p->t.contingencies;
    v speaking = {}, said[K] = {}, distance = {};
    for (int c = 0; c < p->n.contingencies; c++) {
        if (!t->has_strategy[c] || !lists(p, g, c)) continue;
        v says = pick(acts(g, c, x, week), spread(1.0), spread(0.0));
        speaking += says;
        for (int k = 0; k < K; k++) said[k] += says * t->strategy[c * K + k];
    }
    mask speaks = speaking > 0.0;
    for (int k = 0; k < K; k++) {
        v before = g->published[AT(k)], now = pick(speaks, said[k] / speaking, g->strategy[AT(k)]);
        now = pick(who, now, before);
        distance += 0.5 * magnitude(now - before);
        g->published[AT(k)] = now;
    }
    g->spoken[x] = pick(who, pick(speaks, spread(1.0), spread(0.0)), g->spoken[x]);
    v cost = p->t.organisation.realigning_cost * distance;
    g->bill[x] += cost;
    g->sums[AT(REALIGNING)] += cost;
}

HOT mask speaking_now(const plan *p, const organisation *g, int x, int week) {
    mask speaks = g->spoken[x] > 0.0;
    for (int c = 0; c < p->n.contingencies; c++)
        if (p->t.contingencies.has_strategy[c] && lists(p, g, c)) speaks |= acts(g, c, x, week);
    return speaks;
}

static void decide(const plan *p, const world *o, organisation *g, const week_of *here, uint64_t seed, int week,
                   int alarmed) {
    const policies_table *t = &p->t.policies;
    int q = g->policy, every = (int)t->review_every[q], since = week - (int)t->latency[q] - (int)t->review_origin[q];
    int reviewing = every > 0 && since > 0 && since % every == 0, looked = 0;
    double ahead[2 * K];
    const uint8_t *due = g->due + week * TILE;
    close_accounts(p, g, week);
    EACH {
        mask lives = g->ruin[x] != g->ruin[x], speaks = speaking_now(p, g, x, week) & lives, deciding = {};
        for (int l = 0; l < VW; l++) deciding[l] = -(int64_t)(reviewing | due[x * VW + l]);
        deciding &= lives;
        if (any(deciding)) {
            if (!looked) look_ahead(p, q, week, ahead);
            looked = 1;
            realign(p, o, g, ahead, deciding, x, week);
        }
        if (any(deciding | speaks)) publish(p, g, deciding | speaks, x, week);
        mask hears = lives & (g->coming[x] < week + 1.0);
        for (int l = 0; any(hears) && l < VW; l++)
            if (hears[l]) heed_signals(p, g, x * VW + l, week);
        for (int l = 0; alarmed && l < VW; l++) {
            int at = x * VW + l;
            if (!lives[l] || lane(here->alarm, 0, at) == 0.0) continue;
            double effort = exponential(seed, o->keys[x][l], p->t.world.alarm_stream, week, 0);
            lane(g->alarm_until, 0, at) = open_case(p, g, at, week + 1.0, effort);
        }
    }
    heed_conditions(p, g, week);
}
