#ifndef CREINKERNELS_H
#define CREINKERNELS_H
#endif
