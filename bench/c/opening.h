/* Memory of a thread, the plan as loops like it, and the state before week 0. */

static void fill(v *a, int item, double value) { EACH a[AT(item)] = spread(value); }

static void fill_unit(const plan *p, v *a, int i, double value) { EACH a[OF(i)] = spread(value); }

static void lay_world(const plan *p, world *o, arena *from) {
    const sizes *n = &p->n;
    int N = n->units;
    o->keys = (words *)take_lanes(from, 1);
    v **of_k[] = {&o->noise_priority, &o->noise_seen, &o->noise_read, &o->noise_made, &o->drifted, &o->priority,
                  &o->in_full, &o->productive};
    v **of_n[] = {&o->people, &o->there, &o->trust, &o->share, &o->grown, &o->joined, &o->lost};
    v **of_one[] = {&o->priority_length, &o->wandered, &o->demand, &o->people_in_all, &o->garbling};
    v **of_beliefs[] = {&o->garble, &o->garbled, &o->sensed};
    for (size_t a = 0; a < sizeof of_k / sizeof *of_k; a++) *of_k[a] = take_lanes(from, K);
    for (size_t a = 0; a < sizeof of_n / sizeof *of_n; a++) *of_n[a] = take_lanes(from, N);
    for (size_t a = 0; a < sizeof of_one / sizeof *of_one; a++) *of_one[a] = take_lanes(from, 1);
    for (size_t a = 0; a < sizeof of_beliefs / sizeof *of_beliefs; a++) *of_beliefs[a] = take_lanes(from, N * K);
    o->felt = take_lanes(from, n->effects);
    o->felt_one = take_lanes(from, n->effects_on_one * N);
    o->finding = (words *)take_lanes(from, 4 * n->opportunities);
    o->felt_any = take(from, n->effects);
    o->first = take(from, n->shocks * TILE * sizeof(whole));
    o->regime = take(from, p->t.world.weeks * TILE * sizeof(whole));
}

static void lay_organisation(const plan *p, organisation *g, arena *from) {
    const sizes *n = &p->n;
    v **of_k[] = {&g->level, &g->methods, &g->reading, &g->perceived, &g->strategy, &g->published, &g->hit};
    v **of_n[] = {&g->proficiency, &g->engagement, &g->moved, &g->length};
    v **of_beliefs[] = {&g->belief, &g->before, &g->allocation, &g->automated};
    v **of_one[] = {&g->cash, &g->bill, &g->lowest, &g->alive, &g->ruin, &g->mean, &g->variance, &g->detector,
                    &g->alarm_until, &g->busy_until, &g->cohesion, &g->spoken, &g->coming};
    v **of_plans[] = {&g->active_from, &g->active_until, &g->vain};
    for (size_t a = 0; a < sizeof of_beliefs / sizeof *of_beliefs; a++) *of_beliefs[a] = take_lanes(from, n->units * K);
    for (size_t a = 0; a < sizeof of_n / sizeof *of_n; a++) *of_n[a] = take_lanes(from, n->units);
    for (size_t a = 0; a < sizeof of_k / sizeof *of_k; a++) *of_k[a] = take_lanes(from, K);
    for (size_t a = 0; a < sizeof of_one / sizeof *of_one; a++) *of_one[a] = take_lanes(from, 1);
    for (size_t a = 0; a < sizeof of_plans / sizeof *of_plans; a++) *of_plans[a] = take_lanes(from, n->contingencies);
    g->past = take_lanes(from, n->past * K);
    g->team_free = take_lanes(from, n->teams);
    g->opportunity = take_lanes(from, n->opportunities);
    g->opened = take_lanes(from, n->opportunities);
    g->sums = take_lanes(from, SUMS);
    g->due = take(from, (p->t.world.weeks + 1) * TILE);
}

static void lay_week(const plan *p, week_of *here, arena *from) {
    const sizes *n = &p->n;
    v **of_k[] = {&here->productive, &here->total, &here->automatic, &here->output, &here->attained, &here->logs};
    v **of_one[] = {&here->garbling, &here->value, &here->wages, &here->responding, &here->left, &here->alarm,
                    &here->strategic, &here->believed, &here->engaged, &here->churn};
    for (size_t a = 0; a < sizeof of_k / sizeof *of_k; a++) *of_k[a] = take_lanes(from, K);
    for (size_t a = 0; a < sizeof of_one / sizeof *of_one; a++) *of_one[a] = take_lanes(from, 1);
    here->unabsorbed = take_lanes(from, n->shocks);
    here->lost = take_lanes(from, n->units);
    here->present = take_lanes(from, n->units);
    here->garbled = take_lanes(from, n->units * K);
    here->circle = take_lanes(from, n->units * K);
    here->along = take_lanes(from, K * K);
    here->effort = take_lanes(from, K * n->functions);
}

static void open_world(const plan *p, world *o) {
    memset(o->felt, 0, sizeof(v) * PER * p->n.effects);
    memset(o->felt_one, 0, sizeof(v) * PER * p->n.effects_on_one * p->n.units);
    memset(o->felt_any, 0, p->n.effects);
    for (int k = 0; k < K; k++) fill(o->drifted, k, 0.0);
    fill(o->wandered, 0, 0.0);
    o->everybody = o->struck = 0;
}

