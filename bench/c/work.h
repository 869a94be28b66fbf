/* Step 3, work: people, time and skill become output. */

static int released(const plan *p, const organisation *g, int x, int week, mask *now) {
    int some = 0;
    for (int c = 0; c < p->n.contingencies; c++)
        if (p->t.contingencies.release_slack[c] && lists(p, g, c)) {
            *now |= acts(g, c, x, week);
            some = 1;
        }
    return some;
}

/* Whether a response is under way, and the share of time left for work. */
static void respond(const plan *p, const organisation *g, week_of *here, int week) {
    double meetings = p->t.organisation.meeting_time * p->t.policies.communication[g->policy];
    EACH {
        mask calm = g->busy_until[x] <= (double)week, free = {};
        v left = pick(calm, spread(1.0 - meetings - p->t.policies.slack[g->policy]), spread(1.0 - meetings));
        if (released(p, g, x, week, &free)) left = pick(free, spread(1.0 - meetings), left);
        here->left[x] = left;
        here->responding[x] = pick(calm, spread(0.0), spread(1.0));
    }
}

/* People whom active contingencies add to unit i. */
static v added(const plan *p, const organisation *g, const world *o, int i, int x, int week) {
    const contingencies_table *c = &p->t.contingencies;
    v count = {};
    for (int at = 0; at < p->n.contingencies; at++)
        if (c->people[at * p->n.units + i] > 0.0 && lists(p, g, at)) {
            mask helped = acts(g, at, x, week) & (o->people[OF(i)] > 0.0);
            count += pick(helped, spread(c->people[at * p->n.units + i]), spread(0.0));
        }
    return count;
}

/* Sums over units of effort times direction of belief, of `number` units from `at` on, three objectives along three at
   a time in registers, added to `out`. */
HOT void pull(const v *own, const v *belief, int number, v *out) {
    for (int k = 0; k < K; k += 3)
        for (int j = 0; j < K; j += 3) {
            const int k2 = k + 1 < K ? k + 1 : k, k3 = k + 2 < K ? k + 2 : k;
            const int j2 = j + 1 < K ? j + 1 : j, j3 = j + 2 < K ? j + 2 : j;
            v s11 = out[k * K + j], s12 = out[k * K + j2], s13 = out[k * K + j3];
            v s21 = out[k2 * K + j], s22 = out[k2 * K + j2], s23 = out[k2 * K + j3];
            v s31 = out[k3 * K + j], s32 = out[k3 * K + j2], s33 = out[k3 * K + j3];
            for (int i = 0; i < number; i++) {
                const v *u = own + i * K, *b = belief + i * K;
                v d = b[j], e = b[j2], f = b[j3], each = u[k];
                s11 += each * d, s12 += each * e, s13 += each * f;
                each = u[k2];
                s21 += each * d, s22 += each * e, s23 += each * f;
                each = u[k3];
                s31 += each * d, s32 += each * e, s33 += each * f;
            }
            out[k * K + j] = s11, out[k * K + j2] = s12, out[k * K + j3] = s13;
            out[k2 * K + j] = s21, out[k2 * K + j2] = s22, out[k2 * K + j3] = s23;
            out[k3 * K + j] = s31, out[k3 * K + j2] = s32, out[k3 * K + j3] = s33;
        }
}

/* All units' effort, by function in registers, and by some units at a time along their beliefs. */
static __attribute__((noinline)) void exert(const plan *p, const world *o, organisation *g, week_of *here, int week) {
    enum { SOME = 12 }; /* units whose effort stays in the first cache until it is pulled together */
    const units_table *u = &p->t.units;
    const double loss = p->t.organisation.switching_loss, usual = p->t.policies.exploration[g->policy];
    const double *extra = p->t.policies.added + g->policy * p->n.units;
    const uint8_t *helped = p->helped + g->policy * p->n.units;
    const int N = p->n.units, F = p->n.functions, coordinates = p->t.organisation.coordination_loss > 0.0;
    EACH {
        v switched = {}, worked = {}, payroll = {}, left = here->left[x], automatic[K] = {}, own[SOME * K],
            along[K * K] = {};
        v *effort = here->effort + x * K * F;
        for (int n = 0; n < K * F; n++) effort[n] = spread(0.0);
        for (int i = 0; i < N; i++) {
            double exploring = isnan(u->exploration[i]) ? usual : u->exploration[i];
            v count = o->people[OF(i)];
            if (extra[i] != 0.0) count = pick(count > 0.0, most(count + extra[i], spread(0.0)), spread(0.0));
            if (helped[i]) count += added(p, g, o, i, x, week);
            payroll += count;
            count *= g->engagement[OF(i)];
            if (here->losing) count *= 1.0 - here->feels_lost[OF(i)];
            here->present[OF(i)] = count;
            v time = count * most(left - exploring, spread(0.0)), lost = loss * g->moved[OF(i)];
            switched += time * lost;
            worked += time;
            time *= (1.0 - lost) * g->proficiency[OF(i)];
            v length = g->length[OF(i)] * time, *to = effort + u->function[i] * K, *mine = own + i % SOME * K;
            const double *manual = p->manual + i * K, *machine = p->machine + i * K;
            const v *shares = g->allocation + OF_K(i), *wired = g->automated + OF_K(i);
            for (int k = 0; k < K; k++) {
                v able = manual[k] * shares[k];
                mine[k] = able * length;
                able *= time;
                if (u->automation[i] > 0.0) {
                    v by_machines = time * machine[k] * wired[k];
                    automatic[k] += by_machines;
                    able += by_machines;
                }
                to[k] += able;
            }
            if (coordinates && ((i + 1) % SOME == 0 || i + 1 == N))
                pull(own, g->belief + OF_K(i - i % SOME), i % SOME + 1, along);
        }
        for (int k = 0; k < K; k++) {
            v total = {};
            for (int f = 0; f < F; f++) total += effort[f * K + k];
            here->automatic[AT(k)] = automatic[k], here->total[AT(k)] = total;
        }
        memcpy(here->along + x * K * K, along, sizeof along);
        here->wages[x] = payroll;
        g->sums[AT(SWITCHING)] += g->alive[x] * switched / most(worked, spread(TINY));
    }
}

