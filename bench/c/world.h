/* Step 1, world: what a week is like for everybody, drawn once for all policies. */

/* Felt effects: fade what was felt, add this week's arrivals; those of fixed duration are the sum over recent ones. */
static void add_felt(const plan *p, world *o, int l, const arrival *a, int e) {
    const effects_table *f = &p->t.effects;
    double amount = f->size[e] * a->severity;
    o->felt_any[e] = 1;
    if (f->one[e] < 0) lane(o->felt, e, l) += amount;
    else if (a->unit >= 0) lane(o->felt_one, f->one[e] * p->n.units + a->unit, l) += amount;
}

static void fade(const plan *p, world *o, int e) {
    const effects_table *f = &p->t.effects;
    double keep = f->lasts[e] == 0.0 ? f->persistence[e] : 0.0;
    int begin = f->one[e] < 0 ? e : (int)f->one[e] * p->n.units, number = f->one[e] < 0 ? 1 : p->n.units, left = 0;
    v *felt = f->one[e] < 0 ? o->felt : o->felt_one;
    for (int i = begin; i < begin + number; i++) EACH {
        felt[AT(i)] *= keep;
        left |= any(felt[AT(i)] != 0.0);
    }
    o->felt_any[e] = left != 0;
}

static void feel(const plan *p, world *o, int week) {
    const effects_table *f = &p->t.effects;
    o->struck = 0;
    for (int e = 0; e < p->n.effects; e++)
        if (o->felt_any[e]) fade(p, o, e);
    for (int l = 0; l < TILE; l++) {
        const arrivals_of_lane *came = &o->arrivals[l];
        for (int at = came->next; at < came->number && came->all[at].week == week; at++) {
            int shock = came->all[at].shock;
            o->struck = 1;
            for (whole e = f->start[shock]; e < f->start[shock + 1]; e++)
                if (f->kind[e] <= DEMAND && f->lasts[e] == 0.0) add_felt(p, o, l, &came->all[at], (int)e);
        }
    }
    for (int e = 0; e < p->n.effects; e++) {
        if (f->lasts[e] == 0.0) continue;
        for (int l = 0; l < TILE; l++) {
            const arrivals_of_lane *came = &o->arrivals[l];
            int at = came->next;
            while (at < came->number && came->all[at].week == week) at++;
            for (at--; at >= 0 && week - came->all[at].week < f->lasts[e]; at--)
                if (came->all[at].shock == f->shock[e]) add_felt(p, o, l, &came->all[at], e);
        }
    }
}

static void pass_arrivals(world *o, int week) {
    for (int l = 0; l < TILE; l++) {
        arrivals_of_lane *came = &o->arrivals[l];
        while (came->next < came->number && came->all[came->next].week == week) came->next++;
    }
}

static void drift(const plan *p, uint64_t seed, world *o, int week) {
    const world_table *t = &p->t.world;
    const effects_table *f = &p->t.effects;
    for (int l = 0; l < TILE; l++) o->volatility[l] = t->regime_volatility[o->regime[week * TILE + l]];
    EACH {
        v unrest = *(v *)(o->volatility + x * VW), demand, priority[K], total = {}, square = {};
        if (t->demand_volatility > 0.0) {
            v xi;
            normals(seed, o->keys[x], t->demand_stream, week, &xi, 1);
            o->wandered[x] = t->demand_persistence * o->wandered[x] + t->demand_volatility * unrest * xi;
        }
        demand = o->wandered[x];
        for (int k = 0; k < K; k++) {
            v drawn[4];
            normals(seed, o->keys[x], t->objective_stream[k], week, drawn, 4);
            o->noise_seen[AT(k)] = drawn[1], o->noise_read[AT(k)] = drawn[2], o->noise_made[AT(k)] = drawn[3];
            v step = t->priority_volatility * unrest * drawn[0];
            o->drifted[AT(k)] = t->priority_persistence * o->drifted[AT(k)] + step;
            priority[k] = o->drifted[AT(k)];
        }
        for (int e = 0; e < p->n.effects; e++) {
            if (!o->felt_any[e]) continue;
            if (f->kind[e] == DEMAND) demand += o->felt[AT(e)];
            if (f->kind[e] == PRIORITY)
                for (int k = 0; k < K; k++) priority[k] += o->felt[AT(e)] * f->objective[e * K + k];
        }
        o->demand[x] = exp_of(demand);
        exp_all(priority, K);
        for (int k = 0; k < K; k++) {
            priority[k] *= t->priority[k];
            total += priority[k];
        }
        for (int k = 0; k < K; k++) {
            v w = priority[k] / total;
            o->priority[AT(k)] = w;
            square += w * w;
        }
        o->priority_length[x] = inverse_root(square);
    }
}

