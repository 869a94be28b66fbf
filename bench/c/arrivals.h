/* Step 1, arrivals and signals: what strikes a tile's futures, and when each policy hears of it. Scalar: it is rare. */

static int poisson(double u, double mean) {
    double p = exp1(-mean), cumulated = p;
    int n = 0;
    while (u > cumulated && n < 4000) {
        n++;
        p *= mean / n;
        cumulated += p;
    }
    return n;
}

static double triangular(double u, double low, double mode, double high) {
    double width = high - low;
    if (width <= 0.0) return low;
    if (u < (mode - low) / width) return low + sqrt(u * width * (mode - low));
    return high - sqrt((1.0 - u) * width * (high - mode));
}

static double severity(const shocks_table *s, int shock, double u) {
    const double *parameter = s->severity_parameter + 3 * shock, a = parameter[0], b = parameter[1], c = parameter[2];
    double x;
    switch (s->severity_kind[shock]) {
    case 0: x = a; break;
    case 1: x = a + u * (b - a); break;
    case 2: x = triangular(u, a, b, c); break;
    case 3: x = a * exp1(b * normal_quantile(u)); break;
    case 4: x = -a * log1(1.0 - u); break;
    case 5: x = a * exp1(-log1(1.0 - u) / b); break;
    case 6: x = c == 0.0 ? a - b * log1(1.0 - u) : a + b * (exp1(-c * log1(1.0 - u)) - 1.0) / c; break;
    default: {
        whole first = s->empirical_start[shock], number = s->empirical_start[shock + 1] - first,
            at = (whole)(u * number);
        x = s->empirical_value[first + (at < number - 1 ? at : number - 1)];
    }
    }
    return fmin(fmax(x, 0.0), s->severity_cap[shock]);
}

static void arrive(const plan *p, uint64_t seed, uint64_t key, arrivals_of_lane *to, int week, int shock, int address,
                   double forced) {
    if (to->number == to->room) {
        to->room = to->room ? 2 * to->room : 32;
        to->all = realloc(to->all, to->room * sizeof(arrival));
    }
    const shocks_table *s = &p->t.shocks;
    const uint64_t *stream = s->stream + PURPOSES * shock;
    double moment = uniforms(seed, key, stream[MOMENT], week, address).first, size = forced;
    if (isnan(forced)) size = severity(s, shock, uniforms(seed, key, stream[SEVERITY], week, address).first);
    int at = to->number++;
    while (at > 0 && to->all[at - 1].week == week && to->all[at - 1].time > week + moment) {
        to->all[at] = to->all[at - 1];
        at--;
    }
    to->all[at] = (arrival){week, shock, address, -1, week + moment, size};
}

static void arrive_as_dated(const plan *p, uint64_t seed, uint64_t key, arrivals_of_lane *to, int week, int shock) {
    const shocks_table *s = &p->t.shocks;
    int index = SCHEDULED;
    for (whole n = s->scheduled_start[shock]; n < s->scheduled_start[shock + 1]; n++)
        if (s->scheduled_week[n] == week) arrive(p, seed, key, to, week, shock, index++, NAN);
    index = FORCED;
    for (whole n = s->forced_start[shock]; n < s->forced_start[shock + 1]; n++)
        if (s->forced_week[n] == week) arrive(p, seed, key, to, week, shock, index++, s->forced_severity[n]);
}

static int is_dated(const shocks_table *s, int shock, int week) {
    for (whole n = s->scheduled_start[shock]; n < s->scheduled_start[shock + 1]; n++)
        if (s->scheduled_week[n] == week) return 1;
    for (whole n = s->forced_start[shock]; n < s->forced_start[shock + 1]; n++)
        if (s->forced_week[n] == week) return 1;
    return 0;
}

/* A unit at random by people among those present. */
static int hit_unit(const plan *p, const world *o, int l, int week, double u) {
    const units_table *units = &p->t.units;
    double total = 0.0, mark;
    int last = -1;
    for (int i = 0; i < p->n.units; i++)
        if (lane(o->joined, i, l) <= week)
            total += units->people[i] + units->growth[i] * (week - lane(o->joined, i, l));
    mark = u * total;
    for (int i = 0; i < p->n.units; i++)
        if (lane(o->joined, i, l) <= week) {
            last = i;
            mark -= units->people[i] + units->growth[i] * (week - lane(o->joined, i, l));
            if (mark < 0.0) break;
        }
    return last;
}

/* What the arrivals of a week entail: who joins, who is hit, what they bring on later. */
static void settle(const plan *p, uint64_t seed, uint64_t key, world *o, int l, int week, int begin, uint8_t *caused) {
    const shocks_table *s = &p->t.shocks;
    arrivals_of_lane *lane_of = &o->arrivals[l];
    for (int at = begin; at < lane_of->number; at++) {
        int shock = lane_of->all[at].shock;
        if (o->first[shock * TILE + l] != NEVER) continue;
        o->first[shock * TILE + l] = week;
        for (int i = 0; i < p->n.units; i++)
            if (p->t.units.join_shock[i] == shock) lane(o->joined, i, l) = week;
    }
    for (int at = begin; at < lane_of->number; at++) {
        arrival *a = &lane_of->all[at];
        double u = uniforms(seed, key, s->stream[PURPOSES * a->shock + MOMENT], week, a->address).second;
        a->unit = hit_unit(p, o, l, week, u);
        for (whole c = s->cause_start[a->shock]; c < s->cause_start[a->shock + 1]; c++) {
            whole due = week + s->cause_delay[c];
            u = uniforms(seed, key, s->cause_stream[c], week, a->address).first;
            if (due < p->t.world.weeks && u < s->cause_chance[c])
                caused[(s->cause_shock[c] * p->t.world.weeks + due) * TILE + l]++;
        }
    }
}

