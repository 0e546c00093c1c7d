// Reads a large buffer with several threads and prints the best rate in GB/s: what a scan on this machine cannot exceed.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct part { const uint64_t *words; size_t count; uint64_t sum; };

static void *read_part(void *argument) {
    struct part *part = argument;
    uint64_t a = 0, b = 0, c = 0, d = 0;
    for (size_t i = 0; i + 4 <= part->count; i += 4) {
        a += part->words[i];
        b += part->words[i + 1];
        c += part->words[i + 2];
        d += part->words[i + 3];
    }
    part->sum = a + b + c + d;
    return NULL;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    int threads = argc > 1 ? atoi(argv[1]) : 2;
    if (threads < 1 || threads > 64) return 2;
    size_t bytes = (size_t)1 << 30, words = bytes / 8 / (size_t)threads;
    uint64_t *buffer = malloc(bytes);
    if (buffer == NULL) return 1;
    memset(buffer, 1, bytes);
    double best = 0;
    uint64_t check = 0;
    for (int round = 0; round < 10; round++) {
        pthread_t ids[64];
        struct part parts[64];
        double began = now();
        for (int t = 0; t < threads; t++) {
            parts[t] = (struct part){buffer + words * (size_t)t, words, 0};
            pthread_create(&ids[t], NULL, read_part, &parts[t]);
        }
        for (int t = 0; t < threads; t++) {
            pthread_join(ids[t], NULL);
            check += parts[t].sum;
        }
        double rate = (double)words * 8 * threads / (now() - began) / 1e9;
        if (rate > best) best = rate;
    }
    printf("%.2f %llu\n", best, (unsigned long long)check);
    return 0;
}
