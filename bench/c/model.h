/* What a tile of futures is made of: the shared world, its arrivals, and one organisation for each policy.

   `tables` and `sizes` come from plan.h, which the loader writes from the fields of the plan's own tables. OBJECTIVES,
   the number of objectives, is a constant of the compilation, so that a belief lies in registers. */

#include "plan.h"

#define K OBJECTIVES
#define NEVER (1LL << 40)
#define TINY 1e-300
#define NOTHING 1e-290

enum { CAPACITY, PRODUCTIVITY, CLARITY, PRIORITY, DEMAND, SETBACK, CASH, METHODS, TURNOVER, LEADERSHIP };
enum { COUNT, MOMENT, SEVERITY, NOTICE, ONCE, FALSE_ALARM_DRAW, PURPOSES };
enum { POISSON = 0, SCHEDULED = 1 << 16, BY_CHANCE = 2 << 16, FORCED = 3 << 16, CAUSED = 4 << 16 };
enum { RECOGNISED, WARNED, FALSE_ALARM };
enum { ON_SHOCK, ON_WARNING, ON_OBJECTIVE, ON_CASH, ON_WEEK };
enum { STATIC, FOLLOW, GAP, PLAN };
enum { SUM, CES, COBB_DOUGLAS, LEONTIEF };
enum { HIDDEN, OPEN, FOUND, ADOPTED, GONE };
enum {
    VALUE, DISCOUNTED, LIVED, STRATEGIC, BELIEVED, COHESION, ENGAGEMENT, WASTED, SWITCHING, MISDIRECTED, CHURN,
    DECISIONS, REALIGNING, ACTIVATIONS, IN_VAIN, RECOGNISED_COUNT, RECOGNISING, DECIDED, DECIDING, UNDECIDED,
    UNDECIDED_TIME, SUMS
};
enum { S_VALUE, S_CASH, S_STRATEGIC, S_BELIEVED, S_COHESION, S_ENGAGEMENT, S_ALIVE, SERIES };

typedef struct {
    int week, shock, address, unit;
    double time, severity;
} arrival;

typedef struct {
    double time, strike, effort;
    int kind, shock;
} signal;

/* What grows with a busy future. */
typedef struct {
    arrival *all;
    int number, room, next;
} arrivals_of_lane;
typedef struct {
    signal *all;
    int number, room, next;
} signals_of_lane;

/* The plan once more, as loops like it. */
typedef struct {
    tables t;
    sizes n;
    int explores, senses, changes, engages;
    double *manual, *machine;    /* (N, K) skill of people and of machines */
    double *kept;                /* (N, K) resistance x first belief */
    uint8_t *helped;             /* (P, N) some contingency adds people to it */
    uint8_t *able;               /* (N) has skill for every objective */
    int circles, *circle_start, *circle_member, *circle_of, *in_circle; /* see circles.h */
} plan;

typedef struct {
    words *keys; /* (1) futures */
    v *noise_priority, *noise_seen, *noise_read, *noise_made; /* (K) */
    v *drifted, *priority, *priority_length; /* (K), (K), (1) */
    v *wandered, *demand;                    /* (1) */
    v *garble, *garbled, *sensed;            /* (N K) */
    v *people, *there, *trust, *share, *grown, *joined; /* (N) */
    v *people_in_all, *in_full;              /* (1), (K) */
    v *felt, *felt_one;                      /* (E), (E1 N) */
    v *lost, *productive, *garbling;         /* as an organisation without plans feels it: (N), (K), (1) */
    words *finding;                          /* (O 4) */
    uint8_t *felt_any;                       /* (E) */
    whole *first;                            /* (S TILE) */
    whole *regime;                           /* (weeks TILE) */
    int everybody, unclear, losing, hurting, struck;
    arrivals_of_lane arrivals[TILE];
    double volatility[TILE] __attribute__((aligned(64)));
} world;

typedef struct {
    int policy;
    v *belief, *before, *allocation, *automated;       /* (N K) */
    v *proficiency, *engagement, *moved, *length;      /* (N) */
    v *level, *methods, *reading, *perceived, *strategy, *published, *hit; /* (K) */
    v *past;                                           /* (H K) */
    v *cash, *bill, *lowest, *alive, *ruin, *mean, *variance, *detector, *alarm_until, *busy_until, *cohesion; /* (1) */
    v *spoken, *coming;                                /* (1) */
    v *team_free, *active_from, *active_until, *vain;  /* (M), (G) */
    v *opportunity, *opened;                           /* (O) */
    v *sums;                                           /* (SUMS) */
    uint8_t *due;                                      /* (weeks + 1, TILE) */
    signals_of_lane signals[TILE];
} organisation;

/* What the steps of one week and policy hand to each other. */
typedef struct {
    v *unabsorbed, *lost, *productive, *garbling, *garbled; /* (S), (N), (K), (1), (N K) */
    v *present;                                             /* (N) */
    v *effort, *along;                                      /* (PER F K), (PER K K) */
    v *circle;                                              /* (N K) sums of beliefs over circles */
    v *total, *automatic, *output;                          /* (K) */
    v *attained, *logs;                                     /* (K) */
    v *value, *wages, *responding, *left, *alarm;           /* (1) */
    v *strategic, *believed, *engaged, *churn;              /* (1) */
    const v *feels_lost, *feels_productive, *feels_garbled; /* the world's or this policy's own */
    int absorbing, losing;
} week_of;
