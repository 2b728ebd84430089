import Bayeux
import Testing

@Suite("JSON decoding")
struct JSONDecodingTests {
    struct Everything: Codable, Equatable {
        var bool: Bool
        var string: String
        var double: Double
        var float: Float
        var int: Int
        var int8: Int8
        var int16: Int16
        var int32: Int32
        var int64: Int64
        var int128: Int128
        var uint: UInt
        var uint8: UInt8
        var uint16: UInt16
        var uint32: UInt32
        var uint64: UInt64
        var uint128: UInt128
        var absent: String?
        var null: [Int]?
        var array: [Double]
        var dictionary: [String: [Bool]]
        var nested: Nested
    }

    struct Nested: Codable, Equatable {
        var values: [Inner]

        struct Inner: Codable, Equatable {
            var number: Int?
        }
    }

    static let text = """
        {"bool":true,"string":"s\\n","double":0.1,"float":1e10,"int":-1,"int8":-128,"int16":-32768,"int32":7,
        "int64":-9223372036854775808,"int128":-170141183460469231731687303715884105728,"uint":1,"uint8":255,
        "uint16":65535,"uint32":4294967295,"uint64":18446744073709551615,
        "uint128":340282366920938463463374607431768211455,"null":null,"array":[1,2.5],"dictionary":{"a":[true],"b":[]},
        "nested":{"values":[{"number":1},{},{"number":null}]},"unknown":[{}]}
        """

    static let everything = Everything(
        bool: true,
        string: "s\n",
        double: 0.1,
        float: 1e10,
        int: -1,
        int8: .min,
        int16: .min,
        int32: 7,
        int64: .min,
        int128: .min,
        uint: 1,
        uint8: .max,
        uint16: .max,
        uint32: .max,
        uint64: .max,
        uint128: .max,
        absent: nil,
        null: nil,
        array: [1, 2.5],
        dictionary: ["a": [true], "b": []],
        nested: Nested(values: [.init(number: 1), .init(number: nil), .init(number: nil)])
    )

    @Test func `a structure is decoded with all types of members`() throws {
        #expect(try JSONBytes(Self.text).decode(Everything.self) == Self.everything)
        #expect(try JSONValue(parsing: Self.text).decode() == Self.everything)
    }

    @Test func `what was encoded can be decoded`() throws {
        #expect(try JSONBytes(encoding: Self.everything).decode() == Self.everything)
    }

    @Test func `values without a structure are decoded`() throws {
        #expect(try JSONBytes("\"a\"").decode(String.self) == "a")
        #expect(try JSONBytes("true").decode(Bool.self))
        #expect(try JSONBytes("1").decode(Double.self) == 1)
        #expect(try JSONBytes("null").decode(Int?.self) == nil)
        #expect(try JSONBytes("3").decode(Int?.self) == 3)
        #expect(try JSONBytes("[null,1]").decode([Int?].self) == [nil, 1])
        #expect(try JSONBytes("[[1],[2,3]]").decode([[UInt8]].self) == [[1], [2, 3]])
        #expect(try JSONBytes("[1,2,2]").decode(Set<Int>.self) == [1, 2])
        #expect(try JSONBytes(#"{"1":"a","2":"b"}"#).decode([Int: String].self) == [1: "a", 2: "b"])
        #expect(try JSONBytes(#"[true,"a",false,"b"]"#).decode([Bool: String].self) == [true: "a", false: "b"])
        #expect(try JSONBytes("[1,2]").decode(ClosedRange<Int>.self) == 1...2)
    }

    enum Event: Codable, Equatable {
        case joined(name: String, at: Int)
        case left(String)
        case ended
    }

    enum Color: String, Codable, CodingKeyRepresentable {
        case red, green
    }

