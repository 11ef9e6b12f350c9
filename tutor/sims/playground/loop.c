/* Training on points in the plane by the rules of network.py, four points at a time: compiled.py calls it.

   w: layer after layer, unit after unit, the weights and then the bias. x: feature after feature, each of all points.
   a: layer after layer, unit after unit, `lanes` groups of four points; d: the same for the slopes of the loss.
   Points are never added up in another order, so that the same network gives the same bits every time. */

#include <stdint.h>
#include <string.h>

#ifdef _WIN32
#define PUBLIC __declspec(dllexport)
#else
#define PUBLIC __attribute__((visibility("default")))
#endif

typedef double four __attribute__((vector_size(32)));
typedef int64_t bits __attribute__((vector_size(32)));

enum { TANH, RELU, SIGMOID, LINEAR };
enum { NO_PENALTY, L1, L2 };
enum { MAX_LAYERS = 11 };

/* What a network is, and how it is trained; compiled.py has the same fields. */
typedef struct {
    int32_t layers, activation, output, logistic, batch, penalty;
    int32_t sizes[MAX_LAYERS + 1];
    double rate, strength;
} Rules;

static inline four all(double value) { return (four){value, value, value, value}; }

/* Where `mask` is set, `yes`; elsewhere `no`. */
static inline four choose(bits mask, four yes, four no) { return (four)((mask & (bits)yes) | (~mask & (bits)no)); }

/* exp(x) - 1 = scale * part + (scale - 1), for x from -700 to 700. */
static inline four exp_parts(four x, four *scale) {
    const four magic = all(6755399441055744.0); /* 1.5 * 2^52: adding it rounds to a whole number */
    four shifted = x * all(1.4426950408889634) + magic, k = shifted - magic;
    four r = (x - k * all(6.93147180369123816490e-01)) - k * all(1.90821492927058770002e-10);
    *scale = (four)(((bits)shifted - (bits)magic + 1023) << 52);
    four p = all(1.0 / 6227020800.0);
    p = p * r + all(1.0 / 479001600.0);
    p = p * r + all(1.0 / 39916800.0);
    p = p * r + all(1.0 / 3628800.0);
    p = p * r + all(1.0 / 362880.0);
    p = p * r + all(1.0 / 40320.0);
    p = p * r + all(1.0 / 5040.0);
    p = p * r + all(1.0 / 720.0);
    p = p * r + all(1.0 / 120.0);
    p = p * r + all(1.0 / 24.0);
    p = p * r + all(1.0 / 6.0);
    p = p * r + all(0.5);
    return r + r * r * p;
}

static inline four tanh4(four x) {
    const bits sign = (bits)all(-0.0);
    four size = (four)((bits)x & ~sign), scale;
    size = choose(size > all(20.0), all(20.0), size); /* what is not a number stays so */
    four part = exp_parts(size + size, &scale);
    four e = scale * part + (scale - all(1.0));
    return (four)((bits)(e / (e + all(2.0))) | ((bits)x & sign));
}

static inline four sigmoid4(four x) {
    four scale, y = -x;
    y = choose(y > all(700.0), all(700.0), y);
    y = choose(y < all(-700.0), all(-700.0), y);
    four part = exp_parts(y, &scale);
    return all(1.0) / (all(1.0) + (scale * part + scale));
}

static inline four apply(int kind, four z) {
    switch (kind) {
    case TANH: return tanh4(z);
    case RELU: return choose(z < all(0.0), all(0.0), z);
    case SIGMOID: return sigmoid4(z);
    default: return z;
    }
}

/* The slope, from the value. */
static inline four slope(int kind, four h) {
    switch (kind) {
    case TANH: return all(1.0) - h * h;
    case RELU: return choose(h > all(0.0), all(1.0), h);
    case SIGMOID: return h * (all(1.0) - h);
    default: return all(1.0);
    }
}

/* One layer forward. */
static inline void forward(const double *w, int before, int after, int lanes, int kind, const four *in, four *out) {
    for (int unit = 0; unit < after; unit++, w += before + 1)
        for (int lane = 0; lane < lanes; lane++) {
            four z = all(w[before]);
            for (int from = 0; from < before; from++) z += all(w[from]) * in[from * lanes + lane];
            out[unit * lanes + lane] = apply(kind, z);
        }
}

