import ReinCheckpoints

/// What a pickle holds: data, lists, and objects of Python classes.
indirect enum PickledValue {
    /// Data. Bytes and tensors become what JSON makes of them.
    case data(StateTree)
    /// A list of what may be objects.
    case list([PickledValue])
    /// An object that is made without arguments, and gets these attributes.
    case object(PickledClass, [(name: String, value: PickledValue)])
}

/// A Python class by its module and its name.
struct PickledClass {
    /// The module that it can be imported from.
    let module: StaticString
    /// Its name there.
    let name: StaticString
}
