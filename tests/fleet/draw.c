/*
 * draw.c: all sizes of fleets in one SVG file, two diagrams above each other.
 */
#include <math.h>
#include <stdio.h>

#include "cases.h"

static const unsigned sizes[] = { 1,   2,   5,    10,   20,   50,   100,
                                  200, 500, 1000, 2000, 5000, 10000 };

#define SIZES (sizeof sizes / sizeof sizes[0])
#define LEFT 70
#define WIDTH 500
#define HEIGHT 220
#define TIME_TOP 60
#define REFUSED_TOP 360
#define TIME_MAX 2.0
#define REFUSED_MIN 0.1 /* %; the axis is logarithmic, up to 100 */

/* How a case is drawn; those without a colour are not. */
static const struct {
    const char *colour, *dashes;
} styles[CASES] = {
    { "#0b62a4", "none" }, { "#0b62a4", "6 4" },  { NULL, NULL },
    { "#d1670b", "none" }, { "#d1670b", "6 4" },  { NULL, NULL },
    { "#3a8f3a", "none" }, { "#777777", "none" }, { "#777777", "6 4" },
};

/* The worse of both kinds of windows. */
struct point {
    double time, refused; /* against the ideal; % */
    bool lost;            /* so much that the time means nothing */
};

static double x_of(unsigned devices)
{
    return LEFT + WIDTH * log10(devices) / 4;
}

static double time_y(double time)
{
    double share = time / TIME_MAX;

    return TIME_TOP + HEIGHT * (1 - (share < 1 ? share : 1));
}

static double refused_y(double percent)
{
    if (percent < REFUSED_MIN)
        percent = REFUSED_MIN;
    return REFUSED_TOP + HEIGHT * (1 - log10(percent / REFUSED_MIN) / 3);
}

static struct point point_of(const struct fleet_case *c, unsigned devices)
{
    struct point p = { 0 };

    for (int k = WINDOWS_FIXED; k <= WINDOWS_SLIDING; k++) {
        struct result r = run_case(c, devices, (enum window_kind)k);

        p.time = fmax(p.time, r.longest_s / r.ideal_s);
        p.refused = fmax(p.refused, 100 * r.refused);
        p.lost = p.lost || r.lost > 0.01;
    }
    return p;
}

static void text(FILE *f, double x, double y, const char *anchor,
                 const char *what)
{
    fprintf(f, "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>\n", x, y,
            anchor, what);
}

static void line(FILE *f, double x1, double y1, double x2, double y2,
                 const char *style)
{
    fprintf(f, "<path d='M%.1f %.1fL%.1f %.1f' %s/>\n", x1, y1, x2, y2, style);
}

/* A horizontal line with its value at the left. */
static void level(FILE *f, double y, const char *label, bool target)
{
    line(f, LEFT, y, LEFT + WIDTH, y,
         target ? "stroke='#c00000' stroke-dasharray='2 3'"
                : "stroke='#dddddd'");
    text(f, LEFT - 8, y + 4, "end", label);
}

static void axes(FILE *f)
{
    static const char *const powers[] = { "1", "10", "100", "1000", "10 000" };

    text(f, LEFT, TIME_TOP - 14, "start",
         "time until all have their images, against the ideal");
    level(f, time_y(0), "0", false);
    level(f, time_y(0.5), "0.5", false);
    level(f, time_y(1), "1", false);
    level(f, time_y(1.2), "1.2", true);
    level(f, time_y(1.5), "1.5", false);
    level(f, time_y(2), "2", false);
    text(f, LEFT, REFUSED_TOP - 14, "start", "% of the requests refused");
    level(f, refused_y(0.1), "0 to 0.1", false);
    level(f, refused_y(1), "1", false);
    level(f, refused_y(5), "5", true);
    level(f, refused_y(10), "10", false);
    level(f, refused_y(100), "100", false);
    for (unsigned i = 0, n = 1; i < 5; i++, n *= 10) {
        line(f, x_of(n), TIME_TOP, x_of(n), TIME_TOP + HEIGHT,
             "stroke='#dddddd'");
        line(f, x_of(n), REFUSED_TOP, x_of(n), REFUSED_TOP + HEIGHT,
             "stroke='#dddddd'");
        text(f, x_of(n), REFUSED_TOP + HEIGHT + 20, "middle", powers[i]);
    }
    text(f, LEFT + WIDTH / 2, REFUSED_TOP + HEIGHT + 42, "middle", "devices");
}

static void curve(FILE *f, const struct point *points, size_t i, bool time)
{
    const char *pen = "M";

    fprintf(f,
            "<path fill='none' stroke='%s' stroke-width='2' "
            "stroke-dasharray='%s' d='",
            styles[i].colour, styles[i].dashes);
    for (size_t n = 0; n < SIZES; n++) {
        if (time && points[n].lost)
            break;
        fprintf(f, "%s%.1f %.1f", pen, x_of(sizes[n]),
                time ? time_y(points[n].time) : refused_y(points[n].refused));
        pen = "L";
    }
    fputs("'/>\n", f);
}

static void legend(FILE *f, size_t i, unsigned row)
{
    double y = TIME_TOP + 10 + 22.0 * row;

    fprintf(f,
            "<path d='M%d %.1fh28' stroke='%s' stroke-width='2' "
            "stroke-dasharray='%s'/>\n",
            LEFT + WIDTH + 24, y, styles[i].colour, styles[i].dashes);
    text(f, LEFT + WIDTH + 60, y + 4, "start", fleet_cases[i].name);
}

static void draw(FILE *f)
{
    struct point points[SIZES];
    unsigned row = 0;

    fprintf(f,
            "<svg xmlns='http://www.w3.org/2000/svg' width='800' height='640' "
            "font-family='sans-serif' font-size='13'>\n"
            "<rect width='800' height='640' fill='white'/>\n");
    text(f, LEFT, 24, "start",
         "Devices that share 50 requests a second, 1000 a minute: the worse of "
         "fixed and sliding windows, 8 seeds");
    axes(f);
    for (size_t i = 0; i < CASES; i++) {
        if (styles[i].colour == NULL)
            continue;
        for (size_t n = 0; n < SIZES; n++)
            points[n] = point_of(&fleet_cases[i], sizes[n]);
        curve(f, points, i, true);
        curve(f, points, i, false);
        legend(f, i, row++);
    }
    text(f, LEFT + WIDTH + 24, TIME_TOP + 10 + 22.0 * row + 4, "start",
         "(time ends where 1 % is lost)");
    fputs("</svg>\n", f);
}

bool draw_cases(const char *file)
{
    FILE *f = fopen(file, "w");
    bool ok;

    if (f == NULL)
        return false;
    draw(f);
    ok = !ferror(f);
    return fclose(f) == 0 && ok;
}
