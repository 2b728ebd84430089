import SwiftSyntaxMacrosGenericTestSupport
import Testing

/// Mistakes in annotated methods; each is told where it was made.
@Suite struct CallbackMacroTests {
    private func expect(
        _ member: String,
        _ message: String,
        column: Int,
        fixIt: String? = nil,
        fixed: String? = nil,
        at location: SourceLocation = #_sourceLocation
    ) {
        expectExpansion(
            of: "@Service struct Plain {\n\(member)\n}",
            mistakes: [
                DiagnosticSpec(
                    message: message,
                    line: 2,
                    column: column,
                    fixIts: fixIt.map { [FixItSpec(message: $0)] } ?? []
                )
            ],
            fixed: fixed.map { "@Service struct Plain {\n\($0)\n}" },
            at: location
        )
    }

    @Test func `a channel starts with a slash`() {
        self.expect(
            #"@Listener("news") func a(_ message: BayeuxMessage) {}"#,
            "the channel 'news' must start with '/'",
            column: 11,
            fixIt: "insert '/'",
            fixed: #"@Listener("/news") func a(_ message: BayeuxMessage) {}"#
        )
    }

    @Test(arguments: ["/service/contacts", "service/contacts", "/contacts"])
    func `a remote call's target is relative`(target: String) {
        let prefix = target.dropLast("contacts".count)
        self.expect(
            #"@RemoteCall("\#(target)") func a() {}"#,
            "the target '\(target)' of a remote call must not start with '\(prefix)'",
            column: 13,
            fixIt: "remove '\(prefix)'",
            fixed: #"@RemoteCall("contacts") func a() {}"#
        )
    }

    @Test(arguments: [
        ("/a b?", "has the illegal character '?'"),
        ("/a//b", "has an empty segment"),
        ("/*/a", "has a wildcard that is not its last segment"),
        ("/a{b}", "has braces that do not enclose a whole segment"),
        ("/{b}/*", "has both a wildcard and a variable"),
        ("/{b}/{b}", "has the variable 'b' twice"),
        ("", "names nothing"),
    ])
    func `a channel is legal`(channel: String, problem: String) {
        self.expect(
            #"@Listener("\#(channel)") func a(b: String) {}"#,
            "the channel '\(channel)' \(problem)",
            column: 11
        )
    }

