// The module is filled from here.
