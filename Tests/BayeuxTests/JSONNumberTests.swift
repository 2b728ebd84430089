import Bayeux
import Testing

@Suite("JSONNumber")
struct JSONNumberTests {
    @Test(arguments: ["0", "-0", "1.10", "1e5", "1E+05", "12345678901234567890", "-0.000e-0"])
    func `a number keeps its spelling`(text: String) throws {
        #expect(JSONNumber(text)?.text == text)
        #expect(try JSONValue(parsing: text).description == text)
        #expect(try JSONBytes("[\(text)]").value().description == "[\(text)]")
    }

    @Test(arguments: ["", " 1", "1 ", "+1", ".5", "1.", "01", "0x1", "NaN", "inf", "true", "\"1\"", "[1]", "1e", "١"])
    func `what JSON does not call a number is none`(text: String) {
        #expect(JSONNumber(text) == nil)
    }

    @Test func `integers are spelt in digits`() {
        #expect(JSONNumber(0).text == "0")
        #expect(JSONNumber(Int.min).text == "-9223372036854775808")
        #expect(JSONNumber(UInt64.max).text == "18446744073709551615")
        #expect(JSONNumber(UInt128.max).text == "340282366920938463463374607431768211455")
        #expect(JSONNumber(-7 as Int8).text == "-7")
    }

    @Test(arguments: [0, -0.0, 0.1, 1, -2.5, 1e20, 1e-7, 1e300, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude])
    func `a double is spelt so that it can be read again`(value: Double) throws {
        let number = try #require(JSONNumber(value))
        #expect(number.double == value)
        #expect(JSONNumber(number.text) == number)
    }

    @Test func `a float is spelt with its own digits`() {
        #expect(JSONNumber(0.1 as Float)?.text == "0.1")
        #expect(JSONNumber(1 as Float)?.text == "1.0")
    }

    @Test func `numbers that JSON cannot say are none`() {
        for value in [Double.infinity, -.infinity, .nan, .signalingNaN] {
            #expect(JSONNumber(value) == nil)
            #expect(JSONNumber(Float(value)) == nil)
            #expect(JSONValue(value) == nil)
        }
    }

    @Test func `numbers are compared by their text`() {
        #expect(JSONNumber(1) == JSONNumber("1"))
        #expect(JSONNumber(1) != JSONNumber("1.0"))
        #expect(JSONNumber(1).hashValue == JSONNumber("1")?.hashValue)
    }

    @Test func `accessors give what fits`() throws {
        let large = try #require(JSONNumber("18446744073709551615"))
        #expect(large.int == nil)
        #expect(large.uint64 == .max)
        #expect(large.double == 18_446_744_073_709_551_616)
        #expect(JSONNumber(-1).uint64 == nil)
        #expect(JSONNumber("1e400")?.double == nil)
        #expect(JSONNumber(7).int == 7)
    }

    @Test(arguments: [
        ("3.0", 3), ("3e0", 3), ("0.3e1", 3), ("30e-1", 3), ("300.00e-2", 3), ("1e18", 1_000_000_000_000_000_000),
        ("-1.5e1", -15), ("0.000", 0), ("-0.0", 0), ("0e999999999999999999999", 0), ("0.0000000000000000000001e22", 1),
        ("9223372036854775807.0", Int64.max), ("-9223372036854775808.000", Int64.min), ("-0", 0), ("1E+02", 100),
        ("10000000000000000000000000000000e-31", 1), ("101.0", 101), ("1001000e-3", 1001),
    ])
    func `an integer is decoded from any spelling of its value`(text: String, value: Int64) throws {
        #expect(try JSONBytes(text).decode(Int64.self) == value)
    }

    @Test(arguments: [
        "0.5", "1.5", "1e-1", "9223372036854775808", "9223372036854775808.0", "-9223372036854775809", "1e19", "1e400",
        "1e999999999999999999999", "1e-999999999999999999999", "0.1e-99999999999", "922337203685477580.75e1",
        "3.0000000000000000000000000000000000001", "123456789012345678901234567890e-11",
    ])
    func `a number that is no integer or does not fit is not decoded`(text: String) {
        #expect(throws: DecodingError.self) { try JSONBytes(text).decode(Int64.self) }
    }

    @Test func `every width of integers has its limits`() throws {
        func check<T: FixedWidthInteger & Codable>(_ type: T.Type) throws {
            for value in [T.min, T.max, 0, 1, T.max / 2] {
                #expect(try JSONBytes(encoding: value).description == "\(value)")
                #expect(try JSONBytes("\(value)").decode(T.self) == value)
                #expect(try JSONBytes("\(value).0").decode(T.self) == value)
                #expect(try JSONBytes("\(value).00e0").decode(T.self) == value)
            }
            #expect(try JSONBytes("\(T.max)0e-1").decode(T.self) == T.max)
            #expect(throws: DecodingError.self) { try JSONBytes("\(T.max)0").decode(T.self) }
            #expect(throws: DecodingError.self) { try JSONBytes("\(T.max)e1").decode(T.self) }
            #expect(throws: DecodingError.self) { try JSONBytes("-\(T.max)1").decode(T.self) }
            #expect(throws: DecodingError.self) {
                try JSONBytes("340282366920938463463374607431768211456").decode(T.self)
            }
        }
        try check(Int.self)
        try check(Int8.self)
        try check(Int16.self)
        try check(Int32.self)
        try check(Int64.self)
        try check(Int128.self)
        try check(UInt.self)
        try check(UInt8.self)
        try check(UInt16.self)
        try check(UInt32.self)
        try check(UInt64.self)
        try check(UInt128.self)
    }
}
