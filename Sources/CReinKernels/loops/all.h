// The one source of all variants: included once by each, which says its REIN_LANES, REIN_NAME and REIN_TABLE.
#include "vector.h"

#include "functions.h"

#include "elementwise.h"

#include "reductions.h"

#include "rows.h"

#include "tile.h"

#include "dense.h"

#include "table.h"
