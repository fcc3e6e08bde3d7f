/* A driver of NVIDIA's with one GPU, for machines without any. Built with -DVERSION=13000. */
#include <string.h>

int cuInit(unsigned flags) { return (int)flags; }
int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int number) { *device = number; return number == 0 ? 0 : 101; }
int cuDeviceGetName(char *name, int room, int device) { strncpy(name, "Fake L4", room); return device; }
int cuDeviceGetPCIBusId(char *bus, int room, int device) { strncpy(bus, "0000:31:00.0", room); return device; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = 24000000000; return device; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
    *value = attribute == 75 ? 8 : 9;
    return device;
}