static inline double sum(four v) { return (v[0] + v[2]) + (v[1] + v[3]); }

/* The gradients of one batch, into g; a[0] holds its features. */
static void gradients(const Rules *r, const double *w, double *g, int points, four *a, four *d, const double *y) {
    int lanes = (points + 3) / 4, start[MAX_LAYERS + 1], at[MAX_LAYERS + 1];
    start[0] = at[0] = 0;
    for (int l = 0; l < r->layers; l++) {
        start[l + 1] = start[l] + r->sizes[l] * lanes;
        at[l + 1] = at[l] + r->sizes[l + 1] * (r->sizes[l] + 1);
    }
    for (int l = 0; l < r->layers; l++)
        forward(w + at[l], r->sizes[l], r->sizes[l + 1], lanes, l + 1 == r->layers ? r->output : r->activation,
                a + start[l], a + start[l + 1]);
    four *last = d + start[r->layers];
    const four *out = a + start[r->layers];
    for (int lane = 0; lane < lanes; lane++) {
        four labels = all(0.0);
        bits inside = (bits)labels;
        for (int k = 0; k < 4 && 4 * lane + k < points; k++) {
            labels[k] = y[4 * lane + k];
            inside[k] = -1;
        }
        four delta = out[lane] - labels;
        if (!r->logistic) delta *= slope(r->output, out[lane]);
        last[lane] = choose(inside, delta, all(0.0));
    }
    for (int l = r->layers - 1; l >= 0; l--) {
        int before = r->sizes[l], after = r->sizes[l + 1];
        const four *delta = d + start[l + 1], *in = a + start[l];
        const double *weights = w + at[l];
        double *grad = g + at[l];
        for (int to = 0; to < after; to++) {
            for (int from = 0; from < before; from++) {
                four total = all(0.0);
                for (int lane = 0; lane < lanes; lane++) total += delta[to * lanes + lane] * in[from * lanes + lane];
                grad[to * (before + 1) + from] = sum(total);
            }
            four total = all(0.0);
            for (int lane = 0; lane < lanes; lane++) total += delta[to * lanes + lane];
            grad[to * (before + 1) + before] = sum(total);
        }
        if (l == 0) break;
        for (int from = 0; from < before; from++)
            for (int lane = 0; lane < lanes; lane++) {
                four total = all(0.0);
                for (int to = 0; to < after; to++)
                    total += all(weights[to * (before + 1) + from]) * delta[to * lanes + lane];
                d[start[l] + from * lanes + lane] = total * slope(r->activation, in[from * lanes + lane]);
            }
    }
}

/* w, after the gradients g of a batch: what the rate subtracts, then the penalty. */
static void update(const Rules *r, double *w, const double *g, double *alive, double share) {
    double scale = r->rate / r->batch * share;
    for (int l = 0; l < r->layers; l++)
        for (int to = 0; to < r->sizes[l + 1]; to++, w += r->sizes[l] + 1, g += r->sizes[l] + 1, alive += r->sizes[l] + 1) {
            int before = r->sizes[l];
            for (int from = 0; from <= before; from++) {
                double old = w[from], next = old - g[from] * (alive[from] * scale);
                if (r->penalty != NO_PENALTY && from < before) {
                    double pull = r->penalty == L2 ? old : (double)((old > 0) - (old < 0));
                    double pulled = next - pull * alive[from] * r->strength;
                    if (r->penalty == L1 && next * pulled < 0) pulled = alive[from] = 0.0;
                    next = pulled;
                }
                w[from] = next;
            }
        }
}

static int entries(const Rules *r) {
    int count = 0;
    for (int l = 0; l < r->layers; l++) count += r->sizes[l + 1] * (r->sizes[l] + 1);
    return count;
}

/* The features of `points` points from `first` on, unit by unit, the last group filled up with zeros. */
static void load(const Rules *r, const double *x, int64_t first, int points, int64_t stride, four *a) {
    int lanes = (points + 3) / 4, features = r->sizes[0];
    double *to = (double *)a;
    for (int f = 0; f < features; f++)
        for (int p = 0; p < 4 * lanes; p++) to[f * 4 * lanes + p] = p < points ? x[f * stride + first + p] : 0.0;
}

