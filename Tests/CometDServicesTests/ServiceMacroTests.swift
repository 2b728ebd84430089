import SwiftSyntaxMacrosGenericTestSupport
import Testing

@Suite struct ServiceMacroTests {
    @Test func `a class becomes a service with all its annotated methods`() {
        expectExpansion(
            of: """
                @Service("chat")
                public final class ChatService {
                    @Session var session: LocalSession?
                    @Listener("/news/{category}", receiveOwnPublishes: true)
                    func onNews(_ message: BayeuxMessage, from sender: ServerSession, category: String) {}
                    @Subscription("/foo/**")
                    func onFoo(data: Foo?) async throws {}
                    @RemoteCall("contacts/{userId}", timeout: .seconds(5))
                    func contacts(_ query: Query, of userId: String) async throws -> [Contact] { [] }
                    @Configure("/chat/**", errorIfExists: false)
                    func configure(_ channel: ServerChannel) throws {}
                    func other() {}
                }
                """,
            is: """
                public final class ChatService {
                    var session: LocalSession? {
                        get {
                            self._session.session
                        }
                    }

                    private let _session = CometDServices.SessionSlot<LocalSession>()
                    func onNews(_ message: BayeuxMessage, from sender: ServerSession, category: String) {}
                    func onFoo(data: Foo?) async throws {}
                    func contacts(_ query: Query, of userId: String) async throws -> [Contact] { [] }
                    func configure(_ channel: ServerChannel) throws {}
                    func other() {}

                    public static var serviceName: String {
                        "chat"
                    }

                    public nonisolated func register(with registrar: CometDServices.ServiceRegistrar) {
                        self._session.fill(from: registrar)
                        registrar.addListener(["/news/{category}"], receiveOwnPublishes: true, needsSender: true) { invocation in
                            guard let sender = invocation.sender else {
                                return true
                            }
                            return try await CometDServices.ServiceRegistrar.verdict(self.onNews(invocation.message, from: sender, category: invocation.value("category")))
                        }
                        registrar.addSubscription(["/foo/**"]) { invocation in
                            try await CometDServices.ServiceRegistrar.finish(self.onFoo(data: invocation.payload((Foo?).self)))
                        }
                        registrar.addRemoteCall(["contacts/{userId}"], timeout: .seconds(5)) { invocation, call, caller in
                            return try await CometDServices.ServiceRegistrar.answer(self.contacts(invocation.payload((Query).self), of: invocation.value("userId")))
                        }
                        registrar.configure(["/chat/**"], errorIfExists: false) { channel in
                            try CometDServices.ServiceRegistrar.configured(self.configure(channel))
                        }
                    }
                }

                extension ChatService: CometDServices.AnnotatedService {
                }
                """
        )
    }

    @Test func `without a name a service is called like its type`() {
        expectExpansion(
            of: """
                @Service
                actor Counter {
                }
                """,
            is: """
                actor Counter {

                    static var serviceName: String {
                        "Counter"
                    }

                    nonisolated func register(with registrar: CometDServices.ServiceRegistrar) {

                    }
                }

                extension Counter: CometDServices.AnnotatedService {
                }
                """
        )
    }

    @Test func `a service for clients has a client`() {
        expectExpansion(
            of: """
                @Service struct Reader {
                    @Session var client: BayeuxClient?
                    @Session var other: CometDClient.BayeuxClient?
                    @Listener("/meta/connect")
                    func connected(_ message: BayeuxMessage, by nobody: ServerSession?) {}
                }
                """,
            is: """
                struct Reader {
                    var client: BayeuxClient? {
                        get {
                            self._client.session
                        }
                    }

                    private let _client = CometDServices.SessionSlot<BayeuxClient>()
                    var other: CometDClient.BayeuxClient? {
                        get {
                            self._other.session
                        }
                    }

                    private let _other = CometDServices.SessionSlot<CometDClient.BayeuxClient>()
                    func connected(_ message: BayeuxMessage, by nobody: ServerSession?) {}

                    static var serviceName: String {
                        "Reader"
                    }

                    nonisolated func register(with registrar: CometDServices.ServiceRegistrar) {
                        self._client.fill(from: registrar)
                        self._other.fill(from: registrar)
                        registrar.addListener(["/meta/connect"]) { invocation in
                            let sender = invocation.sender
                            return try await CometDServices.ServiceRegistrar.verdict(self.connected(invocation.message, by: sender))
                        }
                    }
                }

                extension Reader: CometDServices.AnnotatedService {
                }
                """
        )
    }

