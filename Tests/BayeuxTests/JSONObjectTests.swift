import Bayeux
import Testing

@Suite("JSONObject")
struct JSONObjectTests {
    /// Sizes below, at and beyond where an index is kept.
    static let sizes = [0, 1, 2, 15, 16, 17, 18, 100, 1000]

    private static func object(_ count: Int) -> JSONObject {
        JSONObject((0..<count).map { JSONObject.Member(key: "key\($0)", value: JSONValue($0)) })
    }

    @Test(arguments: Self.sizes)
    func `members keep their order and are found by name`(count: Int) throws {
        let object = Self.object(count)
        #expect(object.count == count)
        #expect(object.map(\.key) == (0..<count).map { "key\($0)" })
        for number in 0..<count {
            #expect(object["key\(number)"] == JSONValue(number))
            #expect(object[number].value == JSONValue(number))
        }
        #expect(object["key"] == nil)
        #expect(object["key\(count)"] == nil)
        #expect(try JSONValue(parsing: object.description) == .object(object))
    }

    @Test(arguments: Self.sizes)
    func `the last of several equal names counts, in the place of the first`(count: Int) throws {
        var text = (0..<count).map { "\"key\($0)\":0" } + ["\"x\":1"]
        text += (0..<count).reversed().map { "\"k\\u0065y\($0)\":\($0)" } + ["\"x\":2"]
        let value = try JSONValue(parsing: "{\(text.joined(separator: ","))}")

        var expected = Self.object(count)
        expected["x"] = 2
        #expect(value == .object(expected))
        #expect(value.objectValue?.map(\.key) == expected.map(\.key))
    }

    @Test(arguments: Self.sizes)
    func `setting replaces in place, adds at the end and removes`(count: Int) {
        var object = Self.object(count)
        for number in 0..<count { object["key\(number)"] = JSONValue(-number) }
        object["new"] = true
        #expect(object.map(\.key) == (0..<count).map { "key\($0)" } + ["new"])
        for number in 0..<count { #expect(object["key\(number)"] == JSONValue(-number)) }

        object["new"] = nil
        object["absent"] = nil
        for number in stride(from: 0, to: count, by: 2) {
            #expect(object.removeValue(forKey: "key\(number)") == JSONValue(-number))
            #expect(object.removeValue(forKey: "key\(number)") == nil)
        }
        #expect(object.map(\.key) == stride(from: 1, to: count, by: 2).map { "key\($0)" })
        for number in stride(from: 1, to: count, by: 2) { #expect(object["key\(number)"] == JSONValue(-number)) }
    }

    @Test(arguments: Self.sizes)
    func `objects are equal whatever the order of their members`(count: Int) {
        let object = Self.object(count)
        let reversed = JSONObject(object.reversed())
        #expect(object == reversed)
        #expect(object.hashValue == reversed.hashValue)

        var other = reversed
        other["key0"] = "other"
        #expect(object != other)
        other["key0"] = nil
        other["key\(count)"] = 0
        #expect(object != other)
    }

    @Test func `a copy does not change with the original`() {
        var original: JSONObject = ["a": 1]
        let copy = original
        original["a"] = 2
        #expect(copy["a"] == 1)
    }

    @Test func `null is a value, nil is none`() {
        var object: JSONObject = ["a": 1, "b": nil]
        object["a"] = nil
        object["c"] = .null
        #expect(object.description == #"{"b":null,"c":null}"#)
        #expect(object["a"] == nil)
        #expect(object["b"] == .null)
    }

    @Test func `members are equal when names and values are`() {
        let member = JSONObject.Member(key: "a", value: 1)
        #expect(member == JSONObject.Member(key: "a", value: 1))
        #expect(member != JSONObject.Member(key: "b", value: 1))
        #expect(member != JSONObject.Member(key: "a", value: 2))
    }

    @Test func `a literal may repeat a name`() {
        let object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.description == #"{"a":3,"b":2}"#)
    }

    @Test func `names that only look alike are different`() {
        var object: JSONObject = ["\u{e9}": 1]
        object["e\u{301}"] = 2
        for number in 0..<20 { object["key\(number)"] = 0 }
        #expect(object.count == 22)
        #expect(object["\u{e9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{e9}") != "e\u{301}")
        #expect(["\u{e9}": 1] as JSONObject != ["e\u{301}": 1])
    }

    @Test func `parsing takes time linear in the number of names`() throws {
        // Quadratic, this would take minutes.
        let count = 20_000
        let text = "{" + (0..<count).map { "\"\($0)\":\($0)" }.joined(separator: ",") + "}"
        let value = try JSONValue(parsing: text)
        #expect(value.objectValue?.count == count)
        #expect(value["19999"] == 19999)
    }

    @Test func `combining marks in names do not make hashing quadratic`() throws {
        // Canonical ordering, which Swift's own hashing of strings does, would take minutes.
        let marks = String(repeating: "\u{301}\u{316}", count: 100_000)
        let names = (0..<20).map { "\"\($0)\(marks)\":0" }
        let value = try JSONValue(parsing: "{\(names.joined(separator: ","))}")
        #expect(value["7" + marks] == 0)
        #expect(value == value)
        _ = value.hashValue
    }
}
