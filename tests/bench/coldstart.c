// How long a server takes from nothing to its first whole answer.
//   coldstart PORT COMMAND...     prints microseconds from the fork to the last byte of GET /metrics on 127.0.0.1, and ends the server
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char request[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int connected(int port)
{
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    for (int tries = 0; tries < 200000; tries++) {
        int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(connection, (struct sockaddr *)&server, sizeof server) == 0)
            return connection;
        close(connection);
        usleep(100);
    }
    return -1;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: coldstart PORT COMMAND...\n");
        return 2;
    }
    double begun = now();
    pid_t server = fork();
    if (server == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int connection = connected(atoi(argv[1]));
    static char answer[64 * 1024];
    ssize_t got, all = 0;
    if (connection < 0 || write(connection, request, sizeof request - 1) < 0)
        perror("no server");
    else
        while ((got = read(connection, answer, sizeof answer)) > 0)
            all += got;
    double ended = now();
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    if (all == 0)
        return 1;
    printf("%.0f\n", ended - begun);
    return 0;
}
