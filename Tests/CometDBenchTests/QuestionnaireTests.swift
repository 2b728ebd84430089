import Testing

@testable import CometDBench

@Suite("Questions of the benchmark")
struct QuestionnaireTests {
    /// Answers what is asked, and keeps the questions.
    private final class Person {
        private var answers: ArraySlice<String>
        private(set) var heard = ""

        init(_ answers: [String]) { self.answers = answers[...] }

        var questionnaire: Questionnaire {
            Questionnaire {
                self.answers.popFirst()
            } write: {
                self.heard += $0
            }
        }
    }

    @Test func `the server asks in the book's order, and empty answers take its defaults`() throws {
        let person = Person([String](repeating: "", count: 8))
        let parameters = try ServerParameters(.init(), asking: person.questionnaire)

        #expect(parameters == ServerParameters())
        #expect(
            person.heard == "listen port [8080]: use ssl [false]: selectors [8]: max threads [256]: "
                + "transports (jsrws,jettyws,http,asynchttp) [jsrws,http]: record statistics [true]: "
                + "record latencies [true]: detect long requests [false]: "
        )
    }

    @Test func `the client asks in the book's order, and empty answers take its defaults`() throws {
        let person = Person([String](repeating: "", count: 16))
        let connection = try ClientParameters.Connection(.init(), asking: person.questionnaire)
        let run = try ClientParameters.Run(after: .init(), .init(), asking: person.questionnaire)

        #expect(connection == .init() && run == .init())
        #expect(
            person.heard == "server [localhost]: port [8080]: transports:\n  0 - long-polling\n  1 - jsr-websocket\n"
                + "  2 - jetty-websocket\ntransport [0]: use ssl [false]: max threads [256]: context [/cometd]: "
                + "channel [/a]: rooms [100]: rooms per client [10]: enable ack extension [false]: "
                + "clients [1000]: batch count [1000]: batch size [10]: batch pause (µs) [10000]: "
                + "message size [50]: randomize sends [false]: "
        )
    }

    @Test func `answers are taken`() throws {
        let person = Person(
            ["example.com", "81", "2", "true", "4", "/bayeux", "/chat", "7", "3", "yes"]
                + ["12", "5", "2", "0", "1000", "y"]
        )
        let connection = try ClientParameters.Connection(.init(), asking: person.questionnaire)
        let plan = LoadPlan(
            connection,
            try ClientParameters.Run(after: .init(), .init(), asking: person.questionnaire)
        )

        #expect(plan.target == LoadTarget(host: "example.com", port: 81, path: "/bayeux", isSecure: true))
        #expect(plan.scenario == .rooms && plan.transport == .webSocket && plan.acknowledges)
        #expect(plan.channel == "/chat" && plan.rooms == 7 && plan.roomsPerClient == 3 && plan.clients == 12)
        #expect(plan.batchCount == 5 && plan.batchSize == 2 && plan.batchPause == 0)
        #expect(plan.messageSize == 1000 && plan.isRandomized && connection.maxThreads == 4)
    }

    @Test func `bad answers are asked again`() throws {
        let person = Person(["x", "65536", "-1", " 81 ", "maybe", "false"])
        let port = try person.questionnaire.ask("port", default: 80, .integer(0...65535))
        let ssl = try person.questionnaire.ask("use ssl", default: true, .bool)

        #expect(port == 81 && !ssl)
        #expect(person.heard.split(separator: "\n").count == 5)
        #expect(person.heard.hasPrefix("port [80]: 'x' is not a number from 0 to 65535\nport [80]: '65536' is not"))
    }

    @Test func `transports are a list of the four`() throws {
        let person = Person(["", "", "", "", "http,carrier", "http,", "jettyws, asynchttp", "", "", ""])
        let parameters = try ServerParameters(.init(), asking: person.questionnaire)

        #expect(parameters.transports == [.jettyws, .asynchttp])
        #expect(parameters.transports.map(\.transport) == [.webSocket, .longPolling])
    }

    @Test func `what the command line says is not asked`() throws {
        var given = ClientParameters.Given()
        given.transport = .webSocket
        given.rooms = 5
        given.server = "there"
        let person = Person([String](repeating: "", count: 7))
        let connection = try ClientParameters.Connection(given, asking: person.questionnaire)

        #expect(connection.server == "there" && connection.rooms == 5 && connection.transport == .webSocket)
        #expect(!person.heard.contains("server") && !person.heard.contains("transport"))
        // There are not as many rooms as a client is in by default.
        #expect(connection.roomsPerClient == 5 && person.heard.contains("rooms per client [5]: "))
        #expect(ClientParameters.Connection(given) == connection)
    }

    @Test func `no clients end the conversation`() throws {
        let person = Person(["0"])
        let run = try ClientParameters.Run(after: .init(), .init(), asking: person.questionnaire)

        #expect(run.clients == 0 && person.heard == "clients [1000]: ")
    }

    @Test func `what was said last is the next default`() throws {
        var last = ClientParameters.Run()
        last.clients = 17
        last.batchPause = 3
        let person = Person([String](repeating: "", count: 6))
        let run = try ClientParameters.Run(after: last, .init(), asking: person.questionnaire)

        #expect(run == last)
        #expect(person.heard.hasPrefix("clients [17]: ") && person.heard.contains("batch pause (µs) [3]: "))
    }

    @Test func `an input that ends is an end`() {
        #expect(throws: Questionnaire.Ended()) {
            try ServerParameters(.init(), asking: Person(["81"]).questionnaire)
        }
    }

    @Test func `threads limit the event loops`() {
        var parameters = ServerParameters()
        #expect(parameters.eventLoops == 8)
        parameters.maxThreads = 2
        #expect(parameters.eventLoops == 2)
    }
}