/* Weights of what units hear, from above and beside, given who is there; resistance is in them. */
static void weigh_voices(const plan *p, world *o) {
    const units_table *u = &p->t.units;
    double tau = p->t.organisation.superior;
    for (int i = 0; i < p->n.units; i++) EACH {
        v weight = {};
        for (whole n = u->peer_start[i]; n < u->peer_start[i + 1]; n++)
            weight += o->there[OF(u->peer[n])] * u->peer_weight[n];
        mask some = weight > 0.0;
        o->trust[OF(i)] = (1.0 - u->resistance[i]) * pick(some, spread(tau), spread(1.0));
        o->share[OF(i)] = (1.0 - u->resistance[i]) * pick(some, (1.0 - tau) / most(weight, spread(TINY)), spread(0.0));
    }
}

static void combine_all(const plan *p, const v *effort, const v *total, v *out);

/* Weekly output of each objective if all worked on it. */
static void yield_in_full(const plan *p, world *o, week_of *here) {
    const units_table *u = &p->t.units;
    int F = p->n.functions;
    EACH {
        v *effort = here->effort + x * K * F, total[K] = {};
        for (int n = 0; n < K * F; n++) effort[n] = spread(0.0);
        for (int i = 0; i < p->n.units; i++)
            for (int k = 0; k < K; k++) {
                v each = o->people[OF(i)] * u->skill[i * K + k];
                effort[u->function[i] * K + k] += each;
                total[k] += each;
            }
        for (int k = 0; k < K; k++) here->total[AT(k)] = total[k];
    }
    combine_all(p, here->effort, here->total, o->in_full);
    for (int k = 0; k < K; k++) EACH o->in_full[AT(k)] *= p->t.objectives.gain[k];
}

static void count_people(const plan *p, world *o, week_of *here, int week) {
    const units_table *u = &p->t.units;
    o->everybody = 1;
    EACH {
        v all = {};
        for (int i = 0; i < p->n.units; i++) {
            v joined = o->joined[AT(i)];
            mask in = joined <= (double)week;
            v people = pick(in, u->people[i] + u->growth[i] * (week - joined), spread(0.0));
            mask there = people > 0.0;
            o->people[OF(i)] = people;
            o->there[OF(i)] = pick(there, spread(1.0), spread(0.0));
            o->everybody &= !any(people <= 0.0);
            all += people;
            if (u->growth[i] > 0.0)
                o->grown[OF(i)] = pick(there & (joined < (double)week), u->growth[i] / people, spread(0.0));
        }
        o->people_in_all[x] = 1.0 / most(all, spread(TINY));
    }
    weigh_voices(p, o);
    yield_in_full(p, o, here);
}

/* The noise of each step of the cascade, as felt through what plans let through. */
static void feel_unclarity(const plan *p, const world *o, const v *unabsorbed, v *out) {
    const effects_table *f = &p->t.effects;
    EACH {
        v noise = spread(p->t.organisation.clarity_noise);
        for (int e = 0; e < p->n.effects; e++)
            if (f->kind[e] == CLARITY && o->felt_any[e])
                noise += unabsorbed ? o->felt[AT(e)] * unabsorbed[AT(f->shock[e])] : o->felt[AT(e)];
        out[x] = noise;
    }
}

static int how_unclear(const plan *p, const world *o) {
    int found = p->t.organisation.clarity_noise > 0.0;
    for (int e = 0; e < p->n.effects; e++)
        if (p->t.effects.kind[e] == CLARITY && o->felt_any[e]) return 2;
    return found;
}