    @Test func `channels are literals, and there is at least one`() {
        self.expect(
            #"@Listener(name) func a() {}"#,
            "a channel must be a string literal without interpolation",
            column: 11
        )
        self.expect(
            #"@Listener("/\(name)") func a() {}"#,
            "a channel must be a string literal without interpolation",
            column: 11
        )
        self.expect(#"@Listener(receiveOwnPublishes: true) func a() {}"#, "@Listener needs a channel", column: 1)
        self.expect(#"@Subscription func a() {}"#, "@Subscription needs a channel", column: 1)
        self.expect(#"@Listener("/a", "/a/") func a() {}"#, "'/a/' is named twice", column: 17)
    }

    @Test func `a parameter that is no variable is renamed to the only one left`() {
        self.expect(
            #"@Listener("/news/{category}/{event}") func a(kategory: String, event: String) {}"#,
            "'kategory' is no variable of '/news/{category}/{event}'",
            column: 46,
            fixIt: "rename to 'category'",
            fixed: #"@Listener("/news/{category}/{event}") func a(category: String, event: String) {}"#
        )
        self.expect(
            #"@RemoteCall("contacts/{userId}") func a(of user: String) {}"#,
            "'user' is no variable of 'contacts/{userId}'",
            column: 44,
            fixIt: "rename to 'userId'",
            fixed: #"@RemoteCall("contacts/{userId}") func a(of userId: String) {}"#
        )
    }

    @Test func `a String payload is named data`() {
        self.expect(
            #"@RemoteCall("echo") func a(_ text: String) {}"#,
            "'text' has no template's variable to take: a String payload is named 'data'",
            column: 30,
            fixIt: "rename to 'data'",
            fixed: #"@RemoteCall("echo") func a(_ data: String) {}"#
        )
    }

    @Test func `each variable has a parameter`() {
        self.expect(
            #"@Listener("/news/{category}") func a(_ message: BayeuxMessage) {}"#,
            "no parameter takes the value of '{category}'",
            column: 11,
            fixIt: "add a parameter 'category'",
            fixed: #"@Listener("/news/{category}") func a(_ message: BayeuxMessage, category: String) {}"#
        )
        self.expect(
            #"@Listener("/a/{x}", "/b") func a(x: String) {}"#,
            "'{x}' is missing: channels of one method have the same variables",
            column: 21
        )
        self.expect(
            #"@Listener("/a/{x}") func a(x: Int) {}"#,
            "'x' takes the value of '{x}', which is a String",
            column: 31,
            fixIt: "use 'String'",
            fixed: #"@Listener("/a/{x}") func a(x: String) {}"#
        )
    }

    @Test func `each parameter can be filled`() {
        self.expect(
            #"@Listener("/a") func a(_ call: RemoteCall) {}"#,
            "@Listener has no RemoteCall to pass",
            column: 32
        )
        self.expect(
            #"@Subscription("/a") func a(_ from: ServerSession) {}"#,
            "@Subscription has no ServerSession to pass",
            column: 36
        )
        self.expect(
            #"@Subscription("/a") func a(_ client: BayeuxClient) {}"#,
            "@Subscription has no BayeuxClient to pass",
            column: 38
        )
        self.expect(
            #"@RemoteCall("a") func a(_ message: inout BayeuxMessage) {}"#,
            "only the BayeuxMessage of a @Listener can be inout",
            column: 36
        )
        self.expect(
            #"@RemoteCall("a") func a(_ one: Int, two: Int) {}"#,
            "'two' stands for the same as 'one'",
            column: 37
        )
        self.expect(#"@RemoteCall("a") func a(_ one: Int...) {}"#, "a variadic parameter cannot be filled", column: 35)
        self.expect(
            #"@RemoteCall("a") func a(_ one: some Decodable) {}"#,
            "a generic parameter cannot be filled",
            column: 32
        )
        self.expect(
            #"@Configure("/a") func a() {}"#,
            "the method must take the ServerChannel that it configures",
            column: 24
        )
        self.expect(
            #"@Configure("/a") func a(_ message: BayeuxMessage) {}"#,
            "the method must take the ServerChannel that it configures, and nothing else",
            column: 25
        )
    }

    @Test func `an annotation belongs at a method of the instance`() {
        self.expect(#"@Listener("/a") var a: Int"#, "@Listener belongs at a method", column: 1)
        self.expect(
            #"@Listener("/a") static func a() {}"#,
            "a static method cannot be called as a service",
            column: 17
        )
        self.expect(
            #"@Listener("/a") mutating func a() {}"#,
            "a mutating method cannot be called as a service",
            column: 17
        )
        self.expect(
            #"@Listener("/a") func a<T>(_ data: T) {}"#,
            "a generic method cannot be called as a service",
            column: 23
        )
    }

    @Test func `results have a use`() {
        self.expect(
            #"@Listener("/a") func a() -> Int {}"#,
            "a listener returns Bool or nothing: false stops the message",
            column: 29
        )
        self.expect(
            #"@Subscription("/a") func a() -> Bool {}"#,
            "what the method returns would be lost: it must return nothing",
            column: 33
        )
    }

    @Test func `channels are configured without waiting`() {
        self.expect(
            #"@Configure("/a") func a(_ channel: ServerChannel) async {}"#,
            "a channel is configured while it is made: the method must not be async",
            column: 51
        )
        self.expect(
            #"@Configure("/a/{b}") func a(_ channel: ServerChannel) {}"#,
            "a template cannot be configured: '{b}' names no channel",
            column: 12
        )
        expectExpansion(
            of: """
                @Service actor Plain {
                    @Configure("/a") func one(_ channel: ServerChannel) {}
                    @Configure("/b") nonisolated func two(_ channel: ServerChannel) {}
                }
                """,
            mistakes: [
                DiagnosticSpec(
                    message:
                        "a channel is configured while it is made: the method of an actor must be nonisolated",
                    line: 2,
                    column: 27,
                    fixIts: [FixItSpec(message: "add 'nonisolated'")]
                )
            ]
        )
    }
}