/* The CES aggregates of the effort on each objective, relative to the input that matters most: all the logarithms of an
   objective at once. effort: (PER, F, K). */
static __attribute__((noinline)) void combine_all(const plan *p, const v *effort, const v *total, v *out) {
    const objectives_table *t = &p->t.objectives;
    const int F = p->n.functions;
    for (int k = 0; k < K; k++) {
        int form = (int)t->technology[k];
        double r = t->exponent[k];
        const double *theta = t->share + k * F;
        if (form == SUM) {
            EACH out[AT(k)] = total[AT(k)];
            continue;
        }
        int least_tells = form == LEONTIEF || r < 0.0;
        v edge[PER], scale[PER], mixed[PER] = {};
        EACH {
            edge[x] = spread(least_tells ? INFINITY : 0.0);
            for (int f = 0; f < F; f++) {
                if (theta[f] == 0.0) continue;
                v each = effort[(x * F + f) * K + k] * (1.0 / theta[f]);
                edge[x] = least_tells ? least(edge[x], each) : most(edge[x], each);
            }
            out[AT(k)] = edge[x];
            scale[x] = 1.0 / most(edge[x], spread(TINY));
        }
        if (form == LEONTIEF) continue;
        for (int f = 0; f < F; f++) {
            if (theta[f] == 0.0) continue;
            v each[PER];
            EACH each[x] = effort[(x * F + f) * K + k] * scale[x] * (1.0 / theta[f]);
            log_all(each, PER);
            if (form == CES) {
                EACH each[x] *= r;
                exp_all(each, PER);
            }
            EACH mixed[x] += theta[f] * each[x];
        }
        if (form == CES) {
            log_all(mixed, PER);
            EACH mixed[x] = mixed[x] / r;
        }
        exp_all(mixed, PER);
        EACH {
            v output = edge[x] * mixed[x];
            out[AT(k)] = pick(output > NOTHING, output, spread(0.0));
        }
    }
}

static void produce(const plan *p, const world *o, const organisation *g, week_of *here) {
    const objectives_table *t = &p->t.objectives;
    double loss = p->t.organisation.coordination_loss;
    combine_all(p, here->effort, here->total, here->output);
    EACH {
        v square = {}, human, made;
        for (int k = 0; k < K; k++) square += g->published[AT(k)] * g->published[AT(k)];
        v length = inverse_root(most(square, spread(TINY)));
        for (int k = 0; k < K; k++) {
            v each = 1.0 / most(here->total[AT(k)], spread(TINY)), together = {};
            made = here->output[AT(k)] * (t->gain[k] * g->methods[AT(k)] * here->feels_productive[AT(k)]);
            if (loss > 0.0) {
                v machines = here->automatic[AT(k)] * length;
                for (int j = 0; j < K; j++) {
                    v sum = here->along[(x * K + k) * K + j] + machines * g->published[AT(j)];
                    together += sum * sum;
                }
                made *= 1.0 - loss * (1.0 - least(root(together) * each, spread(1.0)));
            }
            if (t->output_noise[k] > 0.0) {
                human = 1.0 - here->automatic[AT(k)] * each;
                made *= most(1.0 + t->output_noise[k] * human * o->noise_made[AT(k)], spread(0.0));
            }
            here->output[AT(k)] = made;
        }
    }
}
