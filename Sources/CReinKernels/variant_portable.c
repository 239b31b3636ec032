// The variant for any processor: four lanes.
#include "variants.h"

#define REIN_LANES 4
#define REIN_NAME "portable"
#define REIN_TABLE rein_table_portable

#include "loops/all.h"