static void spread_garbling(const plan *p, const world *o, const v *noise, v *out) {
    EACH for (int i = 0; i < p->n.units; i++) {
        v *to = out + OF_K(i), *normal = o->garble + OF_K(i);
        for (int k = 0; k < K; k++) to[k] = noise[x] * normal[k];
        exp_all(to, K);
    }
}

static __attribute__((noinline)) void draw_garbling(const plan *p, uint64_t seed, world *o, int week) {
    EACH for (int i = 0; i < p->n.units; i++) {
        v drawn[K], *kept = o->garble + OF_K(i), *to = o->garbled + OF_K(i);
        normals(seed, o->keys[x], p->t.units.garble_stream[i], week, drawn, K);
        for (int k = 0; k < K; k++) {
            kept[k] = drawn[k];
            drawn[k] *= o->garbling[x];
        }
        exp_all(drawn, K);
        for (int k = 0; k < K; k++) to[k] = drawn[k];
    }
}

/* What each unit sees of the true priorities with its own eyes. */
static __attribute__((noinline)) void draw_sensing(const plan *p, uint64_t seed, world *o, int week) {
    EACH for (int i = 0; i < p->n.units; i++) {
        double noise = p->t.units.sensing_noise[i];
        v seen[K], total = {}, *to = o->sensed + OF_K(i);
        if (noise == 0.0) { /* its draws would change nothing */
            for (int k = 0; k < K; k++) to[k] = o->priority[AT(k)];
            continue;
        }
        normals(seed, o->keys[x], p->t.units.sense_stream[i], week, seen, K);
        for (int k = 0; k < K; k++) seen[k] *= noise;
        exp_all(seen, K);
        for (int k = 0; k < K; k++) {
            seen[k] *= o->priority[AT(k)];
            total += seen[k];
        }
        total = 1.0 / total;
        for (int k = 0; k < K; k++) to[k] = seen[k] * total;
    }
}

static void draw_findings(const plan *p, uint64_t seed, world *o, int week) {
    for (int q = 0; q < p->n.opportunities; q++) EACH {
        four_words drawn = philox(seed, o->keys[x], p->t.opportunities.stream[q], week, 0);
        words *to = o->finding + AT(q * 4);
        to[0] = drawn.a, to[PER] = drawn.b, to[2 * PER] = drawn.c, to[3 * PER] = drawn.d;
    }
}

/* Capacity and productivity that are lost, as felt through what plans let through. */
static int feel_capacity(const plan *p, const world *o, const v *unabsorbed, v *lost) {
    const effects_table *f = &p->t.effects;
    int N = p->n.units, some = 0;
    for (int e = 0; e < p->n.effects; e++) {
        if (f->kind[e] != CAPACITY || !o->felt_any[e]) continue;
        if (!some) memset(lost, 0, sizeof(v) * PER * N);
        some = 1;
        for (int i = 0; i < N; i++) EACH {
            v through = unabsorbed ? unabsorbed[AT(f->shock[e])] : spread(1.0);
            if (f->one[e] >= 0) lost[OF(i)] += o->felt_one[AT(f->one[e] * N + i)] * through;
            else if (f->unit[e * N + i] > 0.0) lost[OF(i)] += o->felt[AT(e)] * through;
        }
    }
    for (int i = 0; some && i < N; i++) EACH lost[OF(i)] = least(lost[OF(i)], spread(1.0));
    return some;
}

static void feel_productivity(const plan *p, const world *o, const v *unabsorbed, v *productive) {
    const effects_table *f = &p->t.effects;
    for (int k = 0; k < K; k++) EACH {
        v left = spread(1.0);
        for (int e = 0; e < p->n.effects; e++)
            if (f->kind[e] == PRODUCTIVITY && o->felt_any[e] && f->objective[e * K + k] > 0.0)
                left -= unabsorbed ? o->felt[AT(e)] * unabsorbed[AT(f->shock[e])] : o->felt[AT(e)];
        productive[AT(k)] = most(left, spread(0.0));
    }
}
