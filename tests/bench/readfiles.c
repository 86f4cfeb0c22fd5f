// The limit of what a scrape can cost: does for a list of files what the exporter does with them, and nothing else.
//   readfiles LIST PASSES        prints microseconds of CPU time (user and system) for each pass
// A line of the list is a letter and a path: r reads a file, d lists a directory, l reads a link, s asks for the status.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char buffer[64 * 1024];

static void read_file(const char *path, int once)
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return;
    while (read(file, buffer, sizeof buffer) > 0 && !once)
        ;
    close(file);
}

static void list_directory(const char *path)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return;
    while (syscall(SYS_getdents64, directory, buffer, sizeof buffer) > 0)
        ;
    close(directory);
}

static void visit(char kind, const char *path)
{
    struct stat status;
    switch (kind) {
    case 'r': read_file(path, strstr(path, "/sys/") != NULL); break;
    case 'd': list_directory(path); break;
    case 'l': (void)!readlink(path, buffer, sizeof buffer); break;
    default: stat(path, &status); break;
    }
}

static double cpu_microseconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: readfiles LIST PASSES\n");
        return 2;
    }
    FILE *list = fopen(argv[1], "r");
    if (list == NULL) {
        perror(argv[1]);
        return 1;
    }
    char **lines = NULL, *line = NULL;
    size_t count = 0, room = 0;
    for (ssize_t length; (length = getline(&line, &room, list)) > 3; line = NULL, room = 0) {
        line[length - 1] = '\0';
        lines = realloc(lines, (count + 1) * sizeof *lines);
        lines[count++] = line;
    }
    int passes = atoi(argv[2]);
    double before = cpu_microseconds();
    for (int pass = 0; pass < passes; pass++)
        for (size_t i = 0; i < count; i++)
            visit(lines[i][0], lines[i] + 2);
    printf("%.0f\n", (cpu_microseconds() - before) / passes);
    return 0;
}