    @Test func `a service is a class, an actor or a struct`() {
        expectExpansion(
            of: """
                @Service("x")
                enum Wrong {}
                """,
            mistakes: [
                DiagnosticSpec(message: "@Service belongs at a class, an actor or a struct", line: 1, column: 1)
            ]
        )
    }

    @Test func `annotations have no effect in extensions, outside of services and within conditions`() {
        expectExpansion(
            of: """
                extension ChatService {
                    @Listener("/a") func one(_ message: BayeuxMessage) {}
                }
                """,
            mistakes: [
                DiagnosticSpec(
                    message:
                        "@Listener has no effect in an extension: move the method into the type that has @Service",
                    line: 2,
                    column: 5
                )
            ]
        )
        let outside = "has no effect outside of a class, actor or struct that has @Service"
        expectExpansion(
            of: """
                struct Plain {
                    @RemoteCall("a") func one() {}
                    @Session var session: LocalSession?
                }
                """,
            mistakes: [
                DiagnosticSpec(message: "@RemoteCall \(outside)", line: 2, column: 5),
                DiagnosticSpec(message: "@Session \(outside)", line: 3, column: 5),
            ]
        )
        expectExpansion(
            of: """
                @Service struct Plain {
                    #if DEBUG
                    @Subscription("/a") func one(_ message: BayeuxMessage) {}
                    #endif
                }
                """,
            mistakes: [DiagnosticSpec(message: "@Subscription has no effect within #if", line: 3, column: 5)]
        )
    }

    @Test func `two methods cannot answer the same call or configure the same channel`() {
        expectExpansion(
            of: """
                @Service struct Plain {
                    @RemoteCall("a/{x}") func one(x: String) {}
                    @RemoteCall("a/{y}") func two(y: String) {}
                    @Configure("/a") func three(_ channel: ServerChannel) {}
                    @Configure("/a/") func four(_ channel: ServerChannel) {}
                }
                """,
            mistakes: [
                DiagnosticSpec(message: "another @RemoteCall of the type has 'a/{y}'", line: 3, column: 17),
                DiagnosticSpec(message: "another @Configure of the type has '/a/'", line: 5, column: 16),
            ]
        )
    }

    @Test func `an annotation stands at a method once`() {
        expectExpansion(
            of: """
                @Service struct Plain {
                    @Listener("/a") @Listener("/b") func one(_ message: BayeuxMessage) {}
                }
                """,
            mistakes: [DiagnosticSpec(message: "name all channels in one @Listener", line: 2, column: 21)]
        )
    }

    @Test func `a private start would never be called`() {
        expectExpansion(
            of: """
                @Service struct Plain {
                    private func start() async throws {}
                    func stop(now: Bool) {}
                }
                """,
            mistakes: [DiagnosticSpec(message: "start() is not called when it is private", line: 2, column: 5)]
        )
    }

    @Test func `a session property is an optional variable without a value`() {
        expectExpansion(
            of: """
                @Service struct Plain {
                    @Session let a: LocalSession?
                    @Session var b: ServerSession
                    @Session var c: Int?
                    @Session var d: LocalSession? = nil
                    @Session static var e: LocalSession?
                    @Session var f: LocalSession? { nil }
                    @Session var g: BayeuxClient
                }
                """,
            mistakes: [
                DiagnosticSpec(
                    message: "a @Session is set when the service is registered: it must be a 'var'",
                    line: 2,
                    column: 14,
                    fixIts: [FixItSpec(message: "use 'var'")]
                ),
                DiagnosticSpec(
                    message: "a @Session is nil until the service is registered: its type must be 'ServerSession?'",
                    line: 3,
                    column: 21,
                    fixIts: [FixItSpec(message: "add '?'")]
                ),
                DiagnosticSpec(
                    message: "a @Session is a 'LocalSession?', a 'ServerSession?' or a 'BayeuxClient?'",
                    line: 4,
                    column: 21
                ),
                DiagnosticSpec(message: "a @Session has no initial value", line: 5, column: 35),
                DiagnosticSpec(
                    message: "@Session belongs at a stored property that is not static",
                    line: 6,
                    column: 14
                ),
                DiagnosticSpec(message: "@Session belongs at a stored property", line: 7, column: 5),
                DiagnosticSpec(
                    message: "a @Session is nil until the service is registered: its type must be 'BayeuxClient?'",
                    line: 8,
                    column: 21,
                    fixIts: [FixItSpec(message: "add '?'")]
                ),
            ]
        )
    }
}
