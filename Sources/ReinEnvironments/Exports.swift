@_exported public import ReinSpaces