    @Test(arguments: [
        (Event.joined(name: "Ann", at: 3), #"{"joined":{"name":"Ann","at":3}}"#),
        (.left("Bob"), #"{"left":{"_0":"Bob"}}"#),
        (.ended, #"{"ended":{}}"#),
    ])
    func `an enumeration with associated values goes both ways`(event: Event, text: String) throws {
        #expect(try JSONBytes(text).decode(Event.self) == event)
        #expect(try JSONBytes(encoding: event).description == text)
    }

    @Test func `an enumeration with raw values goes both ways`() throws {
        #expect(try JSONBytes(#"["red","green"]"#).decode([Color].self) == [.red, .green])
        #expect(try JSONBytes(encoding: Color.red).description == "\"red\"")
        #expect(try JSONBytes(#"{"red":1}"#).decode([Color: Int].self) == [.red: 1])
        #expect(try JSONBytes(encoding: [Color.green: 2]).description == #"{"green":2}"#)
        #expect(throws: DecodingError.self) { try JSONBytes("\"blue\"").decode(Color.self) }
    }

    @Test func `a value can be kept as it is`() throws {
        struct Message: Codable, Equatable {
            var data: JSONValue
            var ext: JSONBytes?
            var object: JSONObject
            var number: JSONNumber
        }
        let text = #"{"data":[1.10,{"b":1,"a":null}],"ext":{"ack":true},"object":{"z":1,"y":2},"number":1e2}"#
        let message = try JSONBytes(text).decode(Message.self)
        #expect(message.data == [.number(JSONNumber(trusted: "1.10")), ["b": 1, "a": nil]])
        #expect(message.ext?.description == #"{"ack":true}"#)
        #expect(message.number.text == "1e2")
        #expect(try JSONBytes(encoding: message).description == text)
        #expect(throws: DecodingError.self) { try JSONBytes("[]").decode(JSONObject.self) }
        #expect(throws: DecodingError.self) { try JSONBytes("\"1\"").decode(JSONNumber.self) }
    }
}

// MARK: - Failures

extension JSONDecodingTests {
    /// What went wrong, where, and for which type.
    enum Failure: Equatable {
        case typeMismatch(String, at: String)
        case valueNotFound(String, at: String)
        case keyNotFound(String, at: String)
        case dataCorrupted(at: String)

        init(_ error: DecodingError) {
            func path(_ context: DecodingError.Context) -> String {
                context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
            }
            switch error {
            case .typeMismatch(let type, let context): self = .typeMismatch("\(type)", at: path(context))
            case .valueNotFound(let type, let context): self = .valueNotFound("\(type)", at: path(context))
            case .keyNotFound(let key, let context): self = .keyNotFound(key.stringValue, at: path(context))
            case .dataCorrupted(let context): self = .dataCorrupted(at: path(context))
            @unknown default: self = .dataCorrupted(at: "unknown")
            }
        }
    }

    private func failure<T: Decodable>(_ text: String, _ type: T.Type) throws -> Failure {
        Failure(try #require(throws: DecodingError.self) { try JSONBytes(text).decode(type) })
    }

    @Test func `an error tells the path to the value`() throws {
        let nested = Nested.self
        #expect(try self.failure("{}", nested) == .keyNotFound("values", at: ""))
        #expect(try self.failure(#"{"values":1}"#, nested) == .typeMismatch("Array<JSONValue>", at: "values"))
        #expect(try self.failure(#"{"values":null}"#, nested) == .valueNotFound("Array<JSONValue>", at: "values"))
        #expect(try self.failure(#"{"values":[{},3]}"#, nested) == .typeMismatch("JSONObject", at: "values.[1]"))
        #expect(try self.failure(#"{"values":[{},null]}"#, nested) == .valueNotFound("JSONObject", at: "values.[1]"))
        #expect(
            try self.failure(#"{"values":[{},{"number":"1"}]}"#, nested)
                == .typeMismatch("Int", at: "values.[1].number")
        )
        #expect(
            try self.failure(#"{"values":[{"number":1.5}]}"#, nested) == .dataCorrupted(at: "values.[0].number")
        )
        #expect(try self.failure(#"{"a":[true],"b":[0]}"#, [String: [Bool]].self) == .typeMismatch("Bool", at: "b.[0]"))
    }

    @Test func `null is no value`() throws {
        #expect(try self.failure("null", Int.self) == .valueNotFound("Int", at: ""))
        #expect(try self.failure("null", String.self) == .valueNotFound("String", at: ""))
        #expect(try self.failure("null", [Int].self) == .valueNotFound("Array<JSONValue>", at: ""))
        #expect(try self.failure("null", Nested.self) == .valueNotFound("JSONObject", at: ""))
    }

    @Test(arguments: ["0", "1", "\"true\"", "[]", "{}"])
    func `only the words are booleans`(text: String) throws {
        #expect(try self.failure(text, Bool.self) == .typeMismatch("Bool", at: ""))
    }

    @Test(arguments: ["true", "\"1\"", "[]", "{}"])
    func `only numbers are numbers`(text: String) throws {
        #expect(try self.failure(text, Int.self) == .typeMismatch("Int", at: ""))
        #expect(try self.failure(text, UInt128.self) == .typeMismatch("UInt128", at: ""))
        #expect(try self.failure(text, Double.self) == .typeMismatch("Double", at: ""))
        #expect(try self.failure(text, Float.self) == .typeMismatch("Float", at: ""))
    }

    @Test func `a floating-point number is rounded but must fit`() throws {
        #expect(try JSONBytes("16777217").decode(Float.self) == 16_777_216)
        #expect(try JSONBytes("1e-60").decode(Float.self) == 0)
        #expect(try JSONBytes("-0.0").decode(Double.self).sign == .minus)
        #expect(try self.failure("1e39", Float.self) == .dataCorrupted(at: ""))
        #expect(try self.failure("-1e309", Double.self) == .dataCorrupted(at: ""))
    }
}

// MARK: - Containers by hand

extension JSONDecodingTests {
    enum Key: String, CodingKey {
        case object, array, value
    }

    @Test func `nested containers are read by hand`() throws {
        struct Manual: Decodable {
            init(from decoder: any Decoder) throws {
                let outer = try decoder.container(keyedBy: Key.self)
                #expect(Set(outer.allKeys) == [.object, .array])
                #expect(outer.contains(.array))
                #expect(!outer.contains(.value))
                let object = try outer.nestedContainer(keyedBy: Key.self, forKey: .object)
                #expect(try object.decodeNil(forKey: .value))
                #expect(throws: DecodingError.self) { try object.decodeNil(forKey: .array) }
                #expect(object.codingPath.map(\.stringValue) == ["object"])

                var array = try outer.nestedUnkeyedContainer(forKey: .array)
                #expect(array.count == 4)
                #expect(throws: DecodingError.self) { try array.decode(String.self) }
                #expect(array.currentIndex == 0)
                #expect(try !array.decodeNil())
                #expect(try array.decode(Int.self) == 1)
                #expect(try array.decodeNil())
                #expect(array.currentIndex == 2)
                let inner = try array.nestedContainer(keyedBy: Key.self)
                #expect(inner.codingPath.map(\.stringValue) == ["array", "Index 2"])
                #expect(try inner.decode(Bool.self, forKey: .value))
                var innermost = try array.nestedUnkeyedContainer()
                #expect(innermost.isAtEnd)
                #expect(innermost.codingPath.last?.intValue == 3)
                #expect(array.isAtEnd)
                for _ in 0..<2 { #expect(throws: DecodingError.self) { try innermost.decode(Int.self) } }
                #expect(throws: DecodingError.self) { try array.decodeNil() }
                #expect(throws: DecodingError.self) { try array.nestedUnkeyedContainer() }
                #expect(try array.decodeIfPresent(Int.self) == nil)
            }
        }
        _ = try JSONBytes(#"{"object":{"value":null},"array":[1,null,{"value":true},[]]}"#).decode(Manual.self)
    }

    @Test func `the widest integers are read by hand`() throws {
        struct Wide: Decodable {
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                #expect(throws: DecodingError.self) { try container.decode(Int128.self) }
                #expect(try container.decode(UInt128.self) == .max)
                #expect(try container.decode(Int128.self) == -1)
                #expect(container.isAtEnd)
            }
        }
        _ = try JSONBytes("[340282366920938463463374607431768211455,-1]").decode(Wide.self)
    }

    @Test func `a failure past the end names the index`() throws {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                _ = (try container.decode(Int.self), try container.decode(Int.self))
            }
        }
        #expect(try self.failure("[1]", Pair.self) == .valueNotFound("Int", at: "[1]"))
    }

    class Animal: Codable {
        var name = "?"
    }

    final class Dog: Animal {
        var age = 0

        enum DogKey: String, CodingKey {
            case age
        }

        override init() { super.init() }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: DogKey.self)
            self.age = try container.decode(Int.self, forKey: .age)
            try super.init(from: container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: DogKey.self)
            try container.encode(self.age, forKey: .age)
            try super.encode(to: container.superEncoder())
        }
    }

    @Test func `a superclass goes both ways under its own key`() throws {
        let dog = try JSONBytes(#"{"age":3,"super":{"name":"Rex"}}"#).decode(Dog.self)
        #expect(dog.age == 3)
        #expect(dog.name == "Rex")
        #expect(try JSONBytes(encoding: dog).description == #"{"age":3,"super":{"name":"Rex"}}"#)
        #expect(try self.failure(#"{"age":3}"#, Dog.self) == .valueNotFound("JSONObject", at: "super"))
        #expect(try self.failure(#"{"age":3,"super":{}}"#, Dog.self) == .keyNotFound("name", at: "super"))
    }

    @Test func `other places for a superclass are read`() throws {
        struct Manual: Decodable {
            init(from decoder: any Decoder) throws {
                let outer = try decoder.container(keyedBy: Key.self)
                let missing = try outer.superDecoder(forKey: .value)
                #expect(try missing.singleValueContainer().decodeNil())
                var array = try outer.superDecoder(forKey: .array).unkeyedContainer()
                let element = try array.superDecoder()
                #expect(element.codingPath.map(\.stringValue) == ["array", "Index 0"])
                #expect(try element.singleValueContainer().decode(Int.self) == 1)
                #expect(array.isAtEnd)
            }
        }
        _ = try JSONBytes(#"{"array":[1]}"#).decode(Manual.self)
    }

    @Test func `a type finds what the caller passes on`() throws {
        struct Tagged: Codable, Equatable {
            static let key = CodingUserInfoKey(rawValue: "tag")
            var tag: String

            init(tag: String) { self.tag = tag }

            init(from decoder: any Decoder) throws {
                self.tag = Self.key.flatMap { decoder.userInfo[$0] as? String } ?? "none"
            }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                try container.encode(self.tag + (Self.key.flatMap { encoder.userInfo[$0] as? String } ?? ""))
            }
        }
        let userInfo = try [#require(Tagged.key): "x"]
        #expect(
            try JSONBytes(#"{"a":[{}]}"#).decode([String: [Tagged]].self, userInfo: userInfo)["a"] == [Tagged(tag: "x")]
        )
        #expect(try JSONBytes("1").decode(Tagged.self).tag == "none")
        #expect(try JSONBytes(encoding: ["k": [Tagged(tag: "a")]], userInfo: userInfo).description == #"{"k":["ax"]}"#)
    }
}
