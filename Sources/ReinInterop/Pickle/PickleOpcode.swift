/// The opcodes of Python's pickle format that are carried out, by what they do. Raw values are the format's bytes.
///
/// Missing on purpose: those of the text protocols, those that only old classes need, extension codes, and buffers
/// outside the pickle.
enum PickleOpcode: UInt8 {
    case protocolVersion = 0x80
    case frame = 0x95
    case stop = 0x2e
    case mark = 0x28
    case none = 0x4e
    case yes = 0x88
    case no = 0x89
    case byteInteger = 0x4b
    case shortInteger = 0x4d
    case integer = 0x4a
    case long = 0x8a
    case veryLong = 0x8b
    case double = 0x47
    case shortText = 0x8c
    case text = 0x58
    case longText = 0x8d
    case shortBytes = 0x43
    case bytes = 0x42
    case longBytes = 0x8e
    case byteArray = 0x96
    case emptyTuple = 0x29
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case tuple = 0x74
    case emptyList = 0x5d
    case append = 0x61
    case appends = 0x65
    case emptyDictionary = 0x7d
    case setItem = 0x73
    case setItems = 0x75
    case put = 0x71
    case longPut = 0x72
    case memoize = 0x94
    case get = 0x68
    case longGet = 0x6a
    case global = 0x63
    case stackGlobal = 0x93
    case reduce = 0x52
    case newObject = 0x81
    case newObjectWithKeywords = 0x92
    case build = 0x62
    case persistentIdentifier = 0x51

    /// Python's names of the opcodes that are refused.
    static func refusedName(_ byte: UInt8) -> String? {
        switch byte {
        case 0x30: "POP"
        case 0x31: "POP_MARK"
        case 0x32: "DUP"
        case 0x46: "FLOAT"
        case 0x49: "INT"
        case 0x4c: "LONG"
        case 0x50: "PERSID"
        case 0x53: "STRING"
        case 0x54: "BINSTRING"
        case 0x55: "SHORT_BINSTRING"
        case 0x56: "UNICODE"
        case 0x64: "DICT"
        case 0x67: "GET"
        case 0x69: "INST"
        case 0x6c: "LIST"
        case 0x6f: "OBJ"
        case 0x70: "PUT"
        case 0x82: "EXT1"
        case 0x83: "EXT2"
        case 0x84: "EXT4"
        case 0x8f: "EMPTY_SET"
        case 0x90: "ADDITEMS"
        case 0x91: "FROZENSET"
        case 0x97: "NEXT_BUFFER"
        case 0x98: "READONLY_BUFFER"
        default: nil
        }
    }
}