static void open_arrivals(const plan *p, uint64_t seed, world *o, v *once) {
    const shocks_table *s = &p->t.shocks;
    whole weeks = p->t.world.weeks;
    for (int l = 0; l < TILE; l++) {
        o->arrivals[l].number = o->arrivals[l].next = 0;
        for (int i = 0; i < p->n.units; i++) lane(o->joined, i, l) = p->t.units.join_week[i];
        for (int shock = 0; shock < p->n.shocks; shock++) {
            o->first[shock * TILE + l] = NEVER;
            lane(once, shock, l) = NEVER;
            if (s->chance[shock] > 0.0) {
                two u = uniforms(seed, ((uint64_t *)o->keys)[l], s->stream[PURPOSES * shock + ONCE], 0, 0);
                whole when = (whole)(u.second * weeks);
                if (u.first < s->chance[shock]) lane(once, shock, l) = when < weeks - 1 ? when : weeks - 1;
            }
        }
    }
}

static void change_regimes(const plan *p, uint64_t seed, world *o, int week, int *now) {
    const world_table *t = &p->t.world;
    int R = p->n.regimes;
    EACH {
        four_words drawn = philox(seed, o->keys[x], t->regime_stream, week, 0);
        v leaves = uniform_of(drawn.a, drawn.b), where = uniform_of(drawn.c, drawn.d);
        for (int l = 0; l < VW; l++) {
            int *at = now + x * VW + l, to = 0;
            if (!(leaves[l] < t->regime_leave[*at])) continue;
            while (to < R - 1 && where[l] >= t->regime_next[*at * R + to]) to++;
            *at = to;
        }
    }
}

/* Regimes and arrivals of all weeks. Returns 0, or 1 if a shock comes more than 500 times a week. */
static int draw_arrivals(const plan *p, uint64_t seed, world *o, arena rest) {
    const shocks_table *s = &p->t.shocks;
    const uint64_t *key = (const uint64_t *)o->keys;
    int S = p->n.shocks, weeks = (int)p->t.world.weeks, now[TILE] = {0};
    v *once = take_lanes(&rest, S), *excited = take_lanes(&rest, S), factor[PER], u[PER];
    uint8_t *caused = take(&rest, (size_t)S * weeks * TILE);
    memset(excited, 0, sizeof(v) * PER * S);
    memset(caused, 0, (size_t)S * weeks * TILE);
    open_arrivals(p, seed, o, once);
    for (int week = 0; week < weeks; week++) {
        int begin[TILE], came = 0;
        if (week > 0 && p->n.regimes > 1) change_regimes(p, seed, o, week, now);
        for (int l = 0; l < TILE; l++) {
            begin[l] = o->arrivals[l].number;
            o->regime[week * TILE + l] = now[l];
            ((double *)factor)[l] = p->t.world.regime_shock_rate[now[l]];
        }
        for (int shock = 0; shock < S; shock++) {
            int random = s->rate[shock] > 0.0 || s->excitation[shock] > 0.0, some = is_dated(s, shock, week);
            const uint8_t *due = caused + ((size_t)shock * weeks + week) * TILE;
            v mean[PER];
            EACH {
                some |= any(once[AT(shock)] == (double)week);
                if (!random) continue;
                four_words drawn = philox(seed, o->keys[x], s->stream[PURPOSES * shock + COUNT], week, 0);
                u[x] = uniform_of(drawn.a, drawn.b);
                mean[x] = s->rate[shock] * factor[x] + excited[AT(shock)];
                some |= any(u[x] > exp_of(-mean[x]));
            }
            for (int l = 0; l < TILE; l++) some |= due[l];
            for (int l = 0; some && l < TILE; l++) {
                arrivals_of_lane *to = &o->arrivals[l];
                double expected = random ? ((double *)mean)[l] : 0.0;
                int number = random ? poisson(((double *)u)[l], fmin(expected, 500.0)) : 0, before = to->number;
                if (number > 0 && expected > 500.0) return 1;
                for (int n = 0; n < number; n++) arrive(p, seed, key[l], to, week, shock, POISSON + n, NAN);
                arrive_as_dated(p, seed, key[l], to, week, shock);
                if (lane(once, shock, l) == week) arrive(p, seed, key[l], to, week, shock, BY_CHANCE, NAN);
                for (int n = 0; n < due[l]; n++) arrive(p, seed, key[l], to, week, shock, CAUSED + n, NAN);
                came |= to->number > before;
                lane(excited, shock, l) = s->excitation_persistence[shock] * lane(excited, shock, l)
                                          + s->excitation[shock] * (to->number - before);
            }
            if (!some && random) EACH excited[AT(shock)] *= s->excitation_persistence[shock];
        }
        for (int l = 0; came && l < TILE; l++)
            if (o->arrivals[l].number > begin[l]) settle(p, seed, key[l], o, l, week, begin[l], caused);
    }
    return 0;
}