/* Priorities as leadership sees them before any noise. */
static void biased(const plan *p, double *out) {
    double total = 0.0;
    for (int k = 0; k < K; k++) total += p->t.world.priority[k] * p->t.organisation.perception_bias[k];
    for (int k = 0; k < K; k++)
        out[k] = total > 0.0 ? p->t.world.priority[k] * p->t.organisation.perception_bias[k] / total
                             : p->t.world.priority[k];
}

static void open_plans(const plan *p, organisation *g) {
    const contingencies_table *c = &p->t.contingencies;
    double bill = 0.0, active = 0.0;
    for (int at = 0; at < p->n.contingencies; at++) {
        int acting = c->week[at] == 0 && c->condition[at] == ON_WEEK && lists(p, g, at);
        fill(g->active_from, at, acting ? c->after[at] : -1.0);
        fill(g->active_until, at, acting ? c->after[at] + c->lasts[at] : -1.0);
        fill(g->vain, at, 0.0);
        bill += acting ? c->cost[at] : 0.0;
        active += acting;
    }
    fill(g->bill, 0, bill);
    fill(g->sums, ACTIVATIONS, active);
}

static void open_organisation(const plan *p, organisation *g) {
    const objectives_table *t = &p->t.objectives;
    const units_table *u = &p->t.units;
    int q = g->policy;
    double seen[K], sd = p->t.policies.baseline_sd[q];
    biased(p, seen);
    memset(g->sums, 0, sizeof(v) * PER * SUMS);
    memset(g->due, 0, (p->t.world.weeks + 1) * TILE);
    for (int i = 0; i < p->n.units; i++) {
        double square = 0.0;
        for (int k = 0; k < K; k++) {
            EACH {
                g->belief[OF_K(i) + k] = spread(u->belief[i * K + k]);
                g->allocation[OF_K(i) + k] = g->automated[OF_K(i) + k] = spread(u->allocation[i * K + k]);
            }
            square += u->belief[i * K + k] * u->belief[i * K + k];
        }
        fill_unit(p, g->length, i, 1.0 / sqrt(square)), fill_unit(p, g->moved, i, 0.0);
        fill_unit(p, g->proficiency, i, 1.0), fill_unit(p, g->engagement, i, 1.0);
    }
    for (int k = 0; k < K; k++) {
        fill(g->level, k, t->start[k]), fill(g->reading, k, t->start[k]), fill(g->methods, k, 1.0);
        fill(g->perceived, k, seen[k]);
        fill(g->strategy, k, p->t.policies.strategy[q * K + k]);
        fill(g->published, k, p->t.policies.strategy[q * K + k]);
        fill(g->hit, k, t->start[k] >= t->target[k]);
        for (int h = 0; h < p->n.past; h++) fill(g->past, h * K + k, t->start[k]);
    }
    v *zero[] = {g->detector, g->alarm_until, g->busy_until, g->spoken};
    for (size_t a = 0; a < sizeof zero / sizeof *zero; a++) fill(zero[a], 0, 0.0);
    for (int team = 0; team < p->n.teams; team++) fill(g->team_free, team, 0.0);
    for (int a = 0; a < p->n.opportunities; a++) {
        fill(g->opportunity, a, p->t.opportunities.opened_by[a] < 0 ? OPEN : HIDDEN);
        fill(g->opened, a, 0.0);
    }
    fill(g->cash, 0, p->t.organisation.cash), fill(g->lowest, 0, p->t.organisation.cash);
    fill(g->alive, 0, 1.0), fill(g->cohesion, 0, 1.0), fill(g->ruin, 0, NAN);
    fill(g->variance, 0, sd * sd);
    EACH g->mean[x] = rate_value(p, g->level, g->perceived, spread(1.0), x);
    open_plans(p, g);
}

/* The plan as loops like it; what it takes is given back by `forget`. */
static plan prepare(const tables *t, const sizes *n) {
    plan p = {.t = *t, .n = *n};
    const units_table *u = &t->units;
    int N = n->units, all_there = 1;
    p.manual = malloc(3 * N * K * sizeof(double));
    p.machine = p.manual + N * K, p.kept = p.machine + N * K;
    p.able = malloc(N);
    p.helped = calloc(n->policies, N);
    for (int q = 0; q < n->policies; q++)
        for (int c = 0; c < n->contingencies; c++)
            for (int i = 0; i < N; i++)
                p.helped[q * N + i] |= t->policies.lists[q * n->contingencies + c]
                                       && t->contingencies.people[c * N + i] > 0.0;
    for (int i = 0; i < N; i++) {
        p.able[i] = 1;
        all_there &= u->join_shock[i] < 0 && u->join_week[i] == 0;
        p.changes |= u->growth[i] > 0.0;
        for (int k = 0; k < K; k++) {
            double skill = u->skill[i * K + k];
            p.able[i] &= skill > 0.0;
            p.manual[i * K + k] = skill * (1.0 - u->automation[i]);
            p.machine[i * K + k] = skill * u->automation[i];
            p.kept[i * K + k] = u->resistance[i] * u->belief[i * K + k];
        }
    }
    p.changes |= !all_there;
    p.explores = n->opportunities > 0;
    for (int q = 0; q < n->policies; q++) p.senses |= t->policies.autonomy[q] > 0.0;
    p.engages = t->organisation.churn > 0.0 || t->organisation.overload > 0.0 || t->organisation.disagreement > 0.0;
    find_circles(&p);
    return p;
}

static void forget(plan *p) {
    free(p->helped), free(p->manual), free(p->able);
    free(p->circle_of), free(p->circle_start), free(p->circle_member);
}
