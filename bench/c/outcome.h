/* Steps 4 and 5, outcome and sense: levels, value and cash; what leadership reads and perceives, and its detectors. */

static void advance_levels(const plan *p, const world *o, organisation *g, const week_of *here, int week) {
    const objectives_table *t = &p->t.objectives;
    EACH {
        v alive = g->alive[x], everything = {}, wasted = {}, astray = {};
        mask living = alive > 0.0;
        for (int k = 0; k < K; k++) {
            v before = g->level[AT(k)], made = here->output[AT(k)], effort = here->total[AT(k)];
            v now = before * t->persistence[k] + made;
            v above = least(most(now - t->target[k], spread(0.0)) / most(made, spread(TINY)), spread(1.0));
            wasted += effort * above;
            everything += effort;
            now = pick(living, now, before);
            g->level[AT(k)] = now;
            if (week <= t->due[k])
                g->hit[AT(k)] = pick((now >= t->target[k]) & living, spread(1.0), g->hit[AT(k)]);
        }
        v each = 1.0 / most(everything, spread(TINY));
        for (int k = 0; k < K; k++) astray += magnitude(here->total[AT(k)] * each - o->priority[AT(k)]);
        g->sums[AT(WASTED)] += alive * wasted * each;
        g->sums[AT(MISDIRECTED)] += alive * 0.5 * astray;
    }
}

/* Attainments times those of what they depend on, weighted, times demand. */
HOT v rate_value(const plan *p, const v *level, const v *weight, v demand, int x) {
    const objectives_table *t = &p->t.objectives;
    v attained[K], logs[K], total = {};
    for (int k = 0; k < K; k++) {
        attained[k] = least(most(level[AT(k)] / t->target[k], spread(0.0)), spread(1.0));
        logs[k] = t->supports[k] ? log_of(attained[k]) : spread(0.0);
    }
    for (int k = 0; k < K; k++) {
        v each = attained[k];
        if (t->depends_start[k] < t->depends_start[k + 1]) {
            v power = {};
            for (whole n = t->depends_start[k]; n < t->depends_start[k + 1]; n++)
                power += t->depends_exponent[n] * logs[t->depends_on[n]];
            each *= exp_of(power);
            each = pick(each > NOTHING, each, spread(0.0));
        }
        total += weight[AT(k)] * each;
    }
    return total * demand;
}

static void reckon(const plan *p, const world *o, organisation *g, week_of *here, int week) {
    const organisation_table *t = &p->t.organisation;
    const contingencies_table *c = &p->t.contingencies;
    double running = t->fixed_cost + p->t.policies.monitoring_cost[g->policy];
    for (int at = 0; at < p->n.contingencies; at++) running += lists(p, g, at) ? c->upkeep[at] : 0.0;
    EACH {
        v rate = rate_value(p, g->level, o->priority, o->demand[x], x) * g->alive[x], credit = spread(t->credit);
        for (int at = 0; at < p->n.contingencies; at++)
            if (c->credit[at] > 0.0 && lists(p, g, at))
                credit += pick(acts(g, at, x, week), spread(c->credit[at]), spread(0.0));
        v before = g->cash[x], now = before + t->revenue * rate - t->wage * here->wages[x] - running - g->bill[x];
        mask living = g->alive[x] > 0.0;
        now = pick(living, now, before);
        here->value[x] = rate;
        g->cash[x] = now;
        g->bill[x] = spread(0.0);
        g->lowest[x] = least(g->lowest[x], now);
        g->ruin[x] = pick(living & (now < -credit), spread(week), g->ruin[x]);
    }
}

static void read_levels(const plan *p, const world *o, organisation *g, int week) {
    const objectives_table *t = &p->t.objectives;
    int rooms = p->n.past, now = week % rooms;
    for (int k = 0; k < K; k++) {
        int then = (int)((week + rooms - t->kpi_lag[k]) % rooms);
        EACH {
            g->past[AT(now * K + k)] = g->level[AT(k)];
            v seen = g->past[AT(then * K + k)] * (1.0 + t->kpi_noise[k] * o->noise_read[AT(k)]);
            g->reading[AT(k)] = most(seen, spread(0.0));
        }
    }
}

static void perceive(const plan *p, const world *o, organisation *g) {
    const organisation_table *t = &p->t.organisation;
    double monitoring = p->t.policies.monitoring[g->policy];
    if (monitoring == 0.0) return;
    double noise = t->perception_noise / sqrt(monitoring), pace = t->perceived_pace;
    EACH {
        v seen[K], total = {};
        for (int k = 0; k < K; k++) seen[k] = noise * o->noise_seen[AT(k)];
        exp_all(seen, K);
        for (int k = 0; k < K; k++) {
            seen[k] *= o->priority[AT(k)] * t->perception_bias[k];
            total += seen[k];
        }
        mask some = total > 0.0;
        total = 1.0 / total;
        for (int k = 0; k < K; k++) {
            v before = g->perceived[AT(k)];
            g->perceived[AT(k)] = before + pace * (pick(some, seen[k] * total, before) - before);
        }
    }
}

/* The detector on perceived value; alarms into here->alarm. Returns whether any was raised. */
static int detect(const plan *p, const world *o, organisation *g, week_of *here, int week) {
    const policies_table *t = &p->t.policies;
    int q = g->policy, cusum = t->trigger[q] == 1, some = 0;
    double weight = t->weight[q], threshold = t->threshold[q], pace = t->baseline_pace[q];
    double limit = threshold * sqrt(weight / (2.0 - weight));
    EACH {
        v off = rate_value(p, g->reading, g->perceived, o->demand[x], x) - g->mean[x], spreads = g->variance[x];
        v z = off / root(most(spreads, spread(1e-24))), statistic = g->detector[x];
        g->mean[x] += pace * off;
        g->variance[x] = spreads + pace * (off * off - spreads);
        mask raised;
        if (cusum) {
            statistic = most(statistic - z - t->allowance[q], spread(0.0));
            raised = statistic > threshold;
        } else {
            statistic = (1.0 - weight) * statistic + weight * z;
            raised = statistic < -limit;
        }
        g->detector[x] = pick(raised, spread(0.0), statistic);
        raised &= (g->alive[x] > 0.0) & (g->alarm_until[x] <= week + 1.0);
        here->alarm[x] = pick(raised, spread(1.0), spread(0.0));
        some |= any(raised);
    }
    return some;
}
