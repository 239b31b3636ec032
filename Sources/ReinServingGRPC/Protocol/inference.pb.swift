// Made by Scripts/generate-grpc from inference.proto.
// swift-format-ignore-file
#if ServingGRPC

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif
package import SwiftProtobuf

fileprivate nonisolated struct _GeneratedWithProtocGenSwiftVersion: SwiftProtobuf.ProtobufAPIVersionCheck {
  struct _2: SwiftProtobuf.ProtobufAPIVersion_2 {}
  typealias Version = _2
}

package nonisolated enum Inference_DataType: SwiftProtobuf.Enum, Swift.CaseIterable {
  package typealias RawValue = Int
  case typeInvalid // = 0
  case typeBool // = 1
  case typeUint8 // = 2
  case typeUint16 // = 3
  case typeUint32 // = 4
  case typeUint64 // = 5
  case typeInt8 // = 6
  case typeInt16 // = 7
  case typeInt32 // = 8
  case typeInt64 // = 9
  case typeFp16 // = 10
  case typeFp32 // = 11
  case typeFp64 // = 12
  case typeString // = 13
  case typeBf16 // = 14
  case UNRECOGNIZED(Int)

  package init() {
    self = .typeInvalid
  }

  package init?(rawValue: Int) {
    switch rawValue {
    case 0: self = .typeInvalid
    case 1: self = .typeBool
    case 2: self = .typeUint8
    case 3: self = .typeUint16
    case 4: self = .typeUint32
    case 5: self = .typeUint64
    case 6: self = .typeInt8
    case 7: self = .typeInt16
    case 8: self = .typeInt32
    case 9: self = .typeInt64
    case 10: self = .typeFp16
    case 11: self = .typeFp32
    case 12: self = .typeFp64
    case 13: self = .typeString
    case 14: self = .typeBf16
    default: self = .UNRECOGNIZED(rawValue)
    }
  }

  package var rawValue: Int {
    switch self {
    case .typeInvalid: return 0
    case .typeBool: return 1
    case .typeUint8: return 2
    case .typeUint16: return 3
    case .typeUint32: return 4
    case .typeUint64: return 5
    case .typeInt8: return 6
    case .typeInt16: return 7
    case .typeInt32: return 8
    case .typeInt64: return 9
    case .typeFp16: return 10
    case .typeFp32: return 11
    case .typeFp64: return 12
    case .typeString: return 13
    case .typeBf16: return 14
    case .UNRECOGNIZED(let i): return i
    }
  }

  package static let allCases: [Inference_DataType] = [
    .typeInvalid,
    .typeBool,
    .typeUint8,
    .typeUint16,
    .typeUint32,
    .typeUint64,
    .typeInt8,
    .typeInt16,
    .typeInt32,
    .typeInt64,
    .typeFp16,
    .typeFp32,
    .typeFp64,
    .typeString,
    .typeBf16,
  ]

}

