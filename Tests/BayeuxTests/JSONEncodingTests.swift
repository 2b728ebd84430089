import Bayeux
import Testing

@Suite("JSON encoding")
struct JSONEncodingTests {
    private func text(_ value: some Encodable) throws -> String {
        try JSONBytes(encoding: value).description
    }

    @Test func `members are written in their order, without those that are nil`() throws {
        struct Point: Encodable {
            var y = 2
            var label: String?
            var x = 1.5
        }
        #expect(try self.text(Point()) == #"{"y":2,"x":1.5}"#)
        #expect(try self.text(Point(label: "é\"")) == #"{"y":2,"label":"é\"","x":1.5}"#)
    }

    @Test func `values without a structure are encoded`() throws {
        #expect(try self.text("a") == "\"a\"")
        #expect(try self.text(true) == "true")
        #expect(try self.text(UInt128.max) == "340282366920938463463374607431768211455")
        #expect(try self.text(0.1 as Float) == "0.1")
        #expect(try self.text(Int?.none) == "null")
        #expect(try self.text([1, nil, 3]) == "[1,null,3]")
        #expect(try self.text([[Int]]()) == "[]")
        #expect(try self.text([String: Int]()) == "{}")
        #expect(try self.text([UInt128.max, 1]) == "[340282366920938463463374607431768211455,1]")
        #expect(try self.text([1: "a"]) == #"{"1":"a"}"#)
        #expect(try self.text([true: "a"]) == #"[true,"a"]"#)
        #expect(try self.text(JSONBytes("[ 1.10 ]")) == "[1.10]")
    }

    @Test func `an empty structure is an empty object`() throws {
        struct Empty: Encodable {}
        #expect(try self.text(Empty()) == "{}")
        #expect(try self.text([Empty()]) == "[{}]")
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func `a number that JSON cannot say is an error with its path`(number: Double) throws {
        let error = try #require(throws: EncodingError.self) { try JSONBytes(encoding: ["a": [0, number]]) }
        guard case .invalidValue(let value, let context) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(value is Double)
        #expect(context.codingPath.map(\.stringValue) == ["a", "Index 1"])
        #expect(context.codingPath.last?.intValue == 1)
        #expect(throws: EncodingError.self) { try JSONBytes(encoding: Float(number)) }
    }
}

// MARK: - Containers by hand

extension JSONEncodingTests {
    enum Key: String, CodingKey {
        case first, second, third
    }

    /// Encodes by whatever is done to the encoder.
    struct Manual: Encodable {
        let body: (any Encoder) throws -> Void

        init(_ body: @escaping (any Encoder) throws -> Void) { self.body = body }

        func encode(to encoder: any Encoder) throws { try self.body(encoder) }
    }

    @Test func `nested containers are written by hand, in any order`() throws {
        let value = Manual { encoder in
            var outer = encoder.container(keyedBy: Key.self)
            var object = outer.nestedContainer(keyedBy: Key.self, forKey: .first)
            var array = outer.nestedUnkeyedContainer(forKey: .second)
            try outer.encodeNil(forKey: .third)
            try array.encode(1)
            #expect(array.count == 1)
            #expect(array.codingPath.map(\.stringValue) == ["second"])
            var inner = array.nestedContainer(keyedBy: Key.self)
            #expect(inner.codingPath.map(\.stringValue) == ["second", "Index 1"])
            var innermost = array.nestedUnkeyedContainer()
            try array.encodeNil()
            try array.encode(contentsOf: ["x", "y"])
            try object.encode(true, forKey: .first)
            try inner.encode(["deep"], forKey: .second)
            try innermost.encode(2 as UInt8)
        }
        #expect(
            try self.text(value)
                == #"{"first":{"first":true},"second":[1,{"second":["deep"]},[2],null,"x","y"],"third":null}"#
        )
    }

