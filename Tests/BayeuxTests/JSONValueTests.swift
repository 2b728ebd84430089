import Bayeux
import Testing

@Suite("JSONValue")
struct JSONValueTests {
    @Test func `literals make values`() throws {
        let name = "room"
        let value: JSONValue = [
            "n": nil, "b": true, "i": -1, "d": 0.5, "s": "a \(name)", "a": [1, "2", [:]], "o": ["k": []],
        ]
        let text = #"{"n":null,"b":true,"i":-1,"d":0.5,"s":"a room","a":[1,"2",{}],"o":{"k":[]}}"#
        #expect(value.description == text)
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test func `numbers that are no literals make values`() {
        #expect(JSONValue([1, 2].count) == 2)
        #expect(JSONValue(UInt64.max).description == "18446744073709551615")
        #expect(JSONValue(1.5) == 1.5)
    }

    @Test func `subscripts look inside`() {
        let news: JSONValue = ["title": "Rain", "tags": ["weather", ["deep": true]], "views": 3]
        #expect(news["title"]?.stringValue == "Rain")
        #expect(news["tags"]?[0] == "weather")
        #expect(news["tags"]?[1]?["deep"]?.boolValue == true)
        #expect(news["tags"]?[2] == nil)
        #expect(news["tags"]?[-1] == nil)
        #expect(news["tags"]?["x"] == nil)
        #expect(news["views"]?["x"] == nil)
        #expect(news[0] == nil)
        #expect(news["none"] == nil)
    }

    @Test(arguments: [nil, true, 1, "s", [], [:]] as [JSONValue])
    func `an accessor answers for its own kind only`(value: JSONValue) {
        #expect(value.isNull == (value.kind == .null))
        #expect((value.boolValue != nil) == (value.kind == .bool))
        #expect((value.numberValue != nil) == (value.kind == .number))
        #expect((value.intValue != nil) == (value.kind == .number))
        #expect((value.doubleValue != nil) == (value.kind == .number))
        #expect((value.stringValue != nil) == (value.kind == .string))
        #expect((value.arrayValue != nil) == (value.kind == .array))
        #expect((value.objectValue != nil) == (value.kind == .object))
    }

    @Test func `values of different kinds or content differ`() {
        let values: [JSONValue] = [
            nil, false, true, 0, 1, 1.0, "", "0", "null", [], [0], [nil], [[]], [:], ["": nil], ["a": 0], ["a": 1],
        ]
        for (left, value) in values.enumerated() {
            for (right, other) in values.enumerated() { #expect((value == other) == (left == right)) }
        }
        #expect(Set(values + values).count == values.count)
    }

    @Test func `a value can be a name in a dictionary`() {
        let counts: [JSONValue: Int] = [["a": 1, "b": [2]]: 1, "a": 2]
        #expect(counts[["b": [2], "a": 1]] == 1)
    }
}
