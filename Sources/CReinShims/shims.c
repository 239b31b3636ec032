#include "CReinShims.h"
