/* Step 1, arrivals: every shock that strikes in the futures of a group, before any policy acts.

   Counts are Poisson with a mean that a regime scales and that past arrivals raise (a discrete Hawkes process); besides
   come scheduled weeks, shocks that come once, forced ones, and those that others cause. The draws of a week are made a
   register at a time; an arrival itself is rare, and is settled lane by lane. */
#ifndef STRIKES_H
#define STRIKES_H
#include "state.h"

enum { COUNT, MOMENT, SEVERITY, NOTICE, ONCE, FALSE_ALARM }; /* purposes of a shock's streams */
enum { POISSON = 0, SCHEDULED = 1 << 16, BY_CHANCE = 2 << 16, FORCED = 3 << 16, CAUSED = 4 << 16 };

static int64_t poisson(double u, double mean)
{
    double p = exp1(-mean), cumulated = p;
    int64_t n = 0;
    while (u > cumulated && n < 4000) cumulated += p *= mean / (double)++n;
    return n;
}

static double triangular(double u, double low, double mode, double high)
{
    double width = high - low;
    if (width <= 0.0) return low;
    if (u < (mode - low) / width) return low + sqrt(u * width * (mode - low));
    return high - sqrt((1.0 - u) * width * (high - mode));
}

static double severity(const Shocks *s, int shock, double u)
{
    enum { FIXED, UNIFORM, TRIANGULAR, LOGNORMAL, EXPONENTIAL, PARETO, GPD, EMPIRICAL };
    double a = s->severity_parameter[shock][0], b = s->severity_parameter[shock][1], c = s->severity_parameter[shock][2];
    double x;
    int64_t first, number;
    switch (s->severity_kind[shock]) {
    case FIXED: x = a; break;
    case UNIFORM: x = a + u * (b - a); break;
    case TRIANGULAR: x = triangular(u, a, b, c); break;
    case LOGNORMAL: x = a * exp1(b * normal_quantile(u)); break;
    case EXPONENTIAL: x = -a * log1(1.0 - u); break;
    case PARETO: x = a * exp1(-log1(1.0 - u) / b); break;
    case GPD: x = c == 0.0 ? a - b * log1(1.0 - u) : a + b * (exp1(-c * log1(1.0 - u)) - 1.0) / c; break;
    default:
        first = s->empirical_start[shock], number = s->empirical_start[shock + 1] - first;
        x = s->empirical_value[first + (int64_t)lower((double)(int64_t)(u * number), number - 1)];
    }
    return lower(higher(x, 0.0), s->severity_cap[shock]);
}

/* room for one more arrival of a lane's future */
static int add(Group *g, const Tables *t, int lane, int week, int shock, int64_t address, double forced)
{
    if (g->count[lane] >= g->room) return 0;
    Strike *at = &g->strikes[lane][g->count[lane]++];
    at->week = week, at->shock = shock, at->address = address, at->unit = -1;
    at->time = week + uniforms1(&g->keys, lane, t->shocks.stream[shock][MOMENT], week, address).first;
    at->severity = isnan(forced)
        ? severity(&t->shocks, shock, uniforms1(&g->keys, lane, t->shocks.stream[shock][SEVERITY], week, address).first)
        : forced;
    return 1;
}

/* all arrivals of a shock in a week of a lane, `number` of its own accord */
static int arrive(Group *g, const Tables *t, int lane, int week, int shock, int64_t number, int by_chance, int caused)
{
    const Shocks *s = &t->shocks;
    int room = 1;
    int64_t address = SCHEDULED;
    FOR(n, number) room &= add(g, t, lane, week, shock, POISSON + n, NAN);
    for (int64_t n = s->scheduled_start[shock]; n < s->scheduled_start[shock + 1]; n++)
        if (s->scheduled_week[n] == week) room &= add(g, t, lane, week, shock, address++, NAN);
    if (by_chance) room &= add(g, t, lane, week, shock, BY_CHANCE, NAN);
    address = FORCED;
    for (int64_t n = s->forced_start[shock]; n < s->forced_start[shock + 1]; n++)
        if (s->forced_week[n] == week) room &= add(g, t, lane, week, shock, address++, s->forced_severity[n]);
    FOR(n, caused) room &= add(g, t, lane, week, shock, CAUSED + n, NAN);
    return room;
}

static int is_dated(const Shocks *s, int shock, int week)
{
    for (int64_t n = s->scheduled_start[shock]; n < s->scheduled_start[shock + 1]; n++)
        if (s->scheduled_week[n] == week) return 1;
    for (int64_t n = s->forced_start[shock]; n < s->forced_start[shock + 1]; n++)
        if (s->forced_week[n] == week) return 1;
    return 0;
}

static double people_then(const Units *u, int unit, int64_t joined, int64_t week)
{
    return joined <= week ? u->people[unit] + u->growth[unit] * (double)(week - joined) : 0.0;
}

/* a unit at random by people among those present; -1 if there is none */
static int hit_unit(const Group *g, const Units *u, int lane, int week, double draw)
{
    double total = 0.0;
    int last = -1;
    FOR(i, N) total += people_then(u, i, g->join_week[i][lane], week);
    double mark = draw * total;
    FOR(i, N) if (g->join_week[i][lane] <= week) {
        last = i;
        mark -= people_then(u, i, g->join_week[i][lane], week);
        if (mark < 0.0) break;
    }
    return last;
}

