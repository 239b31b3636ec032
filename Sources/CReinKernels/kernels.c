#include "CReinKernels.h"
