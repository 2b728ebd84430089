import Bayeux
import Foundation
import Testing

private protocol Shape: Codable, Sendable {
    var area: Double { get }
}

@Suite struct ClassRegistryTests {
    private struct Circle: Shape, Equatable {
        var radius: Double
        var area: Double { 3 * self.radius * self.radius }
    }

    private final class Square: Shape {
        let side: Double
        var area: Double { self.side * self.side }
        init(side: Double) { self.side = side }
    }

    private struct Group: Shape {
        var members: [Polymorphic<any Shape>]
        var area: Double { self.members.reduce(0) { $0 + $1.wrappedValue.area } }
    }

    private struct Text: Codable, Equatable, Sendable {
        var text: String
    }

    private struct Number: Codable, Sendable {
        var value: Int
        func encode(to encoder: any Encoder) throws { try self.value.encode(to: encoder) }
    }

    private struct Drawing: Codable {
        var title: String
        @Polymorphic var frame: any Shape
        var background: Polymorphic<any Shape>?
    }

    private let classes: ClassRegistry

    init() {
        var classes = ClassRegistry()
        classes.register(Circle.self, as: "com.acme.Circle")
        classes.register(Square.self, as: "com.acme.Square")
        classes.register(Group.self, as: "com.acme.Group")
        classes.register(Text.self, as: "com.acme.Text")
        classes.register(Number.self, as: "com.acme.Number")
        self.classes = classes
    }

    @Test func `an object becomes the type that its class names`() throws {
        let circle = try self.classes.decode(JSONBytes(#"{"radius":2,"class":"com.acme.Circle"}"#))
        #expect(circle as? Circle == Circle(radius: 2))
        let square = try self.classes.decode(JSONBytes(#"{"class":"com.acme.Square","side":3,"more":[]}"#))
        #expect((square as? Square)?.side == 3)
    }

    @Test func `a registered type is written with its class`() throws {
        #expect(try self.classes.encode(Circle(radius: 2)).description == #"{"class":"com.acme.Circle","radius":2.0}"#)
        let anything: any Shape = Square(side: 1)
        #expect(try self.classes.encode(anything).description == #"{"class":"com.acme.Square","side":1.0}"#)
        #expect(try self.classes.encode(["a": 1]).description == #"{"a":1}"#)
    }

    @Test func `values within values keep their classes`() throws {
        let text = #"""
            {"title":"t","frame":{"class":"com.acme.Group","members":[{"class":"com.acme.Circle","radius":1.0},\#
            {"class":"com.acme.Group","members":[{"class":"com.acme.Square","side":2.0}]}]}}
            """#
        let message = BayeuxMessage(channel: "/drawings", data: try JSONBytes(text))
        let drawing = try message.data(as: Drawing.self, using: self.classes)
        #expect(drawing.frame.area == 7)
        #expect(drawing.background == nil)
        #expect(try JSONBytes(encoding: drawing, using: self.classes).description == text)
    }

    @Test(
        arguments: [
            (#"{"class":"com.acme.Triangle"}"#, .classUnknown, "com.acme.Triangle"),
            (#"{"class":""}"#, .classUnknown, ""),
            (#"{"class":"com.acme.circle"}"#, .classUnknown, "com.acme.circle"),
            (#"{"class":7}"#, .classMissing, nil), (#"{"class":null}"#, .classMissing, nil),
            (#"{"radius":1}"#, .classMissing, nil), ("[]", .classMissing, nil), ("null", .classMissing, nil),
        ] as [(String, ClassRegistryError.Code, String?)]
    )
    func `a class that is absent or not registered is an error`(
        text: String,
        code: ClassRegistryError.Code,
        name: String?
    ) throws {
        let json = try JSONBytes(text)
        #expect(throws: ClassRegistryError(code, name: name)) { try self.classes.decode(json) }
    }

    @Test func `a very long name is not looked up`() throws {
        let name = String(repeating: "\u{301}", count: 100_000)
        let json = JSONBytes(["class": .string(name)])
        let error = #expect(throws: ClassRegistryError.self) { try self.classes.decode(json) }
        #expect(error?.code == .classUnknown)
        #expect((error?.description.utf8.count ?? .max) < 2000)
    }

    @Test func `a registered class in the wrong place is an error`() throws {
        let json = try JSONBytes(#"{"title":"t","frame":{"class":"com.acme.Text","text":"x"}}"#)
        #expect(throws: ClassRegistryError(.classUnexpected, name: "com.acme.Text")) {
            try json.decode(Drawing.self, using: self.classes)
        }
    }

    @Test func `an object of the wrong shape is a decoding error`() throws {
        let json = try JSONBytes(#"{"class":"com.acme.Circle","radius":"big"}"#)
        #expect(throws: DecodingError.self) { try self.classes.decode(json) }
    }

    @Test func `a type that is not registered cannot be written as one of several`() {
        struct Stray: Shape {
            var area: Double { 0 }
        }
        #expect(throws: ClassRegistryError(.typeUnknown, name: "Stray")) {
            try self.classes.encode([Polymorphic<any Shape>(wrappedValue: Stray())])
        }
    }

    @Test func `a type that is no object cannot have a class`() {
        #expect(throws: EncodingError.self) { try self.classes.encode(Number(value: 1)) }
    }

    @Test func `without a registry nothing is coded by its class`() throws {
        let json = try JSONBytes(#"{"title":"t","frame":{"class":"com.acme.Circle","radius":1}}"#)
        #expect(throws: ClassRegistryError(.registryMissing)) { try json.decode(Drawing.self) }
    }

    @Test func `a type may have several names, and a name may change its type`() throws {
        var classes = self.classes
        classes.register(Text.self, as: "org.example.Note")
        #expect(try classes.encode(Text(text: "x")).description == #"{"class":"org.example.Note","text":"x"}"#)
        for name in ["com.acme.Text", "org.example.Note"] {
            #expect(try classes.decode(JSONBytes(["class": .string(name), "text": "x"])) as? Text == Text(text: "x"))
        }
        classes.register(Circle.self, as: "org.example.Note")
        #expect(try classes.decode(JSONBytes(#"{"class":"org.example.Note","radius":1}"#)) is Circle)
    }

    @Test func `nesting is as deep as the text may be`() throws {
        let levels = 31
        let open = String(repeating: #"{"class":"com.acme.Group","members":["#, count: levels)
        let deep = open + String(repeating: "]}", count: levels)
        #expect(try self.classes.decode(JSONBytes(deep)) is Group)
        #expect(throws: JSONError.self) { try JSONBytes(open + open + open + String(repeating: "]}", count: 93)) }
    }

    @Test func `coders of Foundation find the registry too`() throws {
        let decoder = JSONDecoder()
        let encoder = JSONEncoder()
        for (key, value) in self.classes.userInfo {
            decoder.userInfo[key] = value
            encoder.userInfo[key] = value
        }
        let data = Data(#"{"title":"t","frame":{"class":"com.acme.Square","side":2}}"#.utf8)
        let drawing = try decoder.decode(Drawing.self, from: data)
        #expect(drawing.frame.area == 4)
        let again = try decoder.decode(Drawing.self, from: encoder.encode(drawing))
        #expect(again.frame.area == 4)
    }
}