package nonisolated struct Inference_ServerLiveRequest: Sendable {

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ServerLiveResponse: Sendable {

  package var live: Bool = false

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ServerReadyRequest: Sendable {

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ServerReadyResponse: Sendable {

  package var ready: Bool = false

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelReadyRequest: Sendable {

  package var name: String = String()

  package var version: String = String()

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelReadyResponse: Sendable {

  package var ready: Bool = false

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ServerMetadataRequest: Sendable {

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ServerMetadataResponse: Sendable {

  package var name: String = String()

  package var version: String = String()

  package var extensions: [String] = []

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelMetadataRequest: Sendable {

  package var name: String = String()

  package var version: String = String()

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelMetadataResponse: Sendable {

  package var name: String = String()

  package var versions: [String] = []

  package var platform: String = String()

  package var inputs: [Inference_ModelMetadataResponse.TensorMetadata] = []

  package var outputs: [Inference_ModelMetadataResponse.TensorMetadata] = []

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package nonisolated struct TensorMetadata: Sendable {

    package var name: String = String()

    package var datatype: String = String()

    package var shape: [Int64] = []

    package var unknownFields = SwiftProtobuf.UnknownStorage()

    package init() {}
  }

  package init() {}
}

package nonisolated struct Inference_InferParameter: Sendable {

  package var parameterChoice: Inference_InferParameter.OneOf_ParameterChoice? = nil

  package var boolParam: Bool {
    get {
      if case .boolParam(let v)? = parameterChoice {return v}
      return false
    }
    set {parameterChoice = .boolParam(newValue)}
  }

  package var int64Param: Int64 {
    get {
      if case .int64Param(let v)? = parameterChoice {return v}
      return 0
    }
    set {parameterChoice = .int64Param(newValue)}
  }

  package var stringParam: String {
    get {
      if case .stringParam(let v)? = parameterChoice {return v}
      return String()
    }
    set {parameterChoice = .stringParam(newValue)}
  }

  package var doubleParam: Double {
    get {
      if case .doubleParam(let v)? = parameterChoice {return v}
      return 0
    }
    set {parameterChoice = .doubleParam(newValue)}
  }

  package var uint64Param: UInt64 {
    get {
      if case .uint64Param(let v)? = parameterChoice {return v}
      return 0
    }
    set {parameterChoice = .uint64Param(newValue)}
  }

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package nonisolated enum OneOf_ParameterChoice: Equatable, Sendable {
    case boolParam(Bool)
    case int64Param(Int64)
    case stringParam(String)
    case doubleParam(Double)
    case uint64Param(UInt64)

  }

  package init() {}
}

package nonisolated struct Inference_InferTensorContents: Sendable {

  package var boolContents: [Bool] = []

  package var intContents: [Int32] = []

  package var int64Contents: [Int64] = []

  package var uintContents: [UInt32] = []

  package var uint64Contents: [UInt64] = []

  package var fp32Contents: [Float] = []

  package var fp64Contents: [Double] = []

  package var bytesContents: [Data] = []

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelInferRequest: Sendable {

  package var modelName: String = String()

  package var modelVersion: String = String()

  package var id: String = String()

  package var parameters: Dictionary<String,Inference_InferParameter> = [:]

  package var inputs: [Inference_ModelInferRequest.InferInputTensor] = []

  package var outputs: [Inference_ModelInferRequest.InferRequestedOutputTensor] = []

  package var rawInputContents: [Data] = []

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package nonisolated struct InferInputTensor: Sendable {

    package var name: String = String()

    package var datatype: String = String()

    package var shape: [Int64] = []

    package var parameters: Dictionary<String,Inference_InferParameter> = [:]

    package var contents: Inference_InferTensorContents {
      get {_contents ?? Inference_InferTensorContents()}
      set {_contents = newValue}
    }
    package var hasContents: Bool {self._contents != nil}
    package mutating func clearContents() {self._contents = nil}

    package var unknownFields = SwiftProtobuf.UnknownStorage()

    package init() {}

    fileprivate var _contents: Inference_InferTensorContents? = nil
  }

  package nonisolated struct InferRequestedOutputTensor: Sendable {

    package var name: String = String()

    package var parameters: Dictionary<String,Inference_InferParameter> = [:]

    package var unknownFields = SwiftProtobuf.UnknownStorage()

    package init() {}
  }

  package init() {}
}

package nonisolated struct Inference_ModelInferResponse: Sendable {

  package var modelName: String = String()

  package var modelVersion: String = String()

  package var id: String = String()

  package var parameters: Dictionary<String,Inference_InferParameter> = [:]

  package var outputs: [Inference_ModelInferResponse.InferOutputTensor] = []

  package var rawOutputContents: [Data] = []

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package nonisolated struct InferOutputTensor: Sendable {

    package var name: String = String()

    package var datatype: String = String()

    package var shape: [Int64] = []

    package var parameters: Dictionary<String,Inference_InferParameter> = [:]

    package var contents: Inference_InferTensorContents {
      get {_contents ?? Inference_InferTensorContents()}
      set {_contents = newValue}
    }
    package var hasContents: Bool {self._contents != nil}
    package mutating func clearContents() {self._contents = nil}

    package var unknownFields = SwiftProtobuf.UnknownStorage()

    package init() {}

    fileprivate var _contents: Inference_InferTensorContents? = nil
  }

  package init() {}
}

package nonisolated struct Inference_ModelStreamInferResponse: Sendable {

  package var errorMessage: String = String()

  package var inferResponse: Inference_ModelInferResponse {
    get {_inferResponse ?? Inference_ModelInferResponse()}
    set {_inferResponse = newValue}
  }
  package var hasInferResponse: Bool {self._inferResponse != nil}
  package mutating func clearInferResponse() {self._inferResponse = nil}

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}

  fileprivate var _inferResponse: Inference_ModelInferResponse? = nil
}

package nonisolated struct Inference_ModelConfigRequest: Sendable {

  package var name: String = String()

  package var version: String = String()

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelInput: Sendable {

  package var name: String = String()

  package var dataType: Inference_DataType = .typeInvalid

  package var dims: [Int64] = []

  package var optional: Bool = false

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelOutput: Sendable {

  package var name: String = String()

  package var dataType: Inference_DataType = .typeInvalid

  package var dims: [Int64] = []

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelConfig: Sendable {

  package var name: String = String()

  package var platform: String = String()

  package var maxBatchSize: Int32 = 0

  package var input: [Inference_ModelInput] = []

  package var output: [Inference_ModelOutput] = []

  package var backend: String = String()

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelConfigResponse: Sendable {

  package var config: Inference_ModelConfig {
    get {_config ?? Inference_ModelConfig()}
    set {_config = newValue}
  }
  package var hasConfig: Bool {self._config != nil}
  package mutating func clearConfig() {self._config = nil}

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}

  fileprivate var _config: Inference_ModelConfig? = nil
}

package nonisolated struct Inference_ModelStatisticsRequest: Sendable {

  package var name: String = String()

  package var version: String = String()

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_StatisticDuration: Sendable {

  package var count: UInt64 = 0

  package var ns: UInt64 = 0

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_InferStatistics: Sendable {

  package var success: Inference_StatisticDuration {
    get {_success ?? Inference_StatisticDuration()}
    set {_success = newValue}
  }
  package var hasSuccess: Bool {self._success != nil}
  package mutating func clearSuccess() {self._success = nil}

  package var fail: Inference_StatisticDuration {
    get {_fail ?? Inference_StatisticDuration()}
    set {_fail = newValue}
  }
  package var hasFail: Bool {self._fail != nil}
  package mutating func clearFail() {self._fail = nil}

  package var queue: Inference_StatisticDuration {
    get {_queue ?? Inference_StatisticDuration()}
    set {_queue = newValue}
  }
  package var hasQueue: Bool {self._queue != nil}
  package mutating func clearQueue() {self._queue = nil}

  package var computeInput: Inference_StatisticDuration {
    get {_computeInput ?? Inference_StatisticDuration()}
    set {_computeInput = newValue}
  }
  package var hasComputeInput: Bool {self._computeInput != nil}
  package mutating func clearComputeInput() {self._computeInput = nil}

  package var computeInfer: Inference_StatisticDuration {
    get {_computeInfer ?? Inference_StatisticDuration()}
    set {_computeInfer = newValue}
  }
  package var hasComputeInfer: Bool {self._computeInfer != nil}
  package mutating func clearComputeInfer() {self._computeInfer = nil}

  package var computeOutput: Inference_StatisticDuration {
    get {_computeOutput ?? Inference_StatisticDuration()}
    set {_computeOutput = newValue}
  }
  package var hasComputeOutput: Bool {self._computeOutput != nil}
  package mutating func clearComputeOutput() {self._computeOutput = nil}

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}

  fileprivate var _success: Inference_StatisticDuration? = nil
  fileprivate var _fail: Inference_StatisticDuration? = nil
  fileprivate var _queue: Inference_StatisticDuration? = nil
  fileprivate var _computeInput: Inference_StatisticDuration? = nil
  fileprivate var _computeInfer: Inference_StatisticDuration? = nil
  fileprivate var _computeOutput: Inference_StatisticDuration? = nil
}

package nonisolated struct Inference_InferBatchStatistics: Sendable {

  package var batchSize: UInt64 = 0

  package var computeInput: Inference_StatisticDuration {
    get {_computeInput ?? Inference_StatisticDuration()}
    set {_computeInput = newValue}
  }
  package var hasComputeInput: Bool {self._computeInput != nil}
  package mutating func clearComputeInput() {self._computeInput = nil}

  package var computeInfer: Inference_StatisticDuration {
    get {_computeInfer ?? Inference_StatisticDuration()}
    set {_computeInfer = newValue}
  }
  package var hasComputeInfer: Bool {self._computeInfer != nil}
  package mutating func clearComputeInfer() {self._computeInfer = nil}

  package var computeOutput: Inference_StatisticDuration {
    get {_computeOutput ?? Inference_StatisticDuration()}
    set {_computeOutput = newValue}
  }
  package var hasComputeOutput: Bool {self._computeOutput != nil}
  package mutating func clearComputeOutput() {self._computeOutput = nil}

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}

  fileprivate var _computeInput: Inference_StatisticDuration? = nil
  fileprivate var _computeInfer: Inference_StatisticDuration? = nil
  fileprivate var _computeOutput: Inference_StatisticDuration? = nil
}

package nonisolated struct Inference_ModelStatistics: @unchecked Sendable {

  package var name: String {
    get {_storage._name}
    set {_uniqueStorage()._name = newValue}
  }

  package var version: String {
    get {_storage._version}
    set {_uniqueStorage()._version = newValue}
  }

  package var lastInference: UInt64 {
    get {_storage._lastInference}
    set {_uniqueStorage()._lastInference = newValue}
  }

  package var inferenceCount: UInt64 {
    get {_storage._inferenceCount}
    set {_uniqueStorage()._inferenceCount = newValue}
  }

  package var executionCount: UInt64 {
    get {_storage._executionCount}
    set {_uniqueStorage()._executionCount = newValue}
  }

  package var inferenceStats: Inference_InferStatistics {
    get {_storage._inferenceStats ?? Inference_InferStatistics()}
    set {_uniqueStorage()._inferenceStats = newValue}
  }
  package var hasInferenceStats: Bool {_storage._inferenceStats != nil}
  package mutating func clearInferenceStats() {_uniqueStorage()._inferenceStats = nil}

  package var batchStats: [Inference_InferBatchStatistics] {
    get {_storage._batchStats}
    set {_uniqueStorage()._batchStats = newValue}
  }

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}

  fileprivate var _storage = _StorageClass.defaultInstance
}

package nonisolated struct Inference_ModelStatisticsResponse: Sendable {

  package var modelStats: [Inference_ModelStatistics] = []

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_ModelRepositoryParameter: Sendable {

  package var parameterChoice: Inference_ModelRepositoryParameter.OneOf_ParameterChoice? = nil

  package var boolParam: Bool {
    get {
      if case .boolParam(let v)? = parameterChoice {return v}
      return false
    }
    set {parameterChoice = .boolParam(newValue)}
  }

  package var int64Param: Int64 {
    get {
      if case .int64Param(let v)? = parameterChoice {return v}
      return 0
    }
    set {parameterChoice = .int64Param(newValue)}
  }

  package var stringParam: String {
    get {
      if case .stringParam(let v)? = parameterChoice {return v}
      return String()
    }
    set {parameterChoice = .stringParam(newValue)}
  }

  package var bytesParam: Data {
    get {
      if case .bytesParam(let v)? = parameterChoice {return v}
      return Data()
    }
    set {parameterChoice = .bytesParam(newValue)}
  }

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package nonisolated enum OneOf_ParameterChoice: Equatable, Sendable {
    case boolParam(Bool)
    case int64Param(Int64)
    case stringParam(String)
    case bytesParam(Data)

  }

  package init() {}
}

package nonisolated struct Inference_RepositoryIndexRequest: Sendable {

  package var repositoryName: String = String()

  package var ready: Bool = false

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_RepositoryIndexResponse: Sendable {

  package var models: [Inference_RepositoryIndexResponse.ModelIndex] = []

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package nonisolated struct ModelIndex: Sendable {

    package var name: String = String()

    package var version: String = String()

    package var state: String = String()

    package var reason: String = String()

    package var unknownFields = SwiftProtobuf.UnknownStorage()

    package init() {}
  }

  package init() {}
}

package nonisolated struct Inference_RepositoryModelLoadRequest: Sendable {

  package var repositoryName: String = String()

  package var modelName: String = String()

  package var parameters: Dictionary<String,Inference_ModelRepositoryParameter> = [:]

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_RepositoryModelLoadResponse: Sendable {

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_RepositoryModelUnloadRequest: Sendable {

  package var repositoryName: String = String()

  package var modelName: String = String()

  package var parameters: Dictionary<String,Inference_ModelRepositoryParameter> = [:]

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

package nonisolated struct Inference_RepositoryModelUnloadResponse: Sendable {

  package var unknownFields = SwiftProtobuf.UnknownStorage()

  package init() {}
}

fileprivate nonisolated let _protobuf_package = "inference"

nonisolated extension Inference_DataType: SwiftProtobuf._ProtoNameProviding {
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{2}\0TYPE_INVALID\0\u{1}TYPE_BOOL\0\u{1}TYPE_UINT8\0\u{1}TYPE_UINT16\0\u{1}TYPE_UINT32\0\u{1}TYPE_UINT64\0\u{1}TYPE_INT8\0\u{1}TYPE_INT16\0\u{1}TYPE_INT32\0\u{1}TYPE_INT64\0\u{1}TYPE_FP16\0\u{1}TYPE_FP32\0\u{1}TYPE_FP64\0\u{1}TYPE_STRING\0\u{1}TYPE_BF16\0")
}

nonisolated extension Inference_ServerLiveRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ServerLiveRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap()

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while try decoder.nextFieldNumber() != nil {}
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ServerLiveRequest, rhs: Inference_ServerLiveRequest) -> Bool {
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ServerLiveResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ServerLiveResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}live\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularBoolField(value: &self.live) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if self.live != false {
      try visitor.visitSingularBoolField(value: self.live, fieldNumber: 1)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ServerLiveResponse, rhs: Inference_ServerLiveResponse) -> Bool {
    if lhs.live != rhs.live {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ServerReadyRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ServerReadyRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap()

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while try decoder.nextFieldNumber() != nil {}
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ServerReadyRequest, rhs: Inference_ServerReadyRequest) -> Bool {
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ServerReadyResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ServerReadyResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}ready\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularBoolField(value: &self.ready) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if self.ready != false {
      try visitor.visitSingularBoolField(value: self.ready, fieldNumber: 1)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ServerReadyResponse, rhs: Inference_ServerReadyResponse) -> Bool {
    if lhs.ready != rhs.ready {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelReadyRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelReadyRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}version\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.version) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.version.isEmpty {
      try visitor.visitSingularStringField(value: self.version, fieldNumber: 2)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelReadyRequest, rhs: Inference_ModelReadyRequest) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.version != rhs.version {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelReadyResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelReadyResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}ready\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularBoolField(value: &self.ready) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if self.ready != false {
      try visitor.visitSingularBoolField(value: self.ready, fieldNumber: 1)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelReadyResponse, rhs: Inference_ModelReadyResponse) -> Bool {
    if lhs.ready != rhs.ready {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ServerMetadataRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ServerMetadataRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap()

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while try decoder.nextFieldNumber() != nil {}
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ServerMetadataRequest, rhs: Inference_ServerMetadataRequest) -> Bool {
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ServerMetadataResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ServerMetadataResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}version\0\u{1}extensions\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.version) }()
      case 3: try { try decoder.decodeRepeatedStringField(value: &self.extensions) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.version.isEmpty {
      try visitor.visitSingularStringField(value: self.version, fieldNumber: 2)
    }
    if !self.extensions.isEmpty {
      try visitor.visitRepeatedStringField(value: self.extensions, fieldNumber: 3)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ServerMetadataResponse, rhs: Inference_ServerMetadataResponse) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.version != rhs.version {return false}
    if lhs.extensions != rhs.extensions {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelMetadataRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelMetadataRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}version\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.version) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.version.isEmpty {
      try visitor.visitSingularStringField(value: self.version, fieldNumber: 2)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelMetadataRequest, rhs: Inference_ModelMetadataRequest) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.version != rhs.version {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelMetadataResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelMetadataResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}versions\0\u{1}platform\0\u{1}inputs\0\u{1}outputs\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeRepeatedStringField(value: &self.versions) }()
      case 3: try { try decoder.decodeSingularStringField(value: &self.platform) }()
      case 4: try { try decoder.decodeRepeatedMessageField(value: &self.inputs) }()
      case 5: try { try decoder.decodeRepeatedMessageField(value: &self.outputs) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.versions.isEmpty {
      try visitor.visitRepeatedStringField(value: self.versions, fieldNumber: 2)
    }
    if !self.platform.isEmpty {
      try visitor.visitSingularStringField(value: self.platform, fieldNumber: 3)
    }
    if !self.inputs.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.inputs, fieldNumber: 4)
    }
    if !self.outputs.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.outputs, fieldNumber: 5)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelMetadataResponse, rhs: Inference_ModelMetadataResponse) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.versions != rhs.versions {return false}
    if lhs.platform != rhs.platform {return false}
    if lhs.inputs != rhs.inputs {return false}
    if lhs.outputs != rhs.outputs {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelMetadataResponse.TensorMetadata: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = Inference_ModelMetadataResponse.protoMessageName + ".TensorMetadata"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}datatype\0\u{1}shape\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.datatype) }()
      case 3: try { try decoder.decodeRepeatedInt64Field(value: &self.shape) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.datatype.isEmpty {
      try visitor.visitSingularStringField(value: self.datatype, fieldNumber: 2)
    }
    if !self.shape.isEmpty {
      try visitor.visitPackedInt64Field(value: self.shape, fieldNumber: 3)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelMetadataResponse.TensorMetadata, rhs: Inference_ModelMetadataResponse.TensorMetadata) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.datatype != rhs.datatype {return false}
    if lhs.shape != rhs.shape {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_InferParameter: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".InferParameter"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}bool_param\0\u{3}int64_param\0\u{3}string_param\0\u{3}double_param\0\u{3}uint64_param\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try {
        var v: Bool?
        try decoder.decodeSingularBoolField(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .boolParam(v)
        }
      }()
      case 2: try {
        var v: Int64?
        try decoder.decodeSingularInt64Field(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .int64Param(v)
        }
      }()
      case 3: try {
        var v: String?
        try decoder.decodeSingularStringField(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .stringParam(v)
        }
      }()
      case 4: try {
        var v: Double?
        try decoder.decodeSingularDoubleField(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .doubleParam(v)
        }
      }()
      case 5: try {
        var v: UInt64?
        try decoder.decodeSingularUInt64Field(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .uint64Param(v)
        }
      }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    switch self.parameterChoice {
    case .boolParam?: try {
      guard case .boolParam(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularBoolField(value: v, fieldNumber: 1)
    }()
    case .int64Param?: try {
      guard case .int64Param(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularInt64Field(value: v, fieldNumber: 2)
    }()
    case .stringParam?: try {
      guard case .stringParam(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularStringField(value: v, fieldNumber: 3)
    }()
    case .doubleParam?: try {
      guard case .doubleParam(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularDoubleField(value: v, fieldNumber: 4)
    }()
    case .uint64Param?: try {
      guard case .uint64Param(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularUInt64Field(value: v, fieldNumber: 5)
    }()
    case nil: break
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_InferParameter, rhs: Inference_InferParameter) -> Bool {
    if lhs.parameterChoice != rhs.parameterChoice {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_InferTensorContents: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".InferTensorContents"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}bool_contents\0\u{3}int_contents\0\u{3}int64_contents\0\u{3}uint_contents\0\u{3}uint64_contents\0\u{3}fp32_contents\0\u{3}fp64_contents\0\u{3}bytes_contents\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeRepeatedBoolField(value: &self.boolContents) }()
      case 2: try { try decoder.decodeRepeatedInt32Field(value: &self.intContents) }()
      case 3: try { try decoder.decodeRepeatedInt64Field(value: &self.int64Contents) }()
      case 4: try { try decoder.decodeRepeatedUInt32Field(value: &self.uintContents) }()
      case 5: try { try decoder.decodeRepeatedUInt64Field(value: &self.uint64Contents) }()
      case 6: try { try decoder.decodeRepeatedFloatField(value: &self.fp32Contents) }()
      case 7: try { try decoder.decodeRepeatedDoubleField(value: &self.fp64Contents) }()
      case 8: try { try decoder.decodeRepeatedBytesField(value: &self.bytesContents) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.boolContents.isEmpty {
      try visitor.visitPackedBoolField(value: self.boolContents, fieldNumber: 1)
    }
    if !self.intContents.isEmpty {
      try visitor.visitPackedInt32Field(value: self.intContents, fieldNumber: 2)
    }
    if !self.int64Contents.isEmpty {
      try visitor.visitPackedInt64Field(value: self.int64Contents, fieldNumber: 3)
    }
    if !self.uintContents.isEmpty {
      try visitor.visitPackedUInt32Field(value: self.uintContents, fieldNumber: 4)
    }
    if !self.uint64Contents.isEmpty {
      try visitor.visitPackedUInt64Field(value: self.uint64Contents, fieldNumber: 5)
    }
    if !self.fp32Contents.isEmpty {
      try visitor.visitPackedFloatField(value: self.fp32Contents, fieldNumber: 6)
    }
    if !self.fp64Contents.isEmpty {
      try visitor.visitPackedDoubleField(value: self.fp64Contents, fieldNumber: 7)
    }
    if !self.bytesContents.isEmpty {
      try visitor.visitRepeatedBytesField(value: self.bytesContents, fieldNumber: 8)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_InferTensorContents, rhs: Inference_InferTensorContents) -> Bool {
    if lhs.boolContents != rhs.boolContents {return false}
    if lhs.intContents != rhs.intContents {return false}
    if lhs.int64Contents != rhs.int64Contents {return false}
    if lhs.uintContents != rhs.uintContents {return false}
    if lhs.uint64Contents != rhs.uint64Contents {return false}
    if lhs.fp32Contents != rhs.fp32Contents {return false}
    if lhs.fp64Contents != rhs.fp64Contents {return false}
    if lhs.bytesContents != rhs.bytesContents {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelInferRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelInferRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}model_name\0\u{3}model_version\0\u{1}id\0\u{1}parameters\0\u{1}inputs\0\u{1}outputs\0\u{3}raw_input_contents\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.modelName) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.modelVersion) }()
      case 3: try { try decoder.decodeSingularStringField(value: &self.id) }()
      case 4: try { try decoder.decodeMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: &self.parameters) }()
      case 5: try { try decoder.decodeRepeatedMessageField(value: &self.inputs) }()
      case 6: try { try decoder.decodeRepeatedMessageField(value: &self.outputs) }()
      case 7: try { try decoder.decodeRepeatedBytesField(value: &self.rawInputContents) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.modelName.isEmpty {
      try visitor.visitSingularStringField(value: self.modelName, fieldNumber: 1)
    }
    if !self.modelVersion.isEmpty {
      try visitor.visitSingularStringField(value: self.modelVersion, fieldNumber: 2)
    }
    if !self.id.isEmpty {
      try visitor.visitSingularStringField(value: self.id, fieldNumber: 3)
    }
    if !self.parameters.isEmpty {
      try visitor.visitMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: self.parameters, fieldNumber: 4)
    }
    if !self.inputs.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.inputs, fieldNumber: 5)
    }
    if !self.outputs.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.outputs, fieldNumber: 6)
    }
    if !self.rawInputContents.isEmpty {
      try visitor.visitRepeatedBytesField(value: self.rawInputContents, fieldNumber: 7)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelInferRequest, rhs: Inference_ModelInferRequest) -> Bool {
    if lhs.modelName != rhs.modelName {return false}
    if lhs.modelVersion != rhs.modelVersion {return false}
    if lhs.id != rhs.id {return false}
    if lhs.parameters != rhs.parameters {return false}
    if lhs.inputs != rhs.inputs {return false}
    if lhs.outputs != rhs.outputs {return false}
    if lhs.rawInputContents != rhs.rawInputContents {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelInferRequest.InferInputTensor: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = Inference_ModelInferRequest.protoMessageName + ".InferInputTensor"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}datatype\0\u{1}shape\0\u{1}parameters\0\u{1}contents\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.datatype) }()
      case 3: try { try decoder.decodeRepeatedInt64Field(value: &self.shape) }()
      case 4: try { try decoder.decodeMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: &self.parameters) }()
      case 5: try { try decoder.decodeSingularMessageField(value: &self._contents) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.datatype.isEmpty {
      try visitor.visitSingularStringField(value: self.datatype, fieldNumber: 2)
    }
    if !self.shape.isEmpty {
      try visitor.visitPackedInt64Field(value: self.shape, fieldNumber: 3)
    }
    if !self.parameters.isEmpty {
      try visitor.visitMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: self.parameters, fieldNumber: 4)
    }
    try { if let v = self._contents {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 5)
    } }()
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelInferRequest.InferInputTensor, rhs: Inference_ModelInferRequest.InferInputTensor) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.datatype != rhs.datatype {return false}
    if lhs.shape != rhs.shape {return false}
    if lhs.parameters != rhs.parameters {return false}
    if lhs._contents != rhs._contents {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelInferRequest.InferRequestedOutputTensor: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = Inference_ModelInferRequest.protoMessageName + ".InferRequestedOutputTensor"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}parameters\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: &self.parameters) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.parameters.isEmpty {
      try visitor.visitMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: self.parameters, fieldNumber: 2)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelInferRequest.InferRequestedOutputTensor, rhs: Inference_ModelInferRequest.InferRequestedOutputTensor) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.parameters != rhs.parameters {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelInferResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelInferResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}model_name\0\u{3}model_version\0\u{1}id\0\u{1}parameters\0\u{1}outputs\0\u{3}raw_output_contents\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.modelName) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.modelVersion) }()
      case 3: try { try decoder.decodeSingularStringField(value: &self.id) }()
      case 4: try { try decoder.decodeMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: &self.parameters) }()
      case 5: try { try decoder.decodeRepeatedMessageField(value: &self.outputs) }()
      case 6: try { try decoder.decodeRepeatedBytesField(value: &self.rawOutputContents) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.modelName.isEmpty {
      try visitor.visitSingularStringField(value: self.modelName, fieldNumber: 1)
    }
    if !self.modelVersion.isEmpty {
      try visitor.visitSingularStringField(value: self.modelVersion, fieldNumber: 2)
    }
    if !self.id.isEmpty {
      try visitor.visitSingularStringField(value: self.id, fieldNumber: 3)
    }
    if !self.parameters.isEmpty {
      try visitor.visitMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: self.parameters, fieldNumber: 4)
    }
    if !self.outputs.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.outputs, fieldNumber: 5)
    }
    if !self.rawOutputContents.isEmpty {
      try visitor.visitRepeatedBytesField(value: self.rawOutputContents, fieldNumber: 6)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelInferResponse, rhs: Inference_ModelInferResponse) -> Bool {
    if lhs.modelName != rhs.modelName {return false}
    if lhs.modelVersion != rhs.modelVersion {return false}
    if lhs.id != rhs.id {return false}
    if lhs.parameters != rhs.parameters {return false}
    if lhs.outputs != rhs.outputs {return false}
    if lhs.rawOutputContents != rhs.rawOutputContents {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelInferResponse.InferOutputTensor: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = Inference_ModelInferResponse.protoMessageName + ".InferOutputTensor"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}datatype\0\u{1}shape\0\u{1}parameters\0\u{1}contents\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.datatype) }()
      case 3: try { try decoder.decodeRepeatedInt64Field(value: &self.shape) }()
      case 4: try { try decoder.decodeMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: &self.parameters) }()
      case 5: try { try decoder.decodeSingularMessageField(value: &self._contents) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.datatype.isEmpty {
      try visitor.visitSingularStringField(value: self.datatype, fieldNumber: 2)
    }
    if !self.shape.isEmpty {
      try visitor.visitPackedInt64Field(value: self.shape, fieldNumber: 3)
    }
    if !self.parameters.isEmpty {
      try visitor.visitMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_InferParameter>.self, value: self.parameters, fieldNumber: 4)
    }
    try { if let v = self._contents {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 5)
    } }()
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelInferResponse.InferOutputTensor, rhs: Inference_ModelInferResponse.InferOutputTensor) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.datatype != rhs.datatype {return false}
    if lhs.shape != rhs.shape {return false}
    if lhs.parameters != rhs.parameters {return false}
    if lhs._contents != rhs._contents {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelStreamInferResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelStreamInferResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}error_message\0\u{3}infer_response\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.errorMessage) }()
      case 2: try { try decoder.decodeSingularMessageField(value: &self._inferResponse) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.errorMessage.isEmpty {
      try visitor.visitSingularStringField(value: self.errorMessage, fieldNumber: 1)
    }
    try { if let v = self._inferResponse {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 2)
    } }()
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelStreamInferResponse, rhs: Inference_ModelStreamInferResponse) -> Bool {
    if lhs.errorMessage != rhs.errorMessage {return false}
    if lhs._inferResponse != rhs._inferResponse {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelConfigRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelConfigRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}version\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.version) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.version.isEmpty {
      try visitor.visitSingularStringField(value: self.version, fieldNumber: 2)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelConfigRequest, rhs: Inference_ModelConfigRequest) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.version != rhs.version {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelInput: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelInput"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{3}data_type\0\u{2}\u{2}dims\0\u{2}\u{4}optional\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularEnumField(value: &self.dataType) }()
      case 4: try { try decoder.decodeRepeatedInt64Field(value: &self.dims) }()
      case 8: try { try decoder.decodeSingularBoolField(value: &self.optional) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if self.dataType != .typeInvalid {
      try visitor.visitSingularEnumField(value: self.dataType, fieldNumber: 2)
    }
    if !self.dims.isEmpty {
      try visitor.visitPackedInt64Field(value: self.dims, fieldNumber: 4)
    }
    if self.optional != false {
      try visitor.visitSingularBoolField(value: self.optional, fieldNumber: 8)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelInput, rhs: Inference_ModelInput) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.dataType != rhs.dataType {return false}
    if lhs.dims != rhs.dims {return false}
    if lhs.optional != rhs.optional {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelOutput: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelOutput"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{3}data_type\0\u{1}dims\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularEnumField(value: &self.dataType) }()
      case 3: try { try decoder.decodeRepeatedInt64Field(value: &self.dims) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if self.dataType != .typeInvalid {
      try visitor.visitSingularEnumField(value: self.dataType, fieldNumber: 2)
    }
    if !self.dims.isEmpty {
      try visitor.visitPackedInt64Field(value: self.dims, fieldNumber: 3)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelOutput, rhs: Inference_ModelOutput) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.dataType != rhs.dataType {return false}
    if lhs.dims != rhs.dims {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelConfig: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelConfig"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}platform\0\u{4}\u{2}max_batch_size\0\u{1}input\0\u{1}output\0\u{2}\u{b}backend\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.platform) }()
      case 4: try { try decoder.decodeSingularInt32Field(value: &self.maxBatchSize) }()
      case 5: try { try decoder.decodeRepeatedMessageField(value: &self.input) }()
      case 6: try { try decoder.decodeRepeatedMessageField(value: &self.output) }()
      case 17: try { try decoder.decodeSingularStringField(value: &self.backend) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.platform.isEmpty {
      try visitor.visitSingularStringField(value: self.platform, fieldNumber: 2)
    }
    if self.maxBatchSize != 0 {
      try visitor.visitSingularInt32Field(value: self.maxBatchSize, fieldNumber: 4)
    }
    if !self.input.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.input, fieldNumber: 5)
    }
    if !self.output.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.output, fieldNumber: 6)
    }
    if !self.backend.isEmpty {
      try visitor.visitSingularStringField(value: self.backend, fieldNumber: 17)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelConfig, rhs: Inference_ModelConfig) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.platform != rhs.platform {return false}
    if lhs.maxBatchSize != rhs.maxBatchSize {return false}
    if lhs.input != rhs.input {return false}
    if lhs.output != rhs.output {return false}
    if lhs.backend != rhs.backend {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelConfigResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelConfigResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}config\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularMessageField(value: &self._config) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    try { if let v = self._config {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 1)
    } }()
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelConfigResponse, rhs: Inference_ModelConfigResponse) -> Bool {
    if lhs._config != rhs._config {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelStatisticsRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelStatisticsRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}version\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.version) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.version.isEmpty {
      try visitor.visitSingularStringField(value: self.version, fieldNumber: 2)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelStatisticsRequest, rhs: Inference_ModelStatisticsRequest) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.version != rhs.version {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_StatisticDuration: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".StatisticDuration"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}count\0\u{1}ns\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularUInt64Field(value: &self.count) }()
      case 2: try { try decoder.decodeSingularUInt64Field(value: &self.ns) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if self.count != 0 {
      try visitor.visitSingularUInt64Field(value: self.count, fieldNumber: 1)
    }
    if self.ns != 0 {
      try visitor.visitSingularUInt64Field(value: self.ns, fieldNumber: 2)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_StatisticDuration, rhs: Inference_StatisticDuration) -> Bool {
    if lhs.count != rhs.count {return false}
    if lhs.ns != rhs.ns {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_InferStatistics: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".InferStatistics"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}success\0\u{1}fail\0\u{1}queue\0\u{3}compute_input\0\u{3}compute_infer\0\u{3}compute_output\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularMessageField(value: &self._success) }()
      case 2: try { try decoder.decodeSingularMessageField(value: &self._fail) }()
      case 3: try { try decoder.decodeSingularMessageField(value: &self._queue) }()
      case 4: try { try decoder.decodeSingularMessageField(value: &self._computeInput) }()
      case 5: try { try decoder.decodeSingularMessageField(value: &self._computeInfer) }()
      case 6: try { try decoder.decodeSingularMessageField(value: &self._computeOutput) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    try { if let v = self._success {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 1)
    } }()
    try { if let v = self._fail {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 2)
    } }()
    try { if let v = self._queue {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 3)
    } }()
    try { if let v = self._computeInput {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 4)
    } }()
    try { if let v = self._computeInfer {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 5)
    } }()
    try { if let v = self._computeOutput {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 6)
    } }()
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_InferStatistics, rhs: Inference_InferStatistics) -> Bool {
    if lhs._success != rhs._success {return false}
    if lhs._fail != rhs._fail {return false}
    if lhs._queue != rhs._queue {return false}
    if lhs._computeInput != rhs._computeInput {return false}
    if lhs._computeInfer != rhs._computeInfer {return false}
    if lhs._computeOutput != rhs._computeOutput {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_InferBatchStatistics: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".InferBatchStatistics"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}batch_size\0\u{3}compute_input\0\u{3}compute_infer\0\u{3}compute_output\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularUInt64Field(value: &self.batchSize) }()
      case 2: try { try decoder.decodeSingularMessageField(value: &self._computeInput) }()
      case 3: try { try decoder.decodeSingularMessageField(value: &self._computeInfer) }()
      case 4: try { try decoder.decodeSingularMessageField(value: &self._computeOutput) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if self.batchSize != 0 {
      try visitor.visitSingularUInt64Field(value: self.batchSize, fieldNumber: 1)
    }
    try { if let v = self._computeInput {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 2)
    } }()
    try { if let v = self._computeInfer {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 3)
    } }()
    try { if let v = self._computeOutput {
      try visitor.visitSingularMessageField(value: v, fieldNumber: 4)
    } }()
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_InferBatchStatistics, rhs: Inference_InferBatchStatistics) -> Bool {
    if lhs.batchSize != rhs.batchSize {return false}
    if lhs._computeInput != rhs._computeInput {return false}
    if lhs._computeInfer != rhs._computeInfer {return false}
    if lhs._computeOutput != rhs._computeOutput {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelStatistics: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelStatistics"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}version\0\u{3}last_inference\0\u{3}inference_count\0\u{3}execution_count\0\u{3}inference_stats\0\u{3}batch_stats\0")

  fileprivate class _StorageClass {
    var _name: String = String()
    var _version: String = String()
    var _lastInference: UInt64 = 0
    var _inferenceCount: UInt64 = 0
    var _executionCount: UInt64 = 0
    var _inferenceStats: Inference_InferStatistics? = nil
    var _batchStats: [Inference_InferBatchStatistics] = []

      static nonisolated(unsafe) let defaultInstance = _StorageClass()

    private init() {}

    init(copying source: _StorageClass) {
      _name = source._name
      _version = source._version
      _lastInference = source._lastInference
      _inferenceCount = source._inferenceCount
      _executionCount = source._executionCount
      _inferenceStats = source._inferenceStats
      _batchStats = source._batchStats
    }
  }

  fileprivate mutating func _uniqueStorage() -> _StorageClass {
    if !isKnownUniquelyReferenced(&_storage) {
      _storage = _StorageClass(copying: _storage)
    }
    return _storage
  }

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    _ = _uniqueStorage()
    try withExtendedLifetime(_storage) { (_storage: _StorageClass) in
      while let fieldNumber = try decoder.nextFieldNumber() {
        switch fieldNumber {
        case 1: try { try decoder.decodeSingularStringField(value: &_storage._name) }()
        case 2: try { try decoder.decodeSingularStringField(value: &_storage._version) }()
        case 3: try { try decoder.decodeSingularUInt64Field(value: &_storage._lastInference) }()
        case 4: try { try decoder.decodeSingularUInt64Field(value: &_storage._inferenceCount) }()
        case 5: try { try decoder.decodeSingularUInt64Field(value: &_storage._executionCount) }()
        case 6: try { try decoder.decodeSingularMessageField(value: &_storage._inferenceStats) }()
        case 7: try { try decoder.decodeRepeatedMessageField(value: &_storage._batchStats) }()
        default: break
        }
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    try withExtendedLifetime(_storage) { (_storage: _StorageClass) in
      if !_storage._name.isEmpty {
        try visitor.visitSingularStringField(value: _storage._name, fieldNumber: 1)
      }
      if !_storage._version.isEmpty {
        try visitor.visitSingularStringField(value: _storage._version, fieldNumber: 2)
      }
      if _storage._lastInference != 0 {
        try visitor.visitSingularUInt64Field(value: _storage._lastInference, fieldNumber: 3)
      }
      if _storage._inferenceCount != 0 {
        try visitor.visitSingularUInt64Field(value: _storage._inferenceCount, fieldNumber: 4)
      }
      if _storage._executionCount != 0 {
        try visitor.visitSingularUInt64Field(value: _storage._executionCount, fieldNumber: 5)
      }
      try { if let v = _storage._inferenceStats {
        try visitor.visitSingularMessageField(value: v, fieldNumber: 6)
      } }()
      if !_storage._batchStats.isEmpty {
        try visitor.visitRepeatedMessageField(value: _storage._batchStats, fieldNumber: 7)
      }
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelStatistics, rhs: Inference_ModelStatistics) -> Bool {
    if lhs._storage !== rhs._storage {
      let storagesAreEqual: Bool = withExtendedLifetime((lhs._storage, rhs._storage)) { (_args: (_StorageClass, _StorageClass)) in
        let _storage = _args.0
        let rhs_storage = _args.1
        if _storage._name != rhs_storage._name {return false}
        if _storage._version != rhs_storage._version {return false}
        if _storage._lastInference != rhs_storage._lastInference {return false}
        if _storage._inferenceCount != rhs_storage._inferenceCount {return false}
        if _storage._executionCount != rhs_storage._executionCount {return false}
        if _storage._inferenceStats != rhs_storage._inferenceStats {return false}
        if _storage._batchStats != rhs_storage._batchStats {return false}
        return true
      }
      if !storagesAreEqual {return false}
    }
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelStatisticsResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelStatisticsResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}model_stats\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeRepeatedMessageField(value: &self.modelStats) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.modelStats.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.modelStats, fieldNumber: 1)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelStatisticsResponse, rhs: Inference_ModelStatisticsResponse) -> Bool {
    if lhs.modelStats != rhs.modelStats {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_ModelRepositoryParameter: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".ModelRepositoryParameter"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}bool_param\0\u{3}int64_param\0\u{3}string_param\0\u{3}bytes_param\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try {
        var v: Bool?
        try decoder.decodeSingularBoolField(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .boolParam(v)
        }
      }()
      case 2: try {
        var v: Int64?
        try decoder.decodeSingularInt64Field(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .int64Param(v)
        }
      }()
      case 3: try {
        var v: String?
        try decoder.decodeSingularStringField(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .stringParam(v)
        }
      }()
      case 4: try {
        var v: Data?
        try decoder.decodeSingularBytesField(value: &v)
        if let v = v {
          if self.parameterChoice != nil {try decoder.handleConflictingOneOf()}
          self.parameterChoice = .bytesParam(v)
        }
      }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    switch self.parameterChoice {
    case .boolParam?: try {
      guard case .boolParam(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularBoolField(value: v, fieldNumber: 1)
    }()
    case .int64Param?: try {
      guard case .int64Param(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularInt64Field(value: v, fieldNumber: 2)
    }()
    case .stringParam?: try {
      guard case .stringParam(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularStringField(value: v, fieldNumber: 3)
    }()
    case .bytesParam?: try {
      guard case .bytesParam(let v)? = self.parameterChoice else { preconditionFailure() }
      try visitor.visitSingularBytesField(value: v, fieldNumber: 4)
    }()
    case nil: break
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_ModelRepositoryParameter, rhs: Inference_ModelRepositoryParameter) -> Bool {
    if lhs.parameterChoice != rhs.parameterChoice {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_RepositoryIndexRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".RepositoryIndexRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}repository_name\0\u{1}ready\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.repositoryName) }()
      case 2: try { try decoder.decodeSingularBoolField(value: &self.ready) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.repositoryName.isEmpty {
      try visitor.visitSingularStringField(value: self.repositoryName, fieldNumber: 1)
    }
    if self.ready != false {
      try visitor.visitSingularBoolField(value: self.ready, fieldNumber: 2)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_RepositoryIndexRequest, rhs: Inference_RepositoryIndexRequest) -> Bool {
    if lhs.repositoryName != rhs.repositoryName {return false}
    if lhs.ready != rhs.ready {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_RepositoryIndexResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".RepositoryIndexResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}models\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeRepeatedMessageField(value: &self.models) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.models.isEmpty {
      try visitor.visitRepeatedMessageField(value: self.models, fieldNumber: 1)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_RepositoryIndexResponse, rhs: Inference_RepositoryIndexResponse) -> Bool {
    if lhs.models != rhs.models {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_RepositoryIndexResponse.ModelIndex: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = Inference_RepositoryIndexResponse.protoMessageName + ".ModelIndex"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{1}name\0\u{1}version\0\u{1}state\0\u{1}reason\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.name) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.version) }()
      case 3: try { try decoder.decodeSingularStringField(value: &self.state) }()
      case 4: try { try decoder.decodeSingularStringField(value: &self.reason) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.name.isEmpty {
      try visitor.visitSingularStringField(value: self.name, fieldNumber: 1)
    }
    if !self.version.isEmpty {
      try visitor.visitSingularStringField(value: self.version, fieldNumber: 2)
    }
    if !self.state.isEmpty {
      try visitor.visitSingularStringField(value: self.state, fieldNumber: 3)
    }
    if !self.reason.isEmpty {
      try visitor.visitSingularStringField(value: self.reason, fieldNumber: 4)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_RepositoryIndexResponse.ModelIndex, rhs: Inference_RepositoryIndexResponse.ModelIndex) -> Bool {
    if lhs.name != rhs.name {return false}
    if lhs.version != rhs.version {return false}
    if lhs.state != rhs.state {return false}
    if lhs.reason != rhs.reason {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_RepositoryModelLoadRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".RepositoryModelLoadRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}repository_name\0\u{3}model_name\0\u{1}parameters\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.repositoryName) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.modelName) }()
      case 3: try { try decoder.decodeMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_ModelRepositoryParameter>.self, value: &self.parameters) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.repositoryName.isEmpty {
      try visitor.visitSingularStringField(value: self.repositoryName, fieldNumber: 1)
    }
    if !self.modelName.isEmpty {
      try visitor.visitSingularStringField(value: self.modelName, fieldNumber: 2)
    }
    if !self.parameters.isEmpty {
      try visitor.visitMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_ModelRepositoryParameter>.self, value: self.parameters, fieldNumber: 3)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_RepositoryModelLoadRequest, rhs: Inference_RepositoryModelLoadRequest) -> Bool {
    if lhs.repositoryName != rhs.repositoryName {return false}
    if lhs.modelName != rhs.modelName {return false}
    if lhs.parameters != rhs.parameters {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_RepositoryModelLoadResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".RepositoryModelLoadResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap()

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while try decoder.nextFieldNumber() != nil {}
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_RepositoryModelLoadResponse, rhs: Inference_RepositoryModelLoadResponse) -> Bool {
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_RepositoryModelUnloadRequest: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".RepositoryModelUnloadRequest"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap(bytecode: "\0\u{3}repository_name\0\u{3}model_name\0\u{1}parameters\0")

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let fieldNumber = try decoder.nextFieldNumber() {
      switch fieldNumber {
      case 1: try { try decoder.decodeSingularStringField(value: &self.repositoryName) }()
      case 2: try { try decoder.decodeSingularStringField(value: &self.modelName) }()
      case 3: try { try decoder.decodeMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_ModelRepositoryParameter>.self, value: &self.parameters) }()
      default: break
      }
    }
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    if !self.repositoryName.isEmpty {
      try visitor.visitSingularStringField(value: self.repositoryName, fieldNumber: 1)
    }
    if !self.modelName.isEmpty {
      try visitor.visitSingularStringField(value: self.modelName, fieldNumber: 2)
    }
    if !self.parameters.isEmpty {
      try visitor.visitMapField(fieldType: SwiftProtobuf._ProtobufMessageMap<SwiftProtobuf.ProtobufString,Inference_ModelRepositoryParameter>.self, value: self.parameters, fieldNumber: 3)
    }
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_RepositoryModelUnloadRequest, rhs: Inference_RepositoryModelUnloadRequest) -> Bool {
    if lhs.repositoryName != rhs.repositoryName {return false}
    if lhs.modelName != rhs.modelName {return false}
    if lhs.parameters != rhs.parameters {return false}
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}

nonisolated extension Inference_RepositoryModelUnloadResponse: SwiftProtobuf.Message, SwiftProtobuf._MessageImplementationBase, SwiftProtobuf._ProtoNameProviding {
  package static let protoMessageName: String = _protobuf_package + ".RepositoryModelUnloadResponse"
  package static let _protobuf_nameMap = SwiftProtobuf._NameMap()

  package mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while try decoder.nextFieldNumber() != nil {}
  }

  package func traverse<V: SwiftProtobuf.Visitor>(visitor: inout V) throws {
    try unknownFields.traverse(visitor: &visitor)
  }

  package static func ==(lhs: Inference_RepositoryModelUnloadResponse, rhs: Inference_RepositoryModelUnloadResponse) -> Bool {
    if lhs.unknownFields != rhs.unknownFields {return false}
    return true
  }
}
#endif
