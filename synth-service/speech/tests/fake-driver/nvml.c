/* NVML with one GPU, for machines without any. Built with -DSTATE="PATH": a file with four numbers, which a test may
   change at any time: the error of every call, MB in use, the listed process, its MB. */
#include <stdio.h>
#include <string.h>

typedef struct { unsigned long long total, free, used; } memory_t;
typedef struct { unsigned pid; unsigned long long memory; unsigned gpu, compute; } process_t;

static unsigned state[4];

static int read_state(void) {
    FILE *file = fopen(STATE, "r");
    if (!file) return 999;
    int read = fscanf(file, "%u %u %u %u", &state[0], &state[1], &state[2], &state[3]);
    fclose(file);
    return read == 4 ? (int)state[0] : 999;
}

int nvmlInit_v2(void) { return 0; }

int nvmlDeviceGetHandleByPciBusId_v2(const char *bus, void **gpu) {
    *gpu = state;
    return strcmp(bus, "0000:31:00.0") == 0 ? 0 : 6;
}

int nvmlDeviceGetMemoryInfo(void *gpu, memory_t *memory) {
    int error = read_state();
    memory->total = 24000ull << 20;
    memory->used = (unsigned long long)state[1] << 20;
    memory->free = memory->total - memory->used;
    return gpu == state ? error : 2;
}

/* Lists more processes than most callers have room for: the own one is the last. */
int nvmlDeviceGetComputeRunningProcesses_v3(void *gpu, unsigned *count, process_t *processes) {
    int error = read_state();
    unsigned room = *count;
    *count = 100;
    if (gpu != state) return 2;
    if (error) return error;
    if (room < 100) return 7;
    for (unsigned i = 0; i < 99; i++) processes[i] = (process_t){ .pid = 1, .memory = 1ull << 40 };
    processes[99] = (process_t){ .pid = state[2], .memory = (unsigned long long)state[3] << 20 };
    return 0;
}