    @Test func `a container that is asked for twice is the same`() throws {
        let value = Manual { encoder in
            var one = encoder.container(keyedBy: Key.self)
            var two = encoder.container(keyedBy: Key.self)
            try one.encode(1, forKey: .first)
            try two.encode(2, forKey: .second)
            var left = one.nestedContainer(keyedBy: Key.self, forKey: .third)
            var right = two.nestedContainer(keyedBy: Key.self, forKey: .third)
            try left.encode(3, forKey: .first)
            try right.encode(4, forKey: .second)
        }
        #expect(try self.text(value) == #"{"first":1,"second":2,"third":{"first":3,"second":4}}"#)
        let array = Manual { encoder in
            var one = encoder.unkeyedContainer()
            var two = encoder.unkeyedContainer()
            try one.encode(1)
            try two.encode(2)
        }
        #expect(try self.text(array) == "[1,2]")
    }

    @Test func `the last value of a key counts`() throws {
        let value = Manual { encoder in
            var container = encoder.container(keyedBy: Key.self)
            var nested = container.nestedUnkeyedContainer(forKey: .first)
            try nested.encode(0)
            try container.encode(1, forKey: .second)
            try container.encode(2, forKey: .first)
            try container.encode(3, forKey: .second)
        }
        #expect(try self.text(value) == #"{"first":2,"second":3}"#)
    }

    @Test func `encoders for a superclass may stay empty`() throws {
        let value = Manual { encoder in
            var container = encoder.container(keyedBy: Key.self)
            _ = container.superEncoder()
            var array = container.nestedUnkeyedContainer(forKey: .first)
            _ = array.superEncoder()
            try [1].encode(to: array.superEncoder())
            let other = container.superEncoder(forKey: .second)
            #expect(other.codingPath.map(\.stringValue) == ["second"])
            try "x".encode(to: other)
        }
        #expect(try self.text(value) == #"{"super":{},"first":[{},[1]],"second":"x"}"#)
    }

    @Test func `a type that encodes nothing is an empty object, or an error by itself`() throws {
        let nothing = Manual { _ in }
        #expect(try self.text([nothing]) == "[{}]")
        #expect(try self.text(["a": nothing]) == #"{"a":{}}"#)
        #expect(throws: EncodingError.self) { try JSONBytes(encoding: nothing) }
    }

    @Test func `a type that encodes two things for one is an error`() throws {
        let values = [
            Manual { encoder in
                _ = encoder.container(keyedBy: Key.self)
                _ = encoder.unkeyedContainer()
            },
            Manual { encoder in
                _ = encoder.unkeyedContainer()
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(1, forKey: .first)
            },
            Manual { encoder in
                var container = encoder.singleValueContainer()
                try container.encode(1)
                try container.encode(2)
            },
            Manual { encoder in
                _ = encoder.unkeyedContainer()
                var container = encoder.singleValueContainer()
                try container.encodeNil()
            },
            Manual { encoder in
                var container = encoder.singleValueContainer()
                try container.encode(1)
                _ = encoder.container(keyedBy: Key.self)
            },
        ]
        for value in values {
            #expect(throws: EncodingError.self) { try JSONBytes(encoding: value) }
            #expect(throws: EncodingError.self) { try JSONBytes(encoding: ["a": [value]]) }
        }
    }

    @Test func `an error of a type comes through`() {
        struct Refusal: Error, Equatable {}
        #expect(throws: Refusal()) { try JSONBytes(encoding: [Manual { _ in throw Refusal() }]) }
    }

    @Test func `a value that is encoded through another is taken as it is`() throws {
        let value = Manual { encoder in
            var container = encoder.singleValueContainer()
            try container.encode(["a": [1]])
        }
        #expect(try self.text(value) == #"{"a":[1]}"#)
    }

    @Test func `a deep type is encoded and decoded`() throws {
        indirect enum List: Codable, Equatable {
            case end
            case item(Int, List)
        }
        var list = List.end
        for number in 0..<15 { list = .item(number, list) }
        let json = try JSONBytes(encoding: list)
        #expect(try JSONBytes(json.description).decode(List.self) == list)
    }
}