/* order the arrivals of a week by time, see who joins and who is hit, and what they bring on later */
static void settle(Group *g, const Tables *t, int lane, int week, int begin)
{
    const Shocks *s = &t->shocks;
    Strike *all = g->strikes[lane];
    int end = g->count[lane];
    for (int at = begin + 1; at < end; at++) {
        Strike moved = all[at];
        int to = at;
        for (; to > begin && all[to - 1].time > moved.time; to--) all[to] = all[to - 1];
        all[to] = moved;
    }
    for (int at = begin; at < end; at++) {
        int shock = all[at].shock;
        if (g->first[shock][lane] != NEVER) continue;
        g->first[shock][lane] = week;
        FOR(i, N) if (t->units.join_shock[i] == shock) g->join_week[i][lane] = week;
    }
    for (int at = begin; at < end; at++) {
        int shock = all[at].shock;
        double draw = uniforms1(&g->keys, lane, s->stream[shock][MOMENT], week, all[at].address).second;
        all[at].unit = hit_unit(g, &t->units, lane, week, draw);
        for (int64_t c = s->cause_start[shock]; c < s->cause_start[shock + 1]; c++) {
            int64_t due = week + s->cause_delay[c];
            double u = uniforms1(&g->keys, lane, s->cause_stream[c], week, all[at].address).first;
            if (due < WEEKS && u < s->cause_chance[c]) g->caused[s->cause_shock[c]][due][lane]++;
        }
    }
}

static void change_regimes(Group *g, const World *w, int week)
{
    FOR(t, T) {
        V leaves, where;
        uniforms(&g->keys, t, w->regime_stream, week, 0, &leaves, &where);
        FOR(l, W) {
            int64_t now = g->regime[week - 1][t * W + l], to = now;
            if (leaves[l] < w->regime_leave[now])
                for (to = 0; to < R - 1 && where[l] >= w->regime_next[now][to];) to++;
            g->regime[week][t * W + l] = to;
        }
    }
}

/* one shock in one week of all lanes; 0 if there is no room, -1 if its mean is beyond reason */
static int strike_week(Group *g, const Tables *t, int week, int shock, V excited[T], const int64_t once[L])
{
    const Shocks *s = &t->shocks;
    int dated = is_dated(s, shock, week), status = 1;
    FOR(v, T) {
        V mean, u = pack(0.0), second;
        int own = 0;
        if (s->rate[shock] > 0.0 || s->excitation[shock] > 0.0) {
            FOR(l, W) mean[l] = s->rate[shock] * t->world.regime_shock_rate[g->regime[week][v * W + l]];
            mean = mean + excited[v];
            uniforms(&g->keys, v, s->stream[shock][COUNT], week, 0, &u, &second);
            own = which(u > exp_of(-mean));
        }
        V arrived = pack(0.0);
        FOR(l, W) {
            int lane = v * W + l, before = g->count[lane], caused = CAUSES ? g->caused[shock][week][lane] : 0;
            int64_t number = 0;
            if (own >> l & 1) {
                if (mean[l] > 500.0) return -1;
                number = poisson(u[l], mean[l]);
            }
            if (!number && !caused && !dated && once[lane] != week) continue;
            status &= arrive(g, t, lane, week, shock, number, once[lane] == week, caused);
            arrived[l] = g->count[lane] - before;
        }
        excited[v] = s->excitation_persistence[shock] * excited[v] + s->excitation[shock] * arrived;
    }
    return status;
}

/* regimes and arrivals of all weeks: 1, or 0 if there is no room, or -1 if some shock arrives beyond reason */
static int draw_strikes(Group *g, const Tables *t)
{
    const Shocks *s = &t->shocks;
    V excited[S + 1][T];
    int64_t once[S + 1][L];
    memset(excited, 0, sizeof excited);
    memset(g->caused, 0, sizeof g->caused);
    memset(g->regime[0], 0, sizeof g->regime[0]);
    FOR(lane, L) {
        g->count[lane] = 0;
        FOR(i, N) g->join_week[i][lane] = t->units.join_week[i];
        FOR(shock, S) {
            g->first[shock][lane] = once[shock][lane] = NEVER;
            if (s->chance[shock] <= 0.0) continue;
            Pair u = uniforms1(&g->keys, lane, s->stream[shock][ONCE], 0, 0);
            if (u.first < s->chance[shock]) once[shock][lane] = (int64_t)lower((int64_t)(u.second * WEEKS), WEEKS - 1);
        }
    }
    FOR(week, WEEKS) {
        int begin[L];
        memcpy(begin, g->count, sizeof begin);
        if (week > 0 && R > 1) change_regimes(g, &t->world, week);
        else if (week > 0) memset(g->regime[week], 0, sizeof g->regime[week]);
        FOR(shock, S) {
            int status = strike_week(g, t, week, shock, excited[shock], once[shock]);
            if (status != 1) return status;
        }
        FOR(lane, L) if (g->count[lane] > begin[lane]) settle(g, t, lane, week, begin[lane]);
    }
    return 1;
}
#endif