/* One epoch; returns how many points are carried into the next one. */
static int64_t one_epoch(const Rules *r, double *w, double *g, const double *x, const double *y, int64_t n, double *carried,
                         int64_t count, double *alive, double *first, four *a, four *d) {
    int size = entries(r), row = 0;
    for (int l = 0; l < r->layers; l++) row += r->sizes[l] * ((r->batch + 3) / 4);
    for (int64_t at = 0; at < n; at += r->batch) {
        int points = n - at < r->batch ? (int)(n - at) : r->batch;
        load(r, x, at, points, n, a);
        gradients(r, w, g, points, a, d, y + at);
        if (points < r->batch) {
            for (int i = 0; i < size; i++) carried[i] += g[i];
            return count + points;
        }
        double share = 1.0;
        if (at == 0) {
            if (count) {
                for (int i = 0; i < size; i++) g[i] += carried[i];
                share = (double)r->batch / (double)(r->batch + count);
            }
            first[0] = g[0] / (double)(r->batch + count);
            first[1] = w[0];
            memcpy(first + 3, a + row, r->batch * sizeof(double));
            memset(carried, 0, size * sizeof(double));
            count = 0;
        }
        update(r, w, g, alive, share);
        if (at == 0) first[2] = w[0];
    }
    return count;
}

/* Trains for at most `epochs` epochs, and stops before one after which a weight is not within `limit`, where one is
   given (above 0). Returns how many epochs it has trained. `first` is told of the last one's first update: gradient,
   weight before and after, outputs. `work` has room for what is made on the way. */
PUBLIC int64_t train(const Rules *r, double *w, const double *x, const double *y, int64_t n, int64_t epochs, double limit,
                     double *carried, int64_t *count, double *alive, double *first, double *work) {
    int size = entries(r), lanes = (r->batch + 3) / 4, units = 0;
    for (int l = 0; l <= r->layers; l++) units += r->sizes[l];
    four *a = (four *)(((uintptr_t)work + 31) & ~(uintptr_t)31), *d = a + units * lanes;
    double *g = (double *)(d + units * lanes), *kept = g + size;
    for (int64_t done = 0; done < epochs; done++) {
        int64_t counted = *count;
        if (limit > 0) {
            memcpy(kept, w, size * sizeof(double));
            memcpy(kept + size, carried, size * sizeof(double));
            memcpy(kept + 2 * size, alive, size * sizeof(double));
            memcpy(kept + 3 * size, first, (3 + r->batch) * sizeof(double));
        }
        *count = one_epoch(r, w, g, x, y, n, carried, *count, alive, first, a, d);
        if (limit <= 0) continue;
        int within = 1;
        for (int i = 0; i < size; i++) within &= w[i] > -limit && w[i] < limit;
        if (within) continue;
        memcpy(w, kept, size * sizeof(double));
        memcpy(carried, kept + size, size * sizeof(double));
        memcpy(alive, kept + 2 * size, size * sizeof(double));
        memcpy(first, kept + 3 * size, (3 + r->batch) * sizeof(double));
        *count = counted;
        return done;
    }
    return epochs;
}

enum { GROUP = 16 };

/* What the network makes of n points, into `out`. */
PUBLIC void evaluate(const Rules *r, const double *w, const double *x, int64_t n, double *out, double *work) {
    four *a = (four *)(((uintptr_t)work + 31) & ~(uintptr_t)31);
    for (int64_t at = 0; at < n; at += GROUP) {
        int points = n - at < GROUP ? (int)(n - at) : GROUP, lanes = (points + 3) / 4;
        load(r, x, at, points, n, a);
        const double *layer = w;
        four *in = a;
        for (int l = 0; l < r->layers; l++) {
            four *next = in + r->sizes[l] * lanes;
            forward(layer, r->sizes[l], r->sizes[l + 1], lanes, l + 1 == r->layers ? r->output : r->activation, in, next);
            layer += r->sizes[l + 1] * (r->sizes[l] + 1);
            in = next;
        }
        memcpy(out + at, in, points * sizeof(double));
    }
}
