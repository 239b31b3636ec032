@_exported public import ReinCheckpoints
@_exported public import ReinEnvironments
@_exported public import ReinExport
@_exported public import ReinNetworks
@_exported public import ReinNumerics
@_exported public import ReinPolicies
@_exported public import ReinRLlib
