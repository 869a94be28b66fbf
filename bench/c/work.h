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

/* People of a unit on the payroll: those that contingencies add, too. */
HOT v payroll_of(const plan *p, const organisation *g, const world *o, int i, int x, int week) {
    const contingencies_table *c = &p->t.contingencies;
    int N = p->n.units;
    double extra = p->t.policies.added[g->policy * N + i];
    v count = o->people[AT(i)];
    if (extra != 0.0) count = pick(count > 0.0, most(count + extra, spread(0.0)), spread(0.0));
    for (int at = 0; at < p->n.contingencies; at++)
        if (c->people[at * N + i] > 0.0 && lists(p, g, at))
            count += pick(acts(g, at, x, week) & (o->people[AT(i)] > 0.0), spread(c->people[at * N + i]), spread(0.0));
    return count;
}

/* All units' effort, unit after unit of each function, whose sums stay in registers. */
static __attribute__((noinline)) void exert(const plan *p, const world *o, organisation *g, week_of *here, int week) {
    const units_table *u = &p->t.units;
    double loss = p->t.organisation.switching_loss, usual = p->t.policies.exploration[g->policy];
    int N = p->n.units, F = p->n.functions, coordinates = p->t.organisation.coordination_loss > 0.0;
    memset(here->effort, 0, sizeof(v) * PER * K * F);
    EACH {
        v switched = {}, worked = {}, payroll = {}, left = here->left[x], automatic[K] = {}, effort[K] = {}, total[K] = {};
        for (int at = 0; at < N; at++) {
            int i = (int)p->order[at], f = (int)u->function[i];
            double exploring = isnan(u->exploration[i]) ? usual : u->exploration[i];
            v count = payroll_of(p, g, o, i, x, week);
            payroll += count;
            count *= g->engagement[AT(i)];
            if (here->losing) count *= 1.0 - here->feels_lost[AT(i)];
            here->present[AT(i)] = count;
            v time = count * most(left - exploring, spread(0.0)), lost = loss * g->moved[AT(i)];
            switched += time * lost;
            worked += time;
            time *= (1.0 - lost) * g->proficiency[AT(i)];
            v length = g->length[AT(i)];
            const double *manual = p->manual + i * K, *machine = p->machine + i * K;
            const v *shares = g->allocation + AT(i * K), *wired = g->automated + AT(i * K);
            v *own = here->own + AT(i * K);
            for (int k = 0; k < K; k++) {
                v by_people = time * manual[k] * shares[k * PER];
                if (coordinates) own[k * PER] = by_people * length;
                effort[k] += by_people;
            }
            if (u->automation[i] > 0.0)
                for (int k = 0; k < K; k++) {
                    v by_machines = time * machine[k] * wired[k * PER];
                    automatic[k] += by_machines;
                    effort[k] += by_machines;
                }
            if (at + 1 == N || u->function[p->order[at + 1]] != f)
                for (int k = 0; k < K; k++) {
                    here->effort[AT(k * F + f)] = effort[k];
                    total[k] += effort[k];
                    effort[k] = spread(0.0);
                }
        }
        for (int k = 0; k < K; k++) here->automatic[AT(k)] = automatic[k], here->total[AT(k)] = total[k];
        here->wages[x] = payroll;
        g->sums[AT(SWITCHING)] += g->alive[x] * switched / most(worked, spread(TINY));
    }
}

/* The CES aggregate of the effort on objective k, relative to the input that matters most. */
HOT v combine(const plan *p, const v *effort, v total, int k, int x) {
    const objectives_table *t = &p->t.objectives;
    int F = p->n.functions, form = (int)t->technology[k];
    double r = t->exponent[k];
    const double *theta = t->share + k * F;
    if (form == SUM) return total;
    int least_tells = form == LEONTIEF || r < 0.0;
    v edge = spread(least_tells ? INFINITY : 0.0), mixed = {};
    for (int f = 0; f < F; f++) {
        if (theta[f] == 0.0) continue;
        v each = effort[AT(k * F + f)] * (1.0 / theta[f]);
        edge = least_tells ? least(edge, each) : most(edge, each);
    }
    if (form == LEONTIEF) return edge;
    v scale = 1.0 / most(edge, spread(TINY));
    for (int f = 0; f < F; f++) {
        if (theta[f] == 0.0) continue;
        v each = log_of(effort[AT(k * F + f)] * scale * (1.0 / theta[f]));
        mixed += theta[f] * (form == COBB_DOUGLAS ? each : exp_of(r * each));
    }
    if (form == CES) mixed = log_of(mixed) / r;
    v output = edge * exp_of(mixed);
    return pick(output > NOTHING, output, spread(0.0));
}

static __attribute__((noinline)) void combine_all(const plan *p, const v *effort, const v *total, v *out) {
    for (int k = 0; k < K; k++) EACH out[AT(k)] = combine(p, effort, total[AT(k)], k, x);
}

/* Squared length of the sum of effort times direction of belief, three objectives along three at a time in registers. */
static __attribute__((noinline)) void pull(const plan *p, const organisation *g, const week_of *here, v *out) {
    const int N = p->n.units;
    for (int k = 0; k < K; k += 3)
        for (int j = 0; j < K; j += 3) {
            const int k2 = k + 1 < K ? k + 1 : k, k3 = k + 2 < K ? k + 2 : k;
            const int j2 = j + 1 < K ? j + 1 : j, j3 = j + 2 < K ? j + 2 : j;
            EACH {
                v s11 = {}, s12 = {}, s13 = {}, s21 = {}, s22 = {}, s23 = {}, s31 = {}, s32 = {}, s33 = {};
                const v *own = here->own + x, *belief = g->belief + x;
                for (int i = 0; i < N; i++, own += K * PER, belief += K * PER) {
                    v a = own[k * PER], b = own[k2 * PER], c = own[k3 * PER];
                    v d = belief[j * PER], e = belief[j2 * PER], f = belief[j3 * PER];
                    s11 += a * d, s12 += a * e, s13 += a * f;
                    s21 += b * d, s22 += b * e, s23 += b * f;
                    s31 += c * d, s32 += c * e, s33 += c * f;
                }
                out[AT(k * K + j)] = s11, out[AT(k * K + j2)] = s12, out[AT(k * K + j3)] = s13;
                out[AT(k2 * K + j)] = s21, out[AT(k2 * K + j2)] = s22, out[AT(k2 * K + j3)] = s23;
                out[AT(k3 * K + j)] = s31, out[AT(k3 * K + j2)] = s32, out[AT(k3 * K + j3)] = s33;
            }
        }
}

static void produce(const plan *p, const world *o, const organisation *g, week_of *here) {
    const objectives_table *t = &p->t.objectives;
    double loss = p->t.organisation.coordination_loss;
    combine_all(p, here->effort, here->total, here->output);
    v along[K * K * PER];
    if (loss > 0.0) pull(p, g, here, along);
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
                    v sum = along[AT(k * K + j)] + machines * g->published[AT(j)];
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
