@_exported public import ReinRandom
